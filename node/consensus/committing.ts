/**
 * From decided leaders to commits: what each orders, when a checkpoint is due, and what may be let go of after it.
 * Source: docs/protocol.md, "Order and finality".
 */
import type { CommittedVertex } from './checkpoint.ts'
import type { DueCheckpoint } from './checkpoint-schedule.ts'
import { commitTimeOf, decideLeaders, linearise } from './commit-rule.ts'
import type { DagVertex } from './dag.ts'
import { type EpochRun, lowestKept } from './epoch-run.ts'
import { consensusLimits } from './limits.ts'
import type { ProtocolRules } from './protocol-rules.ts'
import type { TransactionPool } from './transaction-pool.ts'
import type { CommitEffect, EngineEffect } from './types.ts'
import type { Vertex } from './vertex.ts'
import { voteProgress } from './vote-progress.ts'

/** How far the chain has come, over all epochs. */
export interface ChainPosition {
  commitIndex: number
  /** Of the last commit whose result is known. */
  executedIndex: number
  commitTimeMs: number
}

export interface DueCommit {
  readonly due: DueCheckpoint
  readonly commit: CommitEffect
}

export interface Committer {
  /** Commits what the graph decides. */
  decide(run: EpochRun): void
  /** The checkpoint that is due with a commit which has been executed; told once. */
  takeDue(commitIndex: number): DueCommit | undefined
  /** Leaders left out since the start. */
  readonly skips: number
}

export interface CommitterDeps {
  readonly rules: ProtocolRules
  readonly position: ChainPosition
  readonly pool: TransactionPool
  readonly emit: (effect: EngineEffect) => void
}

export function createCommitter({ rules, position, pool, emit }: CommitterDeps): Committer {
  /** Due and not executed yet, by index of their commit. */
  const due = new Map<number, DueCommit>()
  let skips = 0

  /** @param newest last of the anchors decided together: how many those are differs from node to node */
  const commit = (run: EpochRun, anchor: DagVertex, newest: DagVertex): void => {
    const { dag, schedule, frame } = run
    const below = rules.horizonBelow === 'previous' ? run.lastAnchorRound : newest.round
    const lowestRound = Math.max(1, below - consensusLimits.horizonRounds)
    const entries = linearise(dag, anchor, (entry) => run.committed.has(entry.key), lowestRound)
    const commitTimeMs = commitTimeOf(dag, anchor, position.commitTimeMs)
    const commitIndex = position.commitIndex + 1
    position.commitTimeMs = commitTimeMs
    position.commitIndex = commitIndex
    run.lastAnchorRound = anchor.round
    const vertices: Vertex[] = []
    for (const entry of entries) {
      for (const progress of voteProgress.complete(dag, entry, anchor)) emit({ type: 'progress', ...progress })
      run.committed.add(entry.key)
      vertices.push(entry.vertex)
      for (const fact of pool.factsOf(entry)) if (fact !== null) run.snow?.forget(fact)
      pool.committed(entry)
      if (entry.vertex.transactionCount > 0) run.uncommittedLoads -= 1
    }
    const { due: dueNow, closesEpoch } = schedule.take({
      commitIndex,
      leaderRound: anchor.round,
      commitTimeMs,
      vertices: vertices.map(({ round, hash }): CommittedVertex => ({ round, hash })),
      hasTransactions: vertices.some((vertex) => vertex.transactionCount > 0),
    })
    const effect: CommitEffect = {
      type: 'commit',
      commitIndex,
      epoch: frame.number,
      leaderRound: anchor.round,
      anchor: anchor.vertex.hash,
      commitTimeMs,
      vertices,
      checkpointDue: dueNow?.consensus ?? null,
      closesEpoch,
    }
    if (dueNow !== null) due.set(commitIndex, { due: dueNow, commit: effect })
    run.isClosing = closesEpoch
    emit(effect)
    forgetOld(run, pool)
  }

  return {
    decide(run) {
      if (run.isClosing) return
      const decisions = decideLeaders(run.dag, run.lastDecidedRound + 1)
      const newest = decisions.findLast((decision) => decision.kind === 'commit')?.vertex
      for (const decision of decisions) {
        run.lastDecidedRound += 1
        if (decision.kind === 'skip') skips += 1
        else commit(run, decision.vertex, newest ?? decision.vertex)
        if (run.isClosing) return
      }
    },
    takeDue(commitIndex) {
      const found = due.get(commitIndex)
      due.delete(commitIndex)
      return found
    },
    get skips() {
      return skips
    },
  }
}

function forgetOld(run: EpochRun, pool: TransactionPool): void {
  const { dag, history, lastAnchorRound } = run
  const lowest = lowestKept(run)
  for (let round = Math.max(1, run.forgotten); round < Math.min(lowest, dag.highestRound + 1); round++) {
    for (const entry of dag.at(round)) {
      if (!run.committed.has(entry.key) && entry.vertex.transactionCount > 0) run.uncommittedLoads -= 1
      run.committed.delete(entry.key)
    }
  }
  run.forgotten = Math.max(run.forgotten, lowest)
  history.forgetBelow(Math.max(1, lastAnchorRound - consensusLimits.horizonRounds))
  pool.forgetBelow(Math.max(1, lowest))
  dag.releasePayloadsBelow(Math.max(1, lastAnchorRound - consensusLimits.payloadRounds), (entry) =>
    run.committed.has(entry.key),
  )
  dag.forgetBelow(Math.max(0, lowest))
}
