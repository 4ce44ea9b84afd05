/** The states a transaction has passed, each with the persisted record that caused it. Order: docs/protocol.md, "States". */
import { toHex } from '../core/bytes.ts'
import type { FinalRow, VertexProgressRow, VertexVotes } from '../storage/index.ts'
import type { StateStep } from './types.ts'

/** Times of what happened before a transaction was in a vertex. Null where it came signed from outside. */
export interface ClientTimes {
  readonly createdAtMs: number | null
  readonly signedAtMs: number | null
  readonly broadcastAtMs: number | null
  readonly admittedAtMs: number
}

/** Created, Signed and Broadcast are the client's: this node knows them where its own vault was the client. */
export function openingSteps(txId: Uint8Array, times: ClientTimes, admissionSeq: number): StateStep[] {
  const intent = `intent:${toHex(txId.subarray(0, 8))}`
  const admission = `admission:${admissionSeq}`
  const steps: StateStep[] = []
  if (times.createdAtMs !== null) steps.push({ state: 'Created', atMs: times.createdAtMs, record: intent })
  if (times.signedAtMs !== null) steps.push({ state: 'Signed', atMs: times.signedAtMs, record: intent })
  if (times.broadcastAtMs !== null) steps.push({ state: 'Broadcast', atMs: times.broadcastAtMs, record: admission })
  steps.push({ state: 'Validating', atMs: times.admittedAtMs, record: admission })
  return steps
}

/** In a vertex, before anybody has named it, nobody stands behind it. */
const nobody = { supportMicroRuv: 0n, supporters: 0 }

export function progressSteps(progress: VertexProgressRow): StateStep[] {
  const { hash, votes, votingAtMs, confirmingAtMs, confirmingBy, confirmedAtMs, confirmedBy } = progress
  const supported = (part: (kept: VertexVotes) => VertexVotes['confirming']): Pick<StateStep, 'support'> => {
    if (votes === null) return {}
    const { totalStakeMicroRuv, validators } = votes
    return { support: { ...part(votes), totalStakeMicroRuv, validators } }
  }
  return [
    { state: 'Voting', atMs: votingAtMs, record: vertexRecord(hash), ...supported(() => nobody) },
    {
      state: 'Confirming',
      atMs: confirmingAtMs,
      record: vertexRecord(confirmingBy),
      ...supported(({ confirming }) => confirming),
    },
    {
      state: 'Confirmed',
      atMs: confirmedAtMs,
      record: vertexRecord(confirmedBy),
      ...supported(({ confirmed }) => confirmed),
    },
  ]
}

export function vertexRecord(hash: Uint8Array): string {
  return `vertex:${toHex(hash)}`
}

function endRecord({ commitIndex, outcome, txId }: FinalRow): string {
  if (commitIndex !== null) return `commit:${commitIndex}`
  return `${outcome === 'unseen' ? 'snapshot' : 'rejection'}:${toHex(txId.subarray(0, 8))}`
}

/** All states of a transaction that has ended. */
export function finalSteps(final: FinalRow, progress: VertexProgressRow | null): StateStep[] {
  const steps = final.admission === null ? [] : openingSteps(final.txId, final.admission, final.admission.seq)
  if (progress !== null) steps.push(...progressSteps(progress))
  steps.push({
    state: final.outcome === 'rejected' ? 'Rejected' : 'Finalized',
    atMs: final.atMs,
    record: endRecord(final),
  })
  return steps
}
