/**
 * Execution: what a commit does to the ledger. A pure function of the state, the committed order and its time; nothing
 * changes before applyDelta. Rules in the order they are asked: docs/protocol.md, "Execution".
 */
import { runAtOnce, type Slices } from '../core/slices.ts'
import type { TransactionOrigin } from './account.ts'
import type { AccountId } from './address.ts'
import { assembleInSlices, planCommit } from './commit-plan.ts'
import { CommitRun, type StepOutput } from './commit-run.ts'
import type { CommitteeMember } from './epochs.ts'
import type { EvidenceCode } from './evidence.ts'
import type { PolicyCode } from './policy.ts'
import type { ChainRules } from './rules.ts'
import type { StakeCode } from './stake.ts'
import type { LedgerState, StateDelta } from './state.ts'
import type { SignedTransaction } from './transaction.ts'

export { encodeResult, partiesOf, reserveMicroRuv } from './results.ts'

/** A transaction's copy in the committed order. */
export interface Candidate {
  readonly transaction: SignedTransaction
  readonly origin: TransactionOrigin
  /** What its signatures were checked under and found good (signersName); null where one was bad. */
  readonly verifiedUnder: Uint8Array | null
}

export interface Commit {
  readonly commitIndex: number
  readonly commitTimeMs: number
  readonly candidates: readonly Candidate[]
  /** What the order took the commit for, where it says: isEpochEnd of the state before it, and nothing else. */
  readonly closesEpoch?: boolean
}

/** Why a transaction that was in the order did not do what it says. */
export type ExecutionCode =
  /** Failed: the balance does not cover the amounts. Nonce and fee are kept. */
  | 'INSUFFICIENT_BALANCE'
  /** Failed or rejected: the balance does not cover the fee; all of it is paid. */
  | 'INSUFFICIENT_FEE'
  /** Failed: a recipient would hold more than 2^64 − 1 µrUv. */
  | 'BALANCE_OVERFLOW'
  /** Failed: the faucet gave this account its share of the window. */
  | 'FAUCET_LIMIT'
  /** Failed: the faucet has minted all it may. */
  | 'FAUCET_CAP'
  /** Rejected, fee paid: another transaction of this account has the nonce. */
  | 'SIBLING_WON'
  /** Rejected, fee paid: 64 transactions of this account are parked already. */
  | 'PARKED_LIMIT'
  /** Rejected: parked, and its predecessor did not come before validUntil. */
  | 'EXPIRED'
  /** Rejected: parked, and the keys that signed it are the account's no more. */
  | 'KEY_CHANGED'
  | PolicyCode
  | StakeCode
  | EvidenceCode

export interface TransactionResult {
  readonly txId: Uint8Array
  readonly account: AccountId
  readonly nonce: number
  readonly outcome: 'ok' | 'failed' | 'rejected'
  readonly code: ExecutionCode | null
  /** Fee in µrUv, whenever it was paid. */
  readonly feeMicroRuv: bigint
  readonly sizeBytes: number
  readonly origin: TransactionOrigin
  /** Order among the results of the commit, from 0. */
  readonly position: number
  /** Sender first, then recipients, each once. */
  readonly parties: readonly AccountId[]
}

/** A copy without effect: seen before, or breaking a rule its proposer could have checked. It pays nothing. */
export interface IgnoredCopy {
  readonly txId: Uint8Array
  readonly code: string
}

export interface Execution {
  readonly results: readonly TransactionResult[]
  /** Parked by this commit: ids and why they wait is their nonce. */
  readonly parked: readonly Uint8Array[]
  readonly ignored: readonly IgnoredCopy[]
  /** The committee of the epoch that begins after this commit; null where it closes none. */
  readonly nextValidators: readonly CommitteeMember[] | null
  readonly delta: StateDelta
}

/** Steps between two turns: some 10 ms. */
const stepsATurn = 128

/** Step after step, in order. */
export function executeCommit(state: LedgerState, commit: Commit, chain: ChainRules): Execution {
  return runAtOnce(executeInSlices(state, commit, chain))
}

/** The same; the state must not change until it is done. */
export function* executeInSlices(state: LedgerState, commit: Commit, chain: ChainRules): Slices<Execution> {
  const run = new CommitRun(state, commit, chain)
  const outputs: StepOutput[] = []
  for (const step of planCommit(state, commit)) {
    outputs.push(run.take(step))
    if (outputs.length % stepsATurn === 0) yield
  }
  return yield* assembleInSlices(state, commit, outputs, [run])
}
