/**
 * Recovery: brings a node back to exactly where its records say it was. State of the last checkpoint, the commits since,
 * the vertices no commit has ordered yet, and the transactions this node is still responsible for.
 */

import {
  type CheckpointSchedule,
  type CommittedVertex,
  checkpointHash,
  checkpointOf,
  consensusLimits,
  createCheckpointSchedule,
  decodeSignedCheckpoint,
  decodeVertex,
  type ResumePoint,
  type SignedCheckpoint,
  type TransactionFacts,
  type Vertex,
} from '../consensus/index.ts'
import { bytesKey, equalBytes, toHex } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import {
  accountOf,
  type Candidate,
  createStateLoader,
  decodeSignedTransaction,
  genesisState,
  type LedgerState,
  partiesOf,
  type SignedTransaction,
  stateRoot,
  takeDirtyEntries,
} from '../ledger/index.ts'
import type { CheckpointRow, FinalRow, Storage, StoredAdmission } from '../storage/index.ts'
import type { CapturedState } from './executor.ts'
import type { InFlightEntry } from './in-flight.ts'
import { serviceLimits } from './limits.ts'
import type { ProvableState } from './provable-state.ts'
import { type ReplayDeps, replayCommits, verifiedCandidates } from './replay.ts'
import { rejectionOf } from './siblings.ts'
import { progressSteps } from './steps.ts'
import { factsOf } from './vertex-checks.ts'

export interface Recovered {
  readonly state: LedgerState
  readonly resume: ResumePoint & { readonly epoch: NonNullable<ResumePoint['epoch']> }
  /** The last certified checkpoint with its state; null before the first. */
  readonly provable: ProvableState | null
  /** States that checkpoints cover which are not certified yet, by index of their commit. */
  readonly captured: ReadonlyMap<number, CapturedState>
  /** Vertices no commit has ordered, with their transactions checked, and when they were journalled. */
  readonly uncommitted: readonly UncommittedVertex[]
  /** Parked by the ledger, or standing in an uncommitted vertex. */
  readonly underWay: readonly InFlightEntry[]
  /** Admitted and in no vertex yet: to be proposed, but for those that stand back behind another of the same nonce. */
  readonly waiting: readonly InFlightEntry[]
}

export interface UncommittedVertex {
  readonly vertex: Vertex
  readonly candidates: readonly Candidate[]
  readonly journalledAtMs: number
}

export interface RecoveryDeps extends ReplayDeps {
  readonly storage: Storage
  readonly clock: Clock
  /** Id of this node's validator. */
  readonly self: Uint8Array
}

/** @throws NodeError STATE_DAMAGED, REPLAY_MISMATCH, JOURNAL_DAMAGED */
export async function recover(deps: RecoveryDeps): Promise<Recovered> {
  const { chain, storage } = deps
  const lastCheckpoint = await storage.read.lastCheckpoint()
  const state = lastCheckpoint === null ? genesisState(chain.genesis) : await loadState(storage, lastCheckpoint)
  const provable: ProvableState | null =
    lastCheckpoint === null ? null : { row: lastCheckpoint, snapshot: state.tree.snapshot() }
  const epoch = await epochOf(deps, state)
  const reopened = await reopenCheckpoints(deps, state, lastCheckpoint, epoch)
  const { schedule } = reopened
  const lastCommit = await storage.read.lastCommit()
  const leaderRound = lastCommit?.epoch === epoch.number ? lastCommit.leaderRound : 0
  const lowestRound = Math.max(1, leaderRound - consensusLimits.horizonRounds)
  const stored = await storedVertices(deps, epoch.number, lowestRound)
  const committed = new Set(schedule.window.map(({ hash }) => bytesKey(hash)))
  const uncommitted: UncommittedVertex[] = []
  const known: ResumePoint['vertices'][number][] = []
  for (const { vertex, atMs } of stored) {
    if (committed.has(bytesKey(vertex.hash))) {
      known.push({ vertex, transactions: factsIn(vertex, ({ txId }) => state.paid.ids.has(bytesKey(txId))) })
      continue
    }
    const candidates = await verifiedCandidates(vertex, state, deps)
    const good = new Set(candidates.filter((one) => one.verifiedUnder !== null).map((one) => one.transaction.bytes))
    known.push({ vertex, transactions: factsIn(vertex, ({ bytes }) => good.has(bytes)) })
    uncommitted.push({ vertex, candidates, journalledAtMs: atMs })
  }
  const { underWay, waiting } = await takeOverAdmissions(deps, state, uncommitted)
  const places = await storage.read.vertexPlaces({ epoch: epoch.number, belowRound: lowestRound })
  const resume: Recovered['resume'] = {
    epoch,
    vertices: known,
    older: places.map(({ round, author, hash }) => ({ round, author: author ?? deps.self, hash })),
    snapshotRound: 0,
    lastCommit:
      lastCommit === null
        ? null
        : {
            commitIndex: lastCommit.commitIndex,
            leaderRound,
            commitTimeMs: lastCommit.commitTimeMs,
            window: schedule.window,
          },
    hasNewTransactions: schedule.hasNewTransactions,
    lastCheckpoint:
      lastCheckpoint === null
        ? null
        : { seq: lastCheckpoint.seq, hash: lastCheckpoint.hash, commitTimeMs: lastCheckpoint.commitTimeMs },
    openCheckpoints: reopened.open,
  }
  return { state, resume, provable, captured: reopened.captured, uncommitted, underWay, waiting }
}

/** The epoch that runs after the state of a certified checkpoint. */
async function epochOf(deps: RecoveryDeps, state: LedgerState): Promise<NonNullable<ResumePoint['epoch']>> {
  const { epoch: number, startMs, committee: validators } = state.epoch
  const closing = number === 0 ? null : await deps.storage.read.lastCheckpointOf(number - 1)
  if (number > 0 && closing === null) throw journalDamaged(`the checkpoint that closed epoch ${number - 1}`)
  return { number, startMs, validators, closingHash: closing?.hash ?? deps.chain.chainId }
}

/**
 * Executes the commits since the last certified checkpoint, and finds which checkpoints came due with them. What this
 * validator has signed of these is in its journal, and is never signed anew.
 */
async function reopenCheckpoints(
  deps: RecoveryDeps,
  state: LedgerState,
  lastCheckpoint: CheckpointRow | null,
  epoch: NonNullable<ResumePoint['epoch']>,
): Promise<{
  readonly schedule: CheckpointSchedule
  readonly open: ResumePoint['openCheckpoints']
  readonly captured: ReadonlyMap<number, CapturedState>
}> {
  const { chain, self } = deps
  const { chainId } = chain
  const { checkpointIntervalMs, epochMs } = chain.genesis.parameters
  const schedule = createCheckpointSchedule({
    checkpointIntervalMs,
    epochMs,
    epochStartMs: epoch.startMs,
    seq: lastCheckpoint?.seq ?? 0,
    checkpointTimeMs: lastCheckpoint?.commitTimeMs ?? epoch.startMs,
    hasNewTransactions: false,
    window: lastCheckpoint?.epoch === epoch.number ? await windowAt(deps, lastCheckpoint) : [],
  })
  const signed = await signedCheckpoints(deps, epoch.number, lastCheckpoint)
  const open: ResumePoint['openCheckpoints'][number][] = []
  const captured = new Map<number, CapturedState>()
  let previous = lastCheckpoint?.hash ?? chainId
  await replayCommits(state, deps, (commit, execution, vertices) => {
    const { commitIndex, leaderRound, commitTimeMs } = commit
    const hasTransactions = vertices.some(({ transactionCount }) => transactionCount > 0)
    const { due } = schedule.take({ commitIndex, leaderRound, commitTimeMs, vertices, hasTransactions })
    if (due === null) return
    const { nextValidators } = execution
    const checkpoint = checkpointOf(commit, due, nextValidators ?? epoch.validators, previous)
    previous = checkpointHash(chainId, checkpoint)
    const own = signed.get(due.seq)
    if (own !== undefined && !equalBytes(checkpointHash(chainId, own.checkpoint), previous)) {
      throw journalDamaged(`checkpoint ${due.seq} of validator ${toHex(self.subarray(0, 4))}`)
    }
    open.push({ checkpoint, signature: own?.signature ?? null, nextValidators })
    captured.set(commitIndex, { leaderRound, entries: takeDirtyEntries(state), snapshot: state.tree.snapshot() })
  })
  return { schedule, open, captured }
}

/** Committed vertices within the horizon of the checkpoint's commit, in committed order. */
async function windowAt(deps: RecoveryDeps, checkpoint: CheckpointRow): Promise<CommittedVertex[]> {
  const { read } = deps.storage
  // An anchor a commit, a round an anchor at most: these reach below the horizon.
  const afterIndex = Math.max(0, checkpoint.commitIndex - consensusLimits.horizonRounds - 2)
  const commits = await read.commits({ afterIndex, limit: checkpoint.commitIndex - afterIndex })
  const found: CommittedVertex[] = []
  for (const { epoch, vertices } of commits) {
    if (epoch !== checkpoint.epoch) continue
    for (const hash of vertices) {
      // An empty one below the horizon may be gone.
      const record = await read.journalByHash(hash)
      if (record !== null) found.push({ round: record.position, hash })
    }
  }
  const lowestRound = (commits.at(-1)?.leaderRound ?? 0) - consensusLimits.horizonRounds
  return found.filter(({ round }) => round >= lowestRound)
}

/** What this validator has signed of the epoch's checkpoints after the last certified one, by number. */
async function signedCheckpoints(
  deps: RecoveryDeps,
  epoch: number,
  lastCheckpoint: CheckpointRow | null,
): Promise<Map<number, SignedCheckpoint>> {
  const found = new Map<number, SignedCheckpoint>()
  const before = lastCheckpoint === null ? null : await deps.storage.read.journalByHash(lastCheckpoint.hash)
  let afterSeq = before?.seq ?? 0
  for (;;) {
    const records = await deps.storage.read.journal({
      kind: 'checkpoint',
      afterSeq,
      limit: serviceLimits.replayPage,
    })
    for (const record of records) {
      afterSeq = record.seq
      if (record.epoch !== epoch) continue
      const decoded = decodeSignedCheckpoint(record.bytes)
      if (!decoded.ok) throw journalDamaged(`checkpoint ${record.position}`)
      found.set(record.position, decoded.value)
    }
    if (records.length < serviceLimits.replayPage) return found
  }
}

/** Vertices of the epoch from a round on, lowest round first. */
async function storedVertices(
  deps: RecoveryDeps,
  epoch: number,
  lowestRound: number,
): Promise<{ readonly vertex: Vertex; readonly atMs: number }[]> {
  const found: { vertex: Vertex; atMs: number }[] = []
  let [fromRound, afterSeq] = [lowestRound, 0]
  for (;;) {
    const page = await deps.storage.read.vertices({ epoch, fromRound, afterSeq, limit: serviceLimits.replayPage })
    for (const record of page) found.push({ vertex: decodeJournalled(deps, record), atMs: record.atMs })
    const last = page.at(-1)
    if (last === undefined) return found
    fromRound = last.position
    afterSeq = last.seq
  }
}

/** @param counts false for a copy that stands for nothing: its signature is none, and it left the transaction untouched */
function factsIn(vertex: Vertex, counts: (transaction: SignedTransaction) => boolean): (TransactionFacts | null)[] {
  return vertex.transactions.map((bytes) => {
    const decoded = decodeSignedTransaction(bytes)
    return decoded.ok && counts(decoded.value) ? factsOf(decoded.value) : null
  })
}

async function loadState(storage: Storage, checkpoint: CheckpointRow): Promise<LedgerState> {
  const damaged = (reason: string): NodeError =>
    new NodeError('STATE_DAMAGED', `the state of the last checkpoint is damaged: ${reason}`, {
      hint: 'Keep a copy of the data folder and restore it from a backup or by synchronising anew.',
    })
  const loader = createStateLoader()
  let afterKey: Uint8Array | null = null
  for (;;) {
    const entries: { key: Uint8Array; value: Uint8Array }[] = await storage.read.state({ afterKey, limit: 1_000 })
    for (const { key, value } of entries) {
      const problem = loader.add(key, value)
      if (problem !== undefined) throw damaged(problem)
    }
    const last = entries.at(-1)
    if (last === undefined) break
    afterKey = last.key
  }
  const state = loader.finish()
  if (typeof state === 'string') throw damaged(state)
  const commit = (await storage.read.commits({ afterIndex: checkpoint.commitIndex - 1, limit: 1 }))[0]
  if (
    commit === undefined ||
    !equalBytes(stateRoot(state), commit.stateRoot) ||
    state.commitIndex !== commit.commitIndex
  ) {
    throw damaged('its root is not the recorded one')
  }
  return state
}

function decodeJournalled(deps: RecoveryDeps, record: { bytes: Uint8Array; position: number }): Vertex {
  const vertex = decodeVertex(deps.chain.chainId, record.bytes)
  if (!vertex.ok) throw journalDamaged(`the vertex of round ${record.position}`)
  return vertex.value
}

function journalDamaged(what: string): NodeError {
  return new NodeError('JOURNAL_DAMAGED', `this validator's journal is damaged at ${what}; it must not sign on`, {
    hint: 'Keep a copy of the data folder. Signing again from a damaged journal could sign two vertices of one round.',
  })
}

async function takeOverAdmissions(
  deps: RecoveryDeps,
  state: LedgerState,
  uncommitted: Recovered['uncommitted'],
): Promise<{ underWay: InFlightEntry[]; waiting: InFlightEntry[] }> {
  const inVertex = new Map<string, Candidate>()
  for (const { candidates } of uncommitted) {
    for (const candidate of candidates) inVertex.set(bytesKey(candidate.transaction.txId), candidate)
  }
  const underWay: InFlightEntry[] = []
  const waiting: InFlightEntry[] = []
  const ended: FinalRow[] = []
  const nowMs = deps.clock.nowMs()
  for (const admission of await deps.storage.read.admissions()) {
    const candidate = inVertex.get(bytesKey(admission.txId))
    const parked = accountOf(state, admission.account).parked.find(({ txId }) => equalBytes(txId, admission.txId))
    const entry = entryOf(admission, candidate, state)
    if (parked !== undefined) {
      const progress = await deps.storage.read.vertexProgress(parked.origin.vertexHash)
      if (progress !== null) entry.steps.push(...progressSteps(progress))
      underWay.push(entry)
    } else if (candidate !== undefined) underWay.push(entry)
    else if (accountOf(state, admission.account).nonce > admission.nonce) {
      // It stood back behind the one that was executed, and the node ended before it had said so.
      ended.push(rejectionOf(entry, 'SIBLING_WON', nowMs))
    } else if (admission.validUntilMs <= nowMs) ended.push(rejectionOf(entry, 'EXPIRED', nowMs))
    else waiting.push(entry)
  }
  if (ended.length > 0) await deps.storage.write.reject(ended)
  holdBack(underWay, waiting)
  return { underWay, waiting }
}

/** Of several with one nonce the one in the order comes first, else the one admitted first; the others stand back again. */
function holdBack(underWay: readonly InFlightEntry[], waiting: readonly InFlightEntry[]): void {
  const placeOf = ({ transaction: { account, nonce } }: InFlightEntry): string => `${bytesKey(account)} ${nonce}`
  const taken = new Set(underWay.map(placeOf))
  for (const entry of waiting) {
    entry.held = taken.has(placeOf(entry))
    taken.add(placeOf(entry))
  }
}

function entryOf(admission: StoredAdmission, candidate: Candidate | undefined, state: LedgerState): InFlightEntry {
  const decoded = candidate === undefined ? decodeSignedTransaction(admission.bytes) : null
  if (decoded !== null && !decoded.ok) {
    throw new NodeError('STATE_DAMAGED', `admission ${admission.seq} holds no transaction`)
  }
  const transaction = candidate?.transaction ?? (decoded as { value: Candidate['transaction'] }).value
  // Its signature was found good before the admission was recorded.
  const key = accountOf(state, transaction.account).key?.publicKey ?? transaction.key?.publicKey
  return {
    transaction,
    verifiedUnder: candidate?.verifiedUnder ?? key ?? new Uint8Array(),
    createdAtMs: admission.createdAtMs,
    signedAtMs: admission.signedAtMs,
    broadcastAtMs: admission.broadcastAtMs,
    admittedAtMs: admission.admittedAtMs,
    admissionSeq: admission.seq,
    durable: Promise.resolve(),
    parties: partiesOf(transaction.account, transaction.operations),
    steps: [],
    executed: false,
    held: false,
    // Who wanted what is not on record: after a restart the one that was admitted first goes first.
    overtakes: false,
  }
}
