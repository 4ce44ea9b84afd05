/**
 * Recovery: brings a node back to exactly where its records say it was. State of the last checkpoint, the commits since,
 * the vertices no commit has ordered yet, and the transactions this node is still responsible for.
 */

import {
  checkpointHash,
  consensusLimits,
  decodeSignedCheckpoint,
  decodeVertex,
  type ResumePoint,
  type SignedCheckpoint,
  type Vertex,
} from '../consensus/index.ts'
import { bytesKey, equalBytes } from '../core/bytes.ts'
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
  stateRoot,
  takeDirtyEntries,
} from '../ledger/index.ts'
import type { CheckpointRow, CommitRow, FinalRow, Storage, StoredAdmission } from '../storage/index.ts'
import { checkpointBatch } from './executor.ts'
import type { InFlightEntry } from './in-flight.ts'
import type { ProvableState } from './provable-state.ts'
import { type ReplayDeps, replayCommits, verifiedCandidates } from './replay.ts'
import { rejectionOf } from './siblings.ts'
import { progressSteps } from './steps.ts'

export interface Recovered {
  readonly state: LedgerState
  readonly resume: ResumePoint | null
  /** The last checkpoint with its state; null before the first. */
  readonly provable: ProvableState | null
  /** Vertices no commit has ordered, with their transactions checked, and when they were journalled. */
  readonly uncommitted: readonly {
    readonly vertex: Vertex
    readonly candidates: readonly Candidate[]
    readonly journalledAtMs: number
  }[]
  /** Parked by the ledger, or standing in an uncommitted vertex. */
  readonly underWay: readonly InFlightEntry[]
  /** Admitted and in no vertex yet: to be proposed, but for those that stand back behind another of the same nonce. */
  readonly waiting: readonly InFlightEntry[]
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
  let provable: ProvableState | null =
    lastCheckpoint === null ? null : { row: lastCheckpoint, snapshot: state.tree.snapshot() }
  const open = await journalledCheckpointAfter(deps, lastCheckpoint)
  let closed = lastCheckpoint
  let hasNewTransactions = false
  await replayCommits(state, deps, async (commit) => {
    hasNewTransactions ||= commit.transactions > 0
    if (open?.checkpoint.commitIndex !== commit.commitIndex) return
    hasNewTransactions = false
    closed = await closeCheckpoint(open, commit, state, deps)
    provable = { row: closed, snapshot: state.tree.snapshot() }
  })
  const resume = await resumePoint(deps, closed, hasNewTransactions)
  const uncommitted = await uncommittedVertices(deps, state)
  const { underWay, waiting } = await takeOverAdmissions(deps, state, uncommitted)
  return {
    state,
    resume: resume === null && uncommitted.length === 0 ? null : withVertices(resume, uncommitted),
    provable,
    uncommitted,
    underWay,
    waiting,
  }
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

/** A checkpoint this validator has signed that did not reach the disk as one: it is completed, never signed anew. */
async function journalledCheckpointAfter(
  deps: RecoveryDeps,
  lastCheckpoint: CheckpointRow | null,
): Promise<SignedCheckpoint | null> {
  const before = lastCheckpoint === null ? null : await deps.storage.read.journalByHash(lastCheckpoint.hash)
  const records = await deps.storage.read.journal({ kind: 'checkpoint', afterSeq: before?.seq ?? 0, limit: 1 })
  const record = records[0]
  if (record === undefined) return null
  const decoded = decodeSignedCheckpoint(record.bytes)
  if (!decoded.ok) throw journalDamaged(`checkpoint ${record.position}`)
  return decoded.value
}

async function closeCheckpoint(
  open: SignedCheckpoint,
  commit: CommitRow,
  state: LedgerState,
  deps: RecoveryDeps,
): Promise<CheckpointRow> {
  const { checkpoint, signature } = open
  if (!equalBytes(checkpoint.stateRoot, commit.stateRoot)) throw journalDamaged(`checkpoint ${checkpoint.seq}`)
  const hash = checkpointHash(deps.chain.chainId, checkpoint)
  const certificate = [{ validator: deps.self, signature }]
  const captured = { leaderRound: commit.leaderRound, entries: takeDirtyEntries(state) }
  const batch = checkpointBatch({ checkpoint, hash, certificate }, captured, deps.clock.nowMs())
  await deps.storage.write.checkpoint(batch)
  return batch.checkpoint
}

/** Vertices within the horizon of the last commit, and where it stood. */
async function resumePoint(
  deps: RecoveryDeps,
  lastCheckpoint: CheckpointRow | null,
  hasNewTransactions: boolean,
): Promise<ResumePoint | null> {
  const last = await deps.storage.read.lastCommit()
  if (last === null) return null
  const vertices: Vertex[] = []
  const afterIndex = Math.max(0, last.commitIndex - consensusLimits.horizonRounds - 2)
  const commits = await deps.storage.read.commits({ afterIndex, limit: consensusLimits.horizonRounds + 2 })
  for (const commit of commits) {
    for (const hash of commit.vertices) {
      const record = await deps.storage.read.journalByHash(hash)
      if (record !== null) vertices.push(decodeJournalled(deps, record))
    }
  }
  return {
    vertices: vertices.sort((a, b) => a.round - b.round),
    lastCommit: last,
    hasNewTransactions,
    lastCheckpoint:
      lastCheckpoint === null
        ? null
        : { seq: lastCheckpoint.seq, hash: lastCheckpoint.hash, commitTimeMs: lastCheckpoint.commitTimeMs },
  }
}

function withVertices(resume: ResumePoint | null, uncommitted: Recovered['uncommitted']): ResumePoint {
  const vertices = [...(resume?.vertices ?? []), ...uncommitted.map(({ vertex }) => vertex)]
  if (resume !== null) return { ...resume, vertices }
  return { lastCommit: null, lastCheckpoint: null, hasNewTransactions: false, vertices }
}

async function uncommittedVertices(deps: RecoveryDeps, state: LedgerState): Promise<Recovered['uncommitted']> {
  const last = await deps.storage.read.lastCommit()
  const anchor = last === null ? null : await deps.storage.read.journalByHash(last.anchor)
  if (last !== null && anchor === null) throw journalDamaged(`the anchor of commit ${last.commitIndex}`)
  // At most the few vertices that fit between a round and the commit two rounds later.
  const records = await deps.storage.read.journal({
    kind: 'vertex',
    afterSeq: anchor?.seq ?? 0,
    limit: consensusLimits.horizonRounds,
  })
  const uncommitted: { vertex: Vertex; candidates: readonly Candidate[]; journalledAtMs: number }[] = []
  for (const record of records) {
    const vertex = decodeJournalled(deps, record)
    uncommitted.push({
      vertex,
      candidates: await verifiedCandidates(vertex, state, deps),
      journalledAtMs: record.atMs,
    })
  }
  return uncommitted
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
