/**
 * Carries out commits: executes them on the ledger at once, makes the result durable, and only then announces it.
 * Balances change here and nowhere else.
 */

import type { Checkpoint, CheckpointCertificate, CommitEffect, Vertex } from '../consensus/index.ts'
import { consensusLimits, encodeCertificate, encodeCheckpoint } from '../consensus/index.ts'
import { bytesKey, equalBytes } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { invariant } from '../core/node-error.ts'
import {
  type AccountId,
  applyDelta,
  type Candidate,
  type Execution,
  executeCommit,
  historyRoot,
  type LedgerState,
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
import type { VertexTimes } from './vertex-times.ts'

export interface Executor {
  /** Executes; the returned promise resolves when the result is durable and announced. */
  execute(commit: CommitEffect): {
    readonly stateRoot: Uint8Array
    readonly historyRoot: Uint8Array
    readonly durable: Promise<void>
  }
  /** Keeps what a vertex's transactions were verified under until a commit orders it. */
  prepare(vertexHash: Uint8Array, candidates: readonly Candidate[]): void
  /** Makes a certified checkpoint durable, with the state it covers. */
  checkpoint(certified: {
    readonly checkpoint: Checkpoint
    readonly hash: Uint8Array
    readonly certificate: CheckpointCertificate
  }): Promise<void>
}

type BalanceChange = Pick<BalanceEvent, 'account' | 'nonce' | 'balanceMicroRuv' | 'changeMicroRuv'>

/** The state a checkpoint covers, taken when its commit was executed. */
interface CapturedState {
  readonly commitIndex: number
  readonly leaderRound: number
  readonly entries: StateEntry[]
  readonly snapshot: ProvableState['snapshot']
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
}

export function createExecutor(deps: ExecutorDeps): Executor {
  const { chain, state, storage, registry, times, provable, finality, hub, clock, settle } = deps
  const prepared = new Map<string, readonly Candidate[]>()
  /** State entries of the commit a checkpoint is being signed for. */
  let captured: CapturedState | null = null

  const candidatesOf = (vertex: Vertex): readonly Candidate[] => {
    if (vertex.transactionCount === 0) return []
    const candidates = prepared.get(bytesKey(vertex.hash))
    invariant(candidates, 'a vertex is prepared before it is committed')
    prepared.delete(bytesKey(vertex.hash))
    return candidates
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
    prepare: (vertexHash, candidates) => void prepared.set(bytesKey(vertexHash), candidates),
    execute(commit) {
      const candidates = commit.vertices.flatMap(candidatesOf)
      const execution = executeCommit(state, { ...commit, candidates }, chain.rules)
      const changes = balanceChanges(execution)
      applyDelta(state, execution.delta)
      const roots = { stateRoot: stateRoot(state), historyRoot: historyRoot(state.history) }
      if (commit.checkpointDue) {
        captured = {
          commitIndex: commit.commitIndex,
          leaderRound: commit.leaderRound,
          entries: takeDirtyEntries(state),
          snapshot: state.tree.snapshot(),
        }
      }
      const { finals, ended } = collectFinals(commit, execution, registry, clock.nowMs())
      for (const entry of ended) registry.markExecuted(entry)
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
      const durable = storage.write.commit(batch).then(() => announce(finals, ended, changes, commit.commitIndex))
      return { ...roots, durable }
    },
    async checkpoint({ checkpoint, hash, certificate }) {
      invariant(captured?.commitIndex === checkpoint.commitIndex, 'a checkpoint covers the state that was kept for it')
      const batch = checkpointBatch({ checkpoint, hash, certificate }, captured, clock.nowMs())
      const { snapshot } = captured
      captured = null
      await storage.write.checkpoint(batch)
      provable.set({ row: batch.checkpoint, snapshot })
      const { seq, commitIndex } = checkpoint
      hub.publish({ type: 'checkpoint', atMs: clock.nowMs(), seq, hash, commitIndex })
    },
  }
}

export function checkpointBatch(
  certified: { checkpoint: Checkpoint; hash: Uint8Array; certificate: CheckpointCertificate },
  captured: { leaderRound: number; entries: readonly StateEntry[] },
  atMs: number,
): CheckpointBatch {
  const { checkpoint, hash, certificate } = certified
  const belowRound = captured.leaderRound - consensusLimits.horizonRounds
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
    pruneEmptyVertices: belowRound > 1 ? { epoch: checkpoint.epoch, belowRound } : null,
  }
}

/** Rows for every transaction that ended with this commit, and the entries that end with them. */
function collectFinals(
  commit: CommitEffect,
  execution: Execution,
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
    finish(
      {
        txId,
        account: transaction.account,
        nonce: transaction.nonce,
        outcome: 'rejected',
        code,
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
