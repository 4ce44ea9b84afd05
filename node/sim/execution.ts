/**
 * Executes committed orders with the real ledger. Equal orders share one execution: a commit is known by the hash of
 * all that was committed up to it, so validators that diverge are executed apart.
 */
import type { CommitEffect } from '../consensus/types.ts'
import { bytesKey, utf8 } from '../core/bytes.ts'
import { sha256 } from '../crypto/hash.ts'
import { executeCommit, type TransactionResult } from '../ledger/execution.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { historyRoot } from '../ledger/history.ts'
import type { ChainRules } from '../ledger/rules.ts'
import { applyDelta, genesisState, isConserved, type LedgerState, stateRoot } from '../ledger/state.ts'
import type { TransactionBook } from './transactions.ts'

/** A commit and what it did, on top of the ones before. */
export interface ExecutedCommit {
  /** bytesKey of `hash`. */
  readonly key: string
  /** Over everything committed so far. */
  readonly hash: Uint8Array
  readonly previous: ExecutedCommit | null
  readonly commit: CommitEffect
  readonly stateRoot: Uint8Array
  readonly historyRoot: Uint8Array
  readonly results: readonly TransactionResult[]
  /** Txids of copies without effect, with why. */
  readonly ignored: readonly { readonly txId: Uint8Array; readonly code: string }[]
  /** What is wrong with the state after it; null where nothing is. */
  readonly problem: string | null
}

export interface Execution {
  execute(previous: ExecutedCommit | null, commit: CommitEffect): ExecutedCommit
}

export interface ExecutionDeps {
  readonly genesis: Genesis
  readonly rules: ChainRules
  readonly book: TransactionBook
}

/** One execution for all validators whose orders are equal. */
export function createSharedExecution(deps: ExecutionDeps): Execution {
  const known = new Map<string, ExecutedCommit>()
  return cached(deps, known)
}

/** An execution of its own: nothing that another validator computed is taken over. */
export function createOwnExecution(deps: ExecutionDeps): Execution {
  return cached(deps, new Map())
}

function cached(deps: ExecutionDeps, known: Map<string, ExecutedCommit>): Execution {
  /** States to go on from, by the commit they stand at; a state moves on with the commit executed on it. */
  const heads = new Map<string, LedgerState>()
  const stateAt = (at: ExecutedCommit | null): LedgerState => {
    const head = heads.get(at?.key ?? '')
    if (head !== undefined) return head
    const path: ExecutedCommit[] = []
    for (let entry = at; entry !== null; entry = entry.previous) path.push(entry)
    const state = genesisState(deps.genesis)
    for (const { commit } of path.reverse()) applyDelta(state, run(state, commit, deps).delta)
    return state
  }
  return {
    execute(previous, commit) {
      const hash = hashOf(previous, commit)
      const key = bytesKey(hash)
      const found = known.get(key)
      if (found !== undefined) return found
      const state = stateAt(previous)
      heads.delete(previous?.key ?? '')
      const { delta, results, ignored } = run(state, commit, deps)
      applyDelta(state, delta)
      heads.set(key, state)
      const executed: ExecutedCommit = {
        key,
        hash,
        previous,
        commit,
        stateRoot: stateRoot(state),
        historyRoot: historyRoot(state.history),
        results,
        ignored,
        problem: stateProblem(state),
      }
      known.set(key, executed)
      return executed
    },
  }
}

function run(
  state: LedgerState,
  commit: CommitEffect,
  { rules, book }: ExecutionDeps,
): ReturnType<typeof executeCommit> {
  const { commitIndex, commitTimeMs, vertices } = commit
  const candidates = vertices.flatMap((vertex) => book.candidates(vertex))
  return executeCommit(state, { commitIndex, commitTimeMs, candidates }, rules)
}

function stateProblem(state: LedgerState): string | null {
  if (!isConserved(state)) return 'rUv is not conserved'
  for (const { balanceMicroRuv } of state.accounts.values()) if (balanceMicroRuv < 0n) return 'a balance is negative'
  return null
}

function hashOf(previous: ExecutedCommit | null, commit: CommitEffect): Uint8Array {
  const { commitIndex, epoch, leaderRound, commitTimeMs, anchor, vertices } = commit
  const numbers = utf8(`${commitIndex} ${epoch} ${leaderRound} ${commitTimeMs} ${vertices.length}`)
  const before = previous?.hash ?? new Uint8Array(32)
  return sha256(before, anchor, numbers, ...vertices.map(({ hash }) => hash))
}
