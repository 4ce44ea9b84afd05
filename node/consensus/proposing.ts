/**
 * Own vertices: when one is made, what it names and carries, and how it gets to the journal before anybody sees it.
 * Source: docs/protocol.md, "Vertex DAG" (conduct).
 */
import type { ChainPosition } from './committing.ts'
import type { DagVertex } from './dag.ts'
import type { EngineOptions } from './engine-options.ts'
import { type EpochRun, idOf, type OpenVertex } from './epoch-run.ts'
import { consensusLimits } from './limits.ts'
import { paceOf } from './pacing.ts'
import type { ProtocolRules } from './protocol-rules.ts'
import type { TransactionPool } from './transaction-pool.ts'
import type { EngineEffect } from './types.ts'
import {
  encodeVertex,
  epochRootReference,
  referenceTo,
  transactionsRoot,
  type Vertex,
  type VertexHeader,
  vertexHash,
  vertexMessage,
} from './vertex.ts'
import { compareReferences } from './vertex-form.ts'

export interface Proposer {
  /** Makes the next vertex where it is time for one; otherwise says when to ask again. */
  propose(run: EpochRun, nowMs: number): void
  /** @returns the vertex that this signature completes, on its way to the journal from here on */
  signed(run: EpochRun, round: number, signature: Uint8Array): Vertex | null
  /** @returns what the journal now has, to be sent and stored */
  journalled(run: EpochRun, round: number): (OpenVertex & { readonly signed: Vertex }) | null
}

export interface ProposerDeps {
  readonly options: EngineOptions
  readonly rules: ProtocolRules
  readonly position: ChainPosition
  readonly pool: TransactionPool
  readonly emit: (effect: EngineEffect) => void
  readonly wakeAt: (atMs: number) => void
}

export function createProposer({ options, rules, position, pool, emit, wakeAt }: ProposerDeps): Proposer {
  const { chainId } = options
  /** The local time of the last proposal; follows the clock backwards, so that a corrected clock does not stop rounds. */
  let proposedAtMs = 0

  /** What was executed is covered by a checkpoint soon after, also where nothing follows it. */
  const quietIntervalMs = ({ schedule }: EpochRun): number => {
    if (!schedule.hasNewTransactions) return options.idleIntervalMs
    const intervalMs = options.checkpointIntervalMs
    const boundaryMs = (Math.floor(position.commitTimeMs / intervalMs) + 1) * intervalMs
    return Math.min(options.idleIntervalMs, Math.max(options.roundIntervalMs, boundaryMs - proposedAtMs))
  }

  const intervalMs = (run: EpochRun): number => {
    const { dag, ownRound, uncommittedLoads, isClosing } = run
    if (pool.queue.isFullVertex && !isClosing) return 0
    const isBusy = pool.isWaiting || uncommittedLoads > 0 || dag.highestRound > ownRound || isClosing
    return isBusy ? options.roundIntervalMs : quietIntervalMs(run)
  }

  /** First seen of each author of the round before, proven equivocators only in need; then what no own vertex has named. */
  const parentsFor = (run: EpochRun, round: number, namesEquivocators: boolean): DagVertex[] => {
    const { dag, history, equivocators, ownLast, lastAnchorRound } = run
    if (round === 1) return []
    const seen = new Set<number>()
    const before = dag.at(round - 1).filter((entry) => {
      if (rules.allowsTwinParents) return true
      if (seen.has(entry.author) || (equivocators.has(entry.author) && !namesEquivocators)) return false
      seen.add(entry.author)
      return true
    })
    const lowestRound = Math.max(1, lastAnchorRound - consensusLimits.horizonRounds)
    return history.parents(round, before, ownLast, (entry) => !equivocators.has(entry.author), lowestRound)
  }

  return {
    propose(run, nowMs) {
      const { dag, self, frame, startMs, ownLast } = run
      if (self === null || run.isMuted || run.openVertex !== null) return
      if (position.commitIndex - position.executedIndex >= consensusLimits.maxUnexecutedCommits) return
      if (nowMs < proposedAtMs) proposedAtMs = nowMs
      if (nowMs < run.quorumAtMs) run.quorumAtMs = nowMs
      const pace = paceOf(dag, {
        nowMs,
        ownRound: run.ownRound,
        proposedAtMs,
        quorumAtMs: run.quorumAtMs,
        lastCommittedLeaderRound: run.lastAnchorRound,
        intervalMs: intervalMs(run),
        isEquivocator: (author) => run.equivocators.has(author),
      })
      if (pace.kind === 'wait') {
        if (pace.untilMs !== null) wakeAt(pace.untilMs)
        return
      }
      const { round } = pace
      const parents = parentsFor(run, round, pace.namesEquivocators)
      const proposals = isFresh(parents, nowMs) && !run.isClosing ? pool.take(round) : []
      const header: VertexHeader = {
        epoch: frame.number,
        round,
        author: idOf(frame, self),
        parents: (round === 1
          ? frame.committee.validators.map(({ id }) => epochRootReference(frame.closingHash, id))
          : parents.map(({ vertex }) => referenceTo(vertex))
        ).sort(compareReferences),
        transactionsRoot: transactionsRoot(proposals.map(({ bytes }) => bytes)),
        transactionCount: proposals.length,
        timestampMs: Math.max(nowMs, (ownLast?.vertex.timestampMs ?? startMs) + 1),
        lastCommit: position.executedIndex,
      }
      run.openVertex = { header, proposals, signed: null }
      proposedAtMs = nowMs
      emit({ type: 'sign', kind: 'vertex', position: round, message: vertexMessage(chainId, header) })
    },
    signed({ openVertex }, round, signature) {
      // The epoch may have ended while the signature was made: nothing of it has left.
      if (openVertex === null || openVertex.header.round !== round || openVertex.signed !== null) return null
      const { header, proposals } = openVertex
      const transactions = proposals.map(({ bytes }) => bytes)
      const vertex: Vertex = { ...header, hash: vertexHash(chainId, header), transactions, signature }
      openVertex.signed = vertex
      emit({
        type: 'journal',
        kind: 'vertex',
        epoch: header.epoch,
        position: round,
        hash: vertex.hash,
        bytes: encodeVertex(vertex),
        transactions: transactions.length,
      })
      return vertex
    },
    journalled(run, round) {
      const open = run.openVertex
      const signed = open?.signed ?? null
      if (open === null || signed === null || signed.round !== round) return null
      run.openVertex = null
      return { ...open, signed }
    },
  }
}

/** Whether a vertex on these parents gives its transactions a time that is not long past (see maxPredecessorAgeMs). */
function isFresh(parents: readonly DagVertex[], nowMs: number): boolean {
  const timestamps = parents.map(({ vertex }) => vertex.timestampMs).sort((a, b) => a - b)
  const median = timestamps[Math.floor((timestamps.length - 1) / 2)]
  return median !== undefined && nowMs - median <= consensusLimits.maxPredecessorAgeMs
}
