/**
 * Recovery: brings a node back to exactly where its records say it was. State of the last checkpoint, the commits since,
 * the vertices no commit has ordered yet, and the transactions this node is still responsible for.
 */

import {
  type Checkpoint,
  type CheckpointSchedule,
  type CommittedVertex,
  type ConsensusState,
  checkpointHash,
  checkpointOf,
  consensusLimits,
  createCheckpointSchedule,
  decodeCheckpoint,
  decodeSignedCheckpoint,
  decodeVertex,
  isConsensusOf,
  type ResumePoint,
  type SignedCheckpoint,
  snapshotRoundOf,
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
  historyRoot,
  type LedgerState,
  partiesOf,
  type SignedTransaction,
  stateRoot,
} from '../ledger/index.ts'
import type { CheckpointRow, FinalRow, Storage, StorageReader, StoredAdmission } from '../storage/index.ts'
import { type CapturedState, captureState } from './executor.ts'
import type { InFlightEntry } from './in-flight.ts'
import { type JoinedRecord, readJoined } from './joined-record.ts'
import { serviceLimits } from './limits.ts'
import type { ProvableState } from './provable-state.ts'
import { type ReplayDeps, replayCommits, verifiedCandidates } from './replay.ts'
import { rejectionOf } from './siblings.ts'
import { runSignatureChecks, signatureCheckOf } from './signature-checks.ts'
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
  const joined = await readJoined(storage.read)
  const state = lastCheckpoint === null ? genesisState(chain.genesis) : await loadState(storage.read, lastCheckpoint)
  const covered = lastCheckpoint === null ? null : await consensusAt(deps, lastCheckpoint, joined)
  const provable: ProvableState | null =
    lastCheckpoint === null
      ? null
      : {
          row: lastCheckpoint,
          snapshot: state.tree.snapshot(),
          history: state.history,
          // One from before the root had its present form is not what it stands for.
          consensus: covered !== null && isConsensusOf(covered, checkpointIn(lastCheckpoint)) ? covered : null,
        }
  const epoch = await epochOf(deps, state, joined)
  const window = lastCheckpoint?.epoch === epoch.number ? (covered?.committed ?? []) : []
  const reopened = await reopenCheckpoints(deps, state, lastCheckpoint, epoch, window)
  const { schedule } = reopened
  const lastCommit = await storage.read.lastCommit()
  const isJoined = joined !== null && joined.epoch === epoch.number
  const leaderRound = Math.max(
    isJoined ? joined.consensus.leaderRound : 0,
    lastCommit?.epoch === epoch.number ? lastCommit.leaderRound : 0,
  )
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
    snapshotRound: isJoined ? snapshotRoundOf(joined.consensus) : 0,
    silentUntilMs: joined?.joinedAtMs ?? 0,
    lastCommit:
      state.commitIndex === 0
        ? null
        : {
            commitIndex: state.commitIndex,
            leaderRound,
            commitTimeMs: state.commitTimeMs,
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
async function epochOf(
  deps: RecoveryDeps,
  state: LedgerState,
  joined: JoinedRecord | null,
): Promise<NonNullable<ResumePoint['epoch']>> {
  const { epoch: number, startMs, committee: validators } = state.epoch
  return { number, startMs, validators, closingHash: await closingHashBefore(deps, number, joined) }
}

/** Hash of the checkpoint that closed the epoch before this one. */
async function closingHashBefore(deps: RecoveryDeps, epoch: number, joined: JoinedRecord | null): Promise<Uint8Array> {
  if (joined?.epoch === epoch) return joined.consensus.closingHash
  if (epoch === 0) return deps.chain.chainId
  const closing = await deps.storage.read.lastCheckpointOf(epoch - 1)
  if (closing === null) throw journalDamaged(`the checkpoint that closed epoch ${epoch - 1}`)
  return closing.hash
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
  window: readonly CommittedVertex[],
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
    closingHash: epoch.closingHash,
    seq: lastCheckpoint?.seq ?? 0,
    checkpointTimeMs: lastCheckpoint?.commitTimeMs ?? epoch.startMs,
    hasNewTransactions: false,
    window,
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
    captured.set(commitIndex, captureState(state, due.consensus))
  })
  return { schedule, open, captured }
}

/** Where the order stood at a checkpoint, from the commits up to it, and from what was joined at. Null where no commit tells. */
async function consensusAt(
  deps: RecoveryDeps,
  checkpoint: CheckpointRow,
  joined: JoinedRecord | null,
): Promise<ConsensusState | null> {
  if (joined !== null && checkpoint.seq === joined.seq) return joined.consensus
  const { read } = deps.storage
  const base = joined?.epoch === checkpoint.epoch ? joined.consensus : null
  // An anchor a commit, a round an anchor at most: these reach below the horizon.
  const horizonIndex = Math.max(0, checkpoint.commitIndex - consensusLimits.horizonRounds - 2)
  const afterIndex = Math.max(horizonIndex, base?.commitIndex ?? 0)
  const commits = await read.commits({ afterIndex, limit: checkpoint.commitIndex - afterIndex })
  const last = commits.at(-1)
  if (last?.commitIndex !== checkpoint.commitIndex) return null
  const found: CommittedVertex[] = [...(base?.committed ?? [])]
  for (const { epoch, vertices } of commits) {
    if (epoch !== checkpoint.epoch) continue
    for (const hash of vertices) {
      // An empty one below the horizon may be gone.
      const record = await read.journalByHash(hash)
      if (record !== null) found.push({ round: record.position, hash })
    }
  }
  const { commitIndex, leaderRound, commitTimeMs } = last
  const lowestRound = leaderRound - consensusLimits.horizonRounds
  return {
    commitIndex,
    leaderRound,
    commitTimeMs,
    closingHash: await closingHashBefore(deps, checkpoint.epoch, joined),
    committed: found.filter(({ round }) => round >= lowestRound),
  }
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

const damaged = (reason: string): NodeError =>
  new NodeError('STATE_DAMAGED', `the state of the last checkpoint is damaged: ${reason}`, {
    hint: 'Keep a copy of the data folder and restore it from a backup or by synchronising anew.',
  })

function checkpointIn(row: CheckpointRow): Checkpoint {
  const decoded = decodeCheckpoint(row.bytes)
  if (!decoded.ok) throw damaged('its record does not decode')
  return decoded.value
}

/** The state of the last checkpoint, held against its roots. @throws NodeError STATE_DAMAGED */
export async function loadState(read: Pick<StorageReader, 'state'>, row: CheckpointRow): Promise<LedgerState> {
  const checkpoint = checkpointIn(row)
  const loader = createStateLoader()
  let afterKey: Uint8Array | null = null
  for (;;) {
    const entries: { key: Uint8Array; value: Uint8Array }[] = await read.state({ afterKey, limit: 1_000 })
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
  if (
    !equalBytes(stateRoot(state), checkpoint.stateRoot) ||
    !equalBytes(historyRoot(state.history), checkpoint.historyRoot) ||
    state.commitIndex !== checkpoint.commitIndex
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
  for (const { admission, transaction, verifiedUnder } of await checkedAdmissions(deps, state, inVertex)) {
    const candidate = inVertex.get(bytesKey(admission.txId))
    const parked = accountOf(state, admission.account).parked.find(({ txId }) => equalBytes(txId, admission.txId))
    const entry = entryOf(admission, transaction, verifiedUnder)
    if (parked !== undefined) {
      const progress = await deps.storage.read.vertexProgress(parked.origin.vertexHash)
      if (progress !== null) entry.steps.push(...progressSteps(progress))
      underWay.push(entry)
    } else if (candidate !== undefined) underWay.push(entry)
    else if (accountOf(state, admission.account).nonce > admission.nonce) {
      // Who has paid is remembered until its validUntil is over: while that is to come, whoever is not among them was never in the order.
      const isForgotten = admission.validUntilMs <= state.commitTimeMs
      if (isForgotten || state.paid.ids.has(bytesKey(admission.txId))) ended.push(unseen(entry, nowMs))
      // It stood back behind the one that was executed, and the node ended before it had said so.
      else ended.push(rejectionOf(entry, 'SIBLING_WON', nowMs))
    } else if (admission.validUntilMs <= nowMs) ended.push(rejectionOf(entry, 'EXPIRED', nowMs))
    else if (entry.verifiedUnder.length === 0) ended.push(rejectionOf(entry, 'KEY_CHANGED', nowMs))
    else waiting.push(entry)
  }
  if (ended.length > 0) await deps.storage.write.reject(ended)
  holdBack(underWay, waiting)
  return { underWay, waiting }
}

/**
 * Its nonce was used while this node was away, by it as far as the state tells. Whether it was executed, failed or lost to another in
 * the order is in none of the state; what the account holds is.
 */
function unseen(entry: InFlightEntry, atMs: number): FinalRow {
  return { ...rejectionOf(entry, 'OUTCOME_UNSEEN', atMs), outcome: 'unseen' }
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

/** Admissions checked in one call of the verifier: far from what it takes at once. */
const admissionsPerCheck = 500

interface CheckedAdmission {
  readonly admission: StoredAdmission
  readonly transaction: SignedTransaction
  /** What its signatures are good under; empty where they are not. */
  readonly verifiedUnder: Uint8Array
}

/**
 * What was admitted, with its signatures checked under the keys of now, unless a vertex had it and that was checked: they were good
 * before the admission was recorded, but the account's keys may have changed since.
 */
async function checkedAdmissions(
  { storage, verify }: RecoveryDeps,
  state: LedgerState,
  inVertex: ReadonlyMap<string, Candidate>,
): Promise<CheckedAdmission[]> {
  const found = (await storage.read.admissions()).map((admission) => {
    const candidate = inVertex.get(bytesKey(admission.txId))
    return { admission, candidate, transaction: candidate?.transaction ?? transactionOf(admission) }
  })
  const checked: CheckedAdmission[] = []
  for (let at = 0; at < found.length; at += admissionsPerCheck) {
    const some = found.slice(at, at + admissionsPerCheck)
    const checks = some.map(({ candidate, transaction }) =>
      candidate?.verifiedUnder == null ? signatureCheckOf(transaction, accountOf(state, transaction.account)) : null,
    )
    const names = await runSignatureChecks(checks, verify)
    for (const [index, { admission, candidate, transaction }] of some.entries()) {
      const verifiedUnder = candidate?.verifiedUnder ?? names[index] ?? new Uint8Array()
      checked.push({ admission, transaction, verifiedUnder })
    }
  }
  return checked
}

function transactionOf(admission: StoredAdmission): SignedTransaction {
  const decoded = decodeSignedTransaction(admission.bytes)
  if (decoded.ok) return decoded.value
  throw new NodeError('STATE_DAMAGED', `admission ${admission.seq} holds no transaction`)
}

function entryOf(admission: StoredAdmission, transaction: SignedTransaction, verifiedUnder: Uint8Array): InFlightEntry {
  return {
    transaction,
    verifiedUnder,
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
