/**
 * Executes committed orders with the real ledger. Equal orders share one execution: a commit is known by the hash of
 * all that was committed up to it, so validators that diverge are executed apart.
 */
import type { CommitEffect } from '../consensus/types.ts'
import { bytesKey, utf8 } from '../core/bytes.ts'
import { sha256 } from '../crypto/hash.ts'
import {
  type Commit,
  type Execution as CommitExecution,
  executeCommit,
  type TransactionResult,
} from '../ledger/execution.ts'
import type { Genesis } from '../ledger/genesis.ts'
import { historyRoot } from '../ledger/history.ts'
import { executeInGroups } from '../ledger/parallel-execution.ts'
import type { ChainRules } from '../ledger/rules.ts'
import { applyDelta, genesisState, isConserved, type LedgerState, stateRoot } from '../ledger/state.ts'
import { firstDifference } from './first-difference.ts'
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
  /** Where execution by groups came to something else than the serial one; null where it did not. */
  readonly parallelDifference: string | null
}

export interface Execution {
  execute(previous: ExecutedCommit | null, commit: CommitEffect): ExecutedCommit
  /** The state after a commit, executed anew from the genesis; the caller's own. */
  stateAfter(executed: ExecutedCommit): LedgerState
  /** Goes on from a state that was taken over with the commit it stands at. */
  adopt(executed: ExecutedCommit, state: LedgerState): void
}

export interface ExecutionDeps {
  readonly genesis: Genesis
  readonly rules: ChainRules
  readonly book: TransactionBook
  /** What every commit is executed by a second time and held against the serial execution; the product's unless a test says. */
  readonly executesInGroups?: typeof executeInGroups
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
  const stateAt = (at: ExecutedCommit | null): LedgerState => heads.get(at?.key ?? '') ?? replayed(at)
  const replayed = (at: ExecutedCommit | null): LedgerState => {
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
      const serial = run(state, commit, deps)
      const parallelDifference = differenceInGroups(state, commit, deps, serial)
      const { delta, results, ignored } = serial
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
        parallelDifference,
      }
      known.set(key, executed)
      return executed
    },
    stateAfter: replayed,
    adopt: (executed, state) => void heads.set(executed.key, state),
  }
}

function run(state: LedgerState, commit: CommitEffect, { rules, book }: ExecutionDeps): CommitExecution {
  return executeCommit(state, ledgerCommit(commit, book), rules)
}

/** Before the delta is applied: neither execution changes the state. */
function differenceInGroups(
  state: LedgerState,
  commit: CommitEffect,
  { rules, book, executesInGroups = executeInGroups }: ExecutionDeps,
  serial: CommitExecution,
): string | null {
  return firstDifference(serial, executesInGroups(state, ledgerCommit(commit, book), rules))
}

function ledgerCommit({ commitIndex, commitTimeMs, vertices }: CommitEffect, book: TransactionBook): Commit {
  return { commitIndex, commitTimeMs, candidates: vertices.flatMap((vertex) => book.candidates(vertex)) }
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
