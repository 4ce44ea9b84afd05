/**
 * A commit as a list of steps, and what the steps come to. Each step says what it did; put together in the order of the plan
 * they are the commit's execution, whoever ran them. Source: docs/protocol.md, "Execution".
 */
import { bytesOfKey } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { runAtOnce, type Slices } from '../core/slices.ts'
import type { Account } from './account.ts'
import type { AccountId } from './address.ts'
import type { CommitRun, StepOutput } from './commit-run.ts'
import { isEpochEnd } from './epochs.ts'
import type { Candidate, Commit, Execution, TransactionResult } from './execution.ts'
import { appendHistory, historyLeafHash } from './history.ts'
import { minuteOf } from './paid-transactions.ts'
import { encodeResult } from './results.ts'
import { nextReleaseMs, type StakeRecord } from './stake.ts'
import type { LedgerState, Totals } from './state.ts'

export type Step =
  /** Parked transactions of an account that are past their time leave, so that a nonce they held is free in this commit. */
  | { readonly type: 'expire'; readonly account: string }
  /** Stake that is due is paid out. @param stakes keys of the records */
  | { readonly type: 'release'; readonly stakes: readonly string[] }
  | { readonly type: 'candidate'; readonly candidate: Candidate }
  | { readonly type: 'closeEpoch' }

/** Results between two turns: a few milliseconds. */
const resultsATurn = 256

/** All steps, in the order in which they count. */
export function planCommit(state: LedgerState, commit: Commit): Step[] {
  const { commitTimeMs, candidates, closesEpoch } = commit
  const isLast = isEpochEnd(state, commitTimeMs)
  invariant(closesEpoch === undefined || closesEpoch === isLast, 'an epoch ends where its time is over')
  const steps: Step[] = expiringAccounts(state, commitTimeMs).map((account) => ({ type: 'expire', account }))
  if (state.nextReleaseMs <= commitTimeMs) steps.push({ type: 'release', stakes: dueStakes(state, commitTimeMs) })
  for (const candidate of candidates) steps.push({ type: 'candidate', candidate })
  if (isLast) steps.push({ type: 'closeEpoch' })
  return steps
}

function expiringAccounts(state: LedgerState, commitTimeMs: number): string[] {
  const lastMinute = minuteOf(commitTimeMs)
  const keys = new Set<string>()
  for (const [minute, accounts] of state.parkedByMinute) {
    if (minute <= lastMinute) for (const key of accounts) keys.add(key)
  }
  const isExpiring = (key: string) =>
    state.accounts.get(key)?.parked.some(({ validUntilMs }) => validUntilMs < commitTimeMs)
  return [...keys].filter(isExpiring).sort()
}

function dueStakes(state: LedgerState, commitTimeMs: number): string[] {
  const due = [...state.stakes].filter(([, stake]) => nextReleaseMs(stake) <= commitTimeMs)
  return due.map(([key]) => key).sort()
}

/**
 * Puts together what the steps did.
 *
 * @param outputs of all steps, in the order of the plan
 * @param runs those that took the steps; no two changed the same entry
 */
export function assemble(
  state: LedgerState,
  commit: Commit,
  outputs: readonly StepOutput[],
  runs: readonly CommitRun[],
): Execution {
  return runAtOnce(assembleInSlices(state, commit, outputs, runs))
}

/** The same; the state must not change until it is done. */
export function* assembleInSlices(
  state: LedgerState,
  commit: Commit,
  outputs: readonly StepOutput[],
  runs: readonly CommitRun[],
): Slices<Execution> {
  const { commitIndex, commitTimeMs } = commit
  const results: TransactionResult[] = []
  let { history } = state
  for (const output of outputs) {
    for (const ended of output.results) {
      const result = { ...ended, position: results.length }
      const { txId, position } = result
      results.push(result)
      history = appendHistory(history, historyLeafHash({ commitIndex, position, txId, result: encodeResult(result) }))
      if (results.length % resultsATurn === 0) yield
    }
  }
  const { accounts, stakes } = changesOf(outputs, runs)
  const change = runs.find(({ epoch }) => epoch !== state.epoch)
  const epoch = change?.epoch ?? state.epoch
  return {
    results,
    parked: outputs.flatMap(({ parked }) => parked),
    ignored: outputs.flatMap(({ ignored }) => ignored),
    nextValidators: change === undefined ? null : epoch.committee,
    delta: {
      commitIndex,
      commitTimeMs,
      totals: totalsOf(state.totals, runs),
      history,
      accounts,
      stakes,
      epoch,
      paid: outputs.flatMap(({ paid }) => paid),
    },
  }
}

/** Entries as they are in the end, in the order of their first change. */
function changesOf(outputs: readonly StepOutput[], runs: readonly CommitRun[]) {
  const lastAccounts = new Map<string, Account>()
  const lastStakes = new Map<string, StakeRecord | null>()
  for (const run of runs) {
    for (const [key, account] of run.accounts.changed) lastAccounts.set(key, account)
    for (const [key, stake] of run.stakes.changed) lastStakes.set(key, stake)
  }
  const accounts = new Map<string, { readonly id: AccountId; readonly account: Account }>()
  const stakes = new Map<string, StakeRecord | null>()
  for (const output of outputs) {
    for (const key of output.accounts) {
      accounts.set(key, { id: bytesOfKey(key), account: lastAccounts.get(key) as Account })
    }
    for (const key of output.stakes) stakes.set(key, lastStakes.get(key) ?? null)
  }
  return { accounts, stakes }
}

/** The very object that was, where nothing changed. */
function totalsOf(before: Totals, runs: readonly CommitRun[]): Totals {
  let after = before
  for (const { totals } of runs) {
    if (totals === before) continue
    after = {
      ...after,
      mintedMicroRuv: after.mintedMicroRuv + totals.mintedMicroRuv - before.mintedMicroRuv,
      burnedMicroRuv: after.burnedMicroRuv + totals.burnedMicroRuv - before.burnedMicroRuv,
      stakedMicroRuv: after.stakedMicroRuv + totals.stakedMicroRuv - before.stakedMicroRuv,
    }
  }
  return after
}
