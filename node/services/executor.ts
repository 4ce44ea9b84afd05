/**
 * Carries out commits: executes them on the ledger, makes the result durable, and only then announces it.
 * Balances change here and nowhere else.
 */

import type {
  Checkpoint,
  CheckpointCertificate,
  CommitEffect,
  ConsensusState,
  Validator,
  Vertex,
} from '../consensus/index.ts'
import { consensusLimits, encodeCertificate, encodeCheckpoint } from '../consensus/index.ts'
import { bytesKey, equalBytes } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { invariant } from '../core/node-error.ts'
import type { Slices } from '../core/slices.ts'
import {
  type AccountId,
  accountOf,
  applyDelta,
  type Candidate,
  decodeSignedTransaction,
  type Execution,
  encodeAccounts,
  executeInSlices,
  historyRoot,
  type LedgerState,
  signersName,
  signersOf,
  stateRoot,
  type TransactionResult,
  takeDirtyEntries,
} from '../ledger/index.ts'
import type { CheckpointBatch, CommitBatch, FinalRow, StateEntry, Storage } from '../storage/index.ts'
import type { Chain } from './chain.ts'
import type { BalanceEvent, NodeEventHub } from './events.ts'
import type { FinalityTimes } from './finality-times.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'
import type { ProvableState, ProvableStateHolder } from './provable-state.ts'
import { keepValidatorSet } from './validator-sets.ts'
import type { VertexTimes } from './vertex-times.ts'

export interface Executor {
  /**
   * Executes in memory, a slice at a time and one commit after the other; what comes of it has to be recorded before anything after
   * it is. Whoever looks between two slices sees the state before the commit or the one after it.
   */
  execute(commit: CommitEffect, candidates: readonly Candidate[]): Slices<ExecutedCommit>
  /** Keeps what a vertex's transactions were verified under until a commit orders it or none can any more. */
  prepare(vertex: Pick<Vertex, 'hash' | 'epoch' | 'round'>, candidates: readonly Candidate[]): void
  prepared(vertex: Pick<Vertex, 'hash'>): readonly Candidate[]
  /** All of the commit's transactions in order, with what is known of their signatures. */
  candidatesOf(commit: CommitEffect): readonly Candidate[]
  /** Makes a certified checkpoint durable, with the state it covers. */
  checkpoint(certified: {
    readonly checkpoint: Checkpoint
    readonly hash: Uint8Array
    readonly certificate: CheckpointCertificate
  }): Promise<void>
}

export interface ExecutedCommit {
  readonly stateRoot: Uint8Array
  readonly historyRoot: Uint8Array
  /** Of the next epoch, where the commit closes one. */
  readonly nextValidators: readonly Validator[] | null
  /** To be called once; resolves when the result is durable and announced. */
  record(): Promise<void>
}

type BalanceChange = Pick<BalanceEvent, 'account' | 'nonce' | 'balanceMicroRuv' | 'changeMicroRuv'>

/** The state a checkpoint covers, taken when its commit was executed. */
export interface CapturedState extends Pick<ProvableState, 'snapshot' | 'history'> {
  readonly consensus: ConsensusState
  readonly entries: StateEntry[]
}

export interface ExecutorDeps {
  readonly chain: Chain
  readonly state: LedgerState
  readonly storage: Storage
  readonly registry: InFlightRegistry
  readonly times: VertexTimes
  readonly provable: ProvableStateHolder
  readonly finality: FinalityTimes
  readonly hub: NodeEventHub
  readonly clock: Clock
  /** Told of the nonce of each of this node's transactions that has ended, for those that stand back behind it. */
  readonly settle: (account: AccountId, nonce: number) => void
  /** Whether nobody else keeps this chain: then nobody asks for what is behind. */
  readonly isAlone?: boolean
  /** States kept by the recovery for checkpoints that are not certified yet. */
  readonly captured?: ReadonlyMap<number, CapturedState>
}

export function createExecutor(deps: ExecutorDeps): Executor {
  const { chain, state, storage, registry, times, provable, finality, hub, clock, settle, isAlone = false } = deps
  const prepared = new Map<string, { epoch: number; round: number; candidates: readonly Candidate[] }>()
  /** State entries of the commits that checkpoints are being signed for, by index. */
  const captured = new Map<number, CapturedState>(deps.captured)

  const candidatesOf = (vertex: Vertex): readonly Candidate[] => {
    if (vertex.transactionCount === 0) return []
    const key = bytesKey(vertex.hash)
    const found = prepared.get(key)
    prepared.delete(key)
    // Not prepared: taken as unchecked, so that they are before they execute.
    return found?.candidates ?? uncheckedCandidates(vertex)
  }

  /** Lets go of vertices that no commit can order any more. */
  const forgetBelow = (epoch: number, round: number): void => {
    for (const [key, vertex] of prepared) {
      if (vertex.epoch < epoch || (vertex.epoch === epoch && vertex.round < round)) prepared.delete(key)
    }
  }

  /** What the commit does to balances, against the state before it. */
  const balanceChanges = ({ delta }: Execution): BalanceChange[] => {
    const changes: BalanceChange[] = []
    for (const [key, { id, account }] of delta.accounts) {
      const changeMicroRuv = account.balanceMicroRuv - (state.accounts.get(key)?.balanceMicroRuv ?? 0n)
      const { nonce, balanceMicroRuv } = account
      if (changeMicroRuv !== 0n) changes.push({ account: id, nonce, balanceMicroRuv, changeMicroRuv })
    }
    return changes
  }

  const announce = (
    finals: readonly FinalRow[],
    entries: readonly InFlightEntry[],
    changes: readonly BalanceChange[],
    commitIndex: number,
  ): void => {
    const atMs = clock.nowMs()
    for (const entry of entries) {
      registry.remove(entry)
      finality.add(atMs - entry.admittedAtMs)
    }
    for (const { txId, account, nonce, parties, outcome, code, feeMicroRuv } of finals) {
      const state = outcome === 'rejected' ? 'Rejected' : 'Finalized'
      invariant(outcome !== 'unseen', 'a commit decides what it executes')
      const end = { outcome, code, feeMicroRuv, commitIndex }
      hub.publish({ type: 'transaction', atMs, state, txId, account, nonce, parties, end })
    }
    for (const { transaction } of entries) settle(transaction.account, transaction.nonce)
    for (const change of changes) {
      const pendingMicroRuv = registry.of(change.account).reservedMicroRuv
      hub.publish({ type: 'balance', atMs, ...change, pendingMicroRuv, commitIndex })
    }
  }

  return {
    prepare({ hash, epoch, round }, candidates) {
      if (candidates.length > 0) prepared.set(bytesKey(hash), { epoch, round, candidates })
    },
    prepared: ({ hash }) => prepared.get(bytesKey(hash))?.candidates ?? [],
    candidatesOf: (commit) => commit.vertices.flatMap(candidatesOf),
    *execute(commit, candidates) {
      const execution = yield* executeInSlices(state, { ...commit, candidates }, chain.rules)
      const entries = yield* encodeAccounts(execution.delta)
      const changes = balanceChanges(execution)
      // In one slice: what has left the balance is reserved no more.
      applyDelta(state, execution.delta, entries)
      const { finals, ended } = collectFinals(commit, execution, state, registry, clock.nowMs())
      for (const entry of ended) registry.markExecuted(entry)
      yield
      yield* state.tree.hashInSlices()
      const roots = { stateRoot: stateRoot(state), historyRoot: historyRoot(state.history) }
      const consensus = commit.checkpointDue
      if (consensus !== null) captured.set(commit.commitIndex, captureState(state, consensus))
      forgetBelow(commit.epoch, commit.leaderRound - consensusLimits.horizonRounds)
      const batch: CommitBatch = {
        commit: {
          commitIndex: commit.commitIndex,
          epoch: commit.epoch,
          leaderRound: commit.leaderRound,
          anchor: commit.anchor,
          commitTimeMs: commit.commitTimeMs,
          vertices: commit.vertices.map((vertex) => vertex.hash),
          transactions: candidates.length,
          ...roots,
          atMs: clock.nowMs(),
        },
        progress: commit.vertices.filter((vertex) => vertex.transactionCount > 0).map((vertex) => times.take(vertex)),
        finals,
        balances: changes.map(({ account, balanceMicroRuv }) => ({ account, balanceMicroRuv })),
      }
      return {
        ...roots,
        nextValidators: execution.nextValidators,
        async record() {
          // Asked for first: with the commit on disk, who comes after it is, too.
          const { nextValidators } = execution
          const kept = nextValidators === null ? null : keepValidatorSet(storage.write, nextValidators)
          await Promise.all([kept, storage.write.commit(batch)])
          announce(finals, ended, changes, commit.commitIndex)
        },
      }
    },
    async checkpoint({ checkpoint, hash, certificate }) {
      const kept = captured.get(checkpoint.commitIndex)
      invariant(kept, 'a checkpoint covers the state that was kept for it')
      captured.delete(checkpoint.commitIndex)
      const batch = checkpointBatch({ checkpoint, hash, certificate }, kept, clock.nowMs(), isAlone)
      const { snapshot, history, consensus } = kept
      await storage.write.checkpoint(batch)
      provable.set({ row: batch.checkpoint, snapshot, history, consensus })
      const { seq, commitIndex } = checkpoint
      hub.publish({ type: 'checkpoint', atMs: clock.nowMs(), seq, hash, commitIndex })
    },
  }
}

/** The state as it is, and what has changed of it since the last time. */
export function captureState(state: LedgerState, consensus: ConsensusState): CapturedState {
  return { entries: takeDirtyEntries(state), snapshot: state.tree.snapshot(), history: state.history, consensus }
}

export function checkpointBatch(
  certified: { checkpoint: Checkpoint; hash: Uint8Array; certificate: CheckpointCertificate },
  captured: Pick<CapturedState, 'entries' | 'consensus'>,
  atMs: number,
  isAlone: boolean,
): CheckpointBatch {
  const { checkpoint, hash, certificate } = certified
  return {
    checkpoint: {
      seq: checkpoint.seq,
      epoch: checkpoint.epoch,
      commitIndex: checkpoint.commitIndex,
      commitTimeMs: checkpoint.commitTimeMs,
      hash,
      bytes: encodeCheckpoint(checkpoint),
      certificate: encodeCertificate(certificate),
      atMs,
    },
    state: captured.entries,
    pruneEmptyVertices: prunable(checkpoint.epoch, captured.consensus.leaderRound, isAlone),
  }
}

/**
 * Where nobody else needs them, empty vertices go as soon as no commit can order them. Others who come back may ask for those
 * of this epoch and the last, whole.
 */
function prunable(epoch: number, leaderRound: number, isAlone: boolean): CheckpointBatch['pruneEmptyVertices'] {
  if (isAlone) {
    const belowRound = leaderRound - consensusLimits.horizonRounds
    return belowRound > 1 ? { epoch, belowRound } : null
  }
  return epoch > 1 ? { epoch: epoch - 1, belowRound: 0 } : null
}

function uncheckedCandidates(vertex: Vertex): Candidate[] {
  const candidates: Candidate[] = []
  for (const [indexInVertex, bytes] of vertex.transactions.entries()) {
    const decoded = decodeSignedTransaction(bytes)
    if (!decoded.ok) continue
    candidates.push({
      transaction: decoded.value,
      verifiedUnder: null,
      origin: { vertexHash: vertex.hash, indexInVertex },
    })
  }
  return candidates
}

/** Rows for every transaction that ended with this commit, and the entries that end with them. */
function collectFinals(
  commit: CommitEffect,
  execution: Execution,
  state: LedgerState,
  registry: InFlightRegistry,
  atMs: number,
): { finals: FinalRow[]; ended: InFlightEntry[] } {
  const finals: FinalRow[] = []
  const ended: InFlightEntry[] = []
  const seen = new Set<string>()
  const finish = (
    row: Omit<FinalRow, 'admission' | 'commitIndex' | 'position' | 'atMs'>,
    entry?: InFlightEntry,
  ): void => {
    seen.add(bytesKey(row.txId))
    if (entry !== undefined) ended.push(entry)
    finals.push({
      ...row,
      commitIndex: commit.commitIndex,
      position: finals.length,
      atMs,
      admission: entry === undefined ? null : admissionOf(entry),
    })
  }
  for (const result of execution.results) finish(finalOf(result), registry.get(result.txId))
  for (const { txId, code } of execution.ignored) {
    const entry = registry.get(txId)
    // Another copy of one that is waiting, or has ended, changes nothing about it.
    if (entry === undefined || entry.executed || code === 'DUPLICATE' || seen.has(bytesKey(txId))) continue
    const { transaction } = entry
    const isForeign = code === 'SIGNATURE_INVALID' || code === 'COSIGNATURE_UNEXPECTED'
    // Whoever put a copy with a bad signature into the order says nothing about the good one.
    if (isForeign && hasItsKeys(entry, state)) continue
    finish(
      {
        txId,
        account: transaction.account,
        nonce: transaction.nonce,
        outcome: 'rejected',
        code: isForeign ? 'KEY_CHANGED' : code,
        feeMicroRuv: 0n,
        sizeBytes: transaction.bytes.length,
        ...originIn(commit, transaction.bytes),
        parties: [transaction.account],
      },
      entry,
    )
  }
  return { finals, ended }
}

/** True while the account's keys are those that the transaction was admitted under. */
function hasItsKeys({ transaction, verifiedUnder }: InFlightEntry, state: LedgerState): boolean {
  const signers = signersOf(transaction, accountOf(state, transaction.account))
  return signers.ok && equalBytes(signersName(signers.value), verifiedUnder)
}

function finalOf(result: TransactionResult): Omit<FinalRow, 'admission' | 'commitIndex' | 'position' | 'atMs'> {
  const { txId, account, nonce, outcome, code, feeMicroRuv, sizeBytes, origin, parties } = result
  const { vertexHash, indexInVertex } = origin
  return { txId, account, nonce, outcome, code, feeMicroRuv, sizeBytes, vertexHash, indexInVertex, parties }
}

export function admissionOf(entry: InFlightEntry): NonNullable<FinalRow['admission']> {
  const { createdAtMs, signedAtMs, broadcastAtMs, admittedAtMs, admissionSeq, transaction } = entry
  const { validUntilMs } = transaction
  return { createdAtMs, signedAtMs, broadcastAtMs, admittedAtMs, validUntilMs, seq: admissionSeq }
}

function originIn(commit: CommitEffect, bytes: Uint8Array): { vertexHash: Uint8Array; indexInVertex: number } {
  for (const vertex of commit.vertices) {
    const indexInVertex = vertex.transactions.findIndex((candidate) => equalBytes(candidate, bytes))
    if (indexInVertex >= 0) return { vertexHash: vertex.hash, indexInVertex }
  }
  throw new Error('broken invariant: an ignored copy stands in a vertex of its commit')
}
