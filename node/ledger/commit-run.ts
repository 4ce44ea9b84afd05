/**
 * A run takes steps of a commit one after the other and keeps what they change, over a state that it leaves alone. Steps that
 * touch the same accounts or the same whole (stake, faucet) must be taken by one run, in their order.
 * Rules: docs/protocol.md, "Execution".
 */
import { maxU64 } from '../core/amount.ts'
import { bytesKey, bytesOfKey, equalBytes } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { type Account, emptyAccount, type ParkedTransaction, type TransactionOrigin } from './account.ts'
import type { AccountId } from './address.ts'
import type { Step } from './commit-plan.ts'
import { closeEpoch, type EpochState, selectLargestStakes } from './epochs.ts'
import type { Candidate, Commit, ExecutionCode, IgnoredCopy, TransactionResult } from './execution.ts'
import { ledgerLimits } from './limits.ts'
import { networkFeeMicroRuv } from './network-fee.ts'
import { type Ledger, type OperationContext, runOperations } from './operations.ts'
import { Overlay } from './overlay.ts'
import { isOutdated, refusalOf, withSpent } from './policy.ts'
import { partiesOf } from './results.ts'
import { type ChainRules, checkRules, outgoingMicroRuv } from './rules.ts'
import { signersName, signersOf } from './signers.ts'
import { isGone, release, type StakeRecord } from './stake.ts'
import type { LedgerState, StateDelta, Totals } from './state.ts'
import type { Operation, SignedTransaction } from './transaction.ts'

/** What a step did, entries apart: those are the run's. */
export interface StepOutput {
  /** Without their place, which depends on the steps before. */
  readonly results: Omit<TransactionResult, 'position'>[]
  readonly parked: Uint8Array[]
  readonly ignored: IgnoredCopy[]
  readonly paid: StateDelta['paid'][number][]
  /** Keys of entries that no earlier step of the run had changed, in order. */
  readonly accounts: readonly string[]
  readonly stakes: readonly string[]
}

/** What is about to run: a fresh transaction or a parked one. */
interface Runnable {
  readonly txId: Uint8Array
  readonly nonce: number
  readonly operations: readonly Operation[]
  readonly sizeBytes: number
  readonly origin: TransactionOrigin
  readonly coSigned?: true
}

export class CommitRun implements Ledger {
  readonly accounts: Overlay<Account>
  readonly stakes: Overlay<StakeRecord | null>
  /** Those of the state with what this run added. */
  totals: Totals
  /** The state's, the same object, until the epoch is closed. */
  epoch: EpochState
  readonly #state: LedgerState
  readonly #chain: ChainRules
  readonly #commitTimeMs: number
  readonly #context: OperationContext
  readonly #paidIds = new Set<string>()
  #output: StepOutput = emptyOutput()

  constructor(state: LedgerState, { commitTimeMs }: Pick<Commit, 'commitTimeMs'>, chain: ChainRules) {
    this.#state = state
    this.#chain = chain
    this.#commitTimeMs = commitTimeMs
    this.#context = { chain, commitTimeMs, epoch: state.epoch.epoch }
    this.accounts = new Overlay((key) => state.accounts.get(key))
    this.stakes = new Overlay((key) => state.stakes.get(key))
    this.totals = state.totals
    this.epoch = state.epoch
  }

  take(step: Step): StepOutput {
    this.#output = emptyOutput()
    const [accounts, stakes] = [this.accounts.order.length, this.stakes.order.length]
    switch (step.type) {
      case 'expire':
        this.#expire(step.account)
        break
      case 'release':
        for (const key of step.stakes) this.#release(key)
        break
      case 'candidate':
        this.#takeCandidate(step.candidate)
        break
      case 'closeEpoch':
        this.#closeEpoch()
        break
    }
    return {
      ...this.#output,
      accounts: this.accounts.order.slice(accounts),
      stakes: this.stakes.order.slice(stakes),
    }
  }

  #expire(key: string): void {
    const account = this.accounts.get(key)
    invariant(account, 'an account with parked transactions is on the ledger')
    const expired = account.parked.filter((parked) => parked.validUntilMs < this.#commitTimeMs)
    this.accounts.set(key, { ...account, parked: account.parked.filter((parked) => !expired.includes(parked)) })
    for (const parked of expired) this.#end(bytesOfKey(key), parked, 'rejected', 'EXPIRED', parked.feeMicroRuv)
  }

  #release(key: string): void {
    const before = this.stakes.get(key)
    invariant(before?.owner, 'stake that is paid out has an owner')
    const { record, releasedMicroRuv } = release(before, this.#commitTimeMs)
    this.stakes.set(key, isGone(record) ? null : record)
    const ownerKey = bytesKey(before.owner)
    const owner = this.accounts.get(ownerKey) ?? emptyAccount
    // It was part of the supply all along, and the supply is within u64.
    this.accounts.set(ownerKey, { ...owner, balanceMicroRuv: owner.balanceMicroRuv + releasedMicroRuv })
    this.totals = { ...this.totals, stakedMicroRuv: this.totals.stakedMicroRuv - releasedMicroRuv }
  }

  #closeEpoch(): void {
    const stakes = new Map<string, StakeRecord>()
    for (const [key, stake] of this.#state.stakes) stakes.set(key, stake)
    for (const [key, stake] of this.stakes.changed) {
      if (stake === null) stakes.delete(key)
      else stakes.set(key, stake)
    }
    const { parameters, selectCommittee = selectLargestStakes } = this.#chain
    const { epoch, records } = closeEpoch(stakes, this.epoch, this.#commitTimeMs, parameters, selectCommittee)
    for (const [key, stake] of records) this.stakes.set(key, stake)
    this.epoch = epoch
  }

  #takeCandidate({ transaction, origin, verifiedUnder }: Candidate): void {
    const ignore = (code: string): void => {
      this.#output.ignored.push({ txId: transaction.txId, code })
    }
    const commitTimeMs = this.#commitTimeMs
    if (transaction.validUntilMs < commitTimeMs) return ignore('EXPIRED')
    if (transaction.validUntilMs > commitTimeMs + ledgerLimits.maxValidityMs) return ignore('VALID_UNTIL_TOO_FAR')
    const idKey = bytesKey(transaction.txId)
    if (this.#state.paid.ids.has(idKey) || this.#paidIds.has(idKey)) return ignore('DUPLICATE')
    const rules = checkRules(transaction, this.#chain)
    if (!rules.ok) return ignore(rules.error.code)

    const id = transaction.account
    const key = bytesKey(id)
    const existing = this.accounts.get(key)
    const signers = signersOf(transaction, existing ?? emptyAccount)
    if (!signers.ok) return ignore(signers.error.code)
    if (verifiedUnder === null || !equalBytes(verifiedUnder, signersName(signers.value))) {
      return ignore('SIGNATURE_INVALID')
    }
    const sizeBytes = transaction.bytes.length
    const { key: signingKey, second } = signers.value
    const { parameters } = this.#chain
    const feeMicroRuv = networkFeeMicroRuv(
      sizeBytes,
      signingKey.suite,
      parameters,
      transaction.operations,
      second?.suite ?? null,
    )
    if (feeMicroRuv > transaction.maxFeeMicroRuv) return ignore('MAX_FEE_TOO_LOW')
    const isFaucet = transaction.operations[0]?.kind === 'faucet'
    // An account nobody has credited cannot pay: remembering its attempts would be free state for whoever makes keys.
    if (existing === undefined && !(isFaucet && transaction.nonce === 0)) return ignore('INSUFFICIENT_BALANCE')

    const account: Account = { ...(existing ?? emptyAccount), key: signingKey }
    const runnable: Runnable = {
      txId: transaction.txId,
      nonce: transaction.nonce,
      operations: transaction.operations,
      sizeBytes,
      origin,
      ...(transaction.coSigned === true ? { coSigned: true } : {}),
    }
    if (transaction.nonce === account.nonce) {
      if (existing === undefined) {
        const refusal = this.#faucetRefusal(account, runnable, feeMicroRuv)
        if (refusal !== null) return ignore(refusal)
      }
      this.#markPaid(transaction)
      this.#runNext(id, key, account, runnable, { dueMicroRuv: feeMicroRuv })
      this.#runParked(id, key)
      return
    }
    this.#markPaid(transaction)
    this.#parkOrReject(id, key, account, runnable, transaction.validUntilMs, feeMicroRuv)
  }

  /** A nonce that is not the next: used or held by a sibling, one too many, or parked until its predecessor runs. */
  #parkOrReject(
    id: AccountId,
    key: string,
    account: Account,
    runnable: Runnable,
    validUntilMs: number,
    feeMicroRuv: bigint,
  ): void {
    const held = account.parked.some((parked) => parked.nonce === runnable.nonce)
    const code: ExecutionCode | null =
      runnable.nonce < account.nonce || held
        ? 'SIBLING_WON'
        : account.parked.length >= ledgerLimits.maxParkedPerAccount
          ? 'PARKED_LIMIT'
          : account.balanceMicroRuv < feeMicroRuv
            ? 'INSUFFICIENT_FEE'
            : null
    const { account: payer, paidMicroRuv } = this.#payFee(account, feeMicroRuv)
    if (code !== null) {
      this.accounts.set(key, payer)
      this.#end(id, runnable, 'rejected', code, paidMicroRuv)
      return
    }
    const waiting: ParkedTransaction = { ...runnable, validUntilMs, feeMicroRuv: paidMicroRuv }
    const parked = [...payer.parked, waiting].sort((a, b) => a.nonce - b.nonce)
    this.accounts.set(key, { ...payer, parked })
    this.#output.parked.push(runnable.txId)
  }

  /** Runs what has the account's next nonce. The nonce is used and the fee stays paid whatever comes of it. */
  #runNext(
    id: AccountId,
    key: string,
    account: Account,
    runnable: Runnable,
    fee: { dueMicroRuv: bigint } | { paidMicroRuv: bigint },
  ): void {
    const isFaucet = runnable.operations[0]?.kind === 'faucet'
    const due = 'dueMicroRuv' in fee ? fee.dueMicroRuv : 0n
    let refusal: ExecutionCode | null
    let payer: Account = { ...account, nonce: account.nonce + 1 }
    if (isFaucet) {
      refusal = this.#faucetRefusal(account, runnable, due)
      if (refusal === null) payer = this.#credit(payer, faucetMicroRuv(runnable))
    } else {
      refusal = account.balanceMicroRuv < due ? 'INSUFFICIENT_FEE' : null
    }
    const payment = this.#payFee(payer, due)
    const paidMicroRuv = 'paidMicroRuv' in fee ? fee.paidMicroRuv : payment.paidMicroRuv
    this.accounts.set(key, payment.account)
    const changed = rekeyedBy(id, runnable)
    const before = changed === null ? undefined : this.accounts.get(bytesKey(changed))
    if (refusal === null && !isFaucet) refusal = this.#runOperations(id, key, runnable)
    this.#end(id, runnable, refusal === null ? 'ok' : 'failed', refusal, paidMicroRuv)
    if (refusal === null && changed !== null && before !== undefined) this.#dropOutdated(changed, before)
  }

  /** Within what the account's policy lets its key do; what it spent by itself is counted. */
  #runOperations(id: AccountId, key: string, { operations, coSigned }: Runnable): ExecutionCode | null {
    const nowMs = this.#commitTimeMs
    const isCoSigned = coSigned === true
    const outgoing = outgoingMicroRuv({ operations })
    const account = this.accounts.get(key) ?? emptyAccount
    const refusal =
      refusalOf(account, operations, outgoing, isCoSigned, nowMs) ?? runOperations(this, id, operations, this.#context)
    if (refusal === null && !isCoSigned && account.policy !== undefined && outgoing > 0n) {
      this.accounts.set(key, withSpent(this.accounts.get(key) ?? emptyAccount, outgoing, nowMs))
    }
    return refusal
  }

  /** With its keys an account's parked transactions go that other keys signed: they were the old owner's, or a thief's. */
  #dropOutdated(id: AccountId, before: Account): void {
    const key = bytesKey(id)
    const after = this.accounts.get(key) ?? before
    const outdated = after.parked.filter((parked) => isOutdated(parked, before, after))
    if (outdated.length === 0) return
    this.accounts.set(key, { ...after, parked: after.parked.filter((parked) => !outdated.includes(parked)) })
    for (const parked of outdated) this.#end(id, parked, 'rejected', 'KEY_CHANGED', parked.feeMicroRuv)
  }

  /** Parked successors run at once, as long as the next nonce is there. */
  #runParked(id: AccountId, key: string): void {
    for (;;) {
      const account = this.accounts.get(key) ?? emptyAccount
      const next = account.parked[0]
      if (next === undefined || next.nonce !== account.nonce) return
      this.#runNext(id, key, { ...account, parked: account.parked.slice(1) }, next, { paidMicroRuv: next.feeMicroRuv })
    }
  }

  #faucetRefusal(account: Account, runnable: Runnable, dueMicroRuv: bigint): ExecutionCode | null {
    const amount = faucetMicroRuv(runnable)
    const { faucetWindowMicroRuv, faucetCapMicroRuv } = this.#chain.parameters
    if (this.#faucetWindow(account).creditedMicroRuv + amount > faucetWindowMicroRuv) return 'FAUCET_LIMIT'
    if (this.totals.mintedMicroRuv + amount > faucetCapMicroRuv) return 'FAUCET_CAP'
    if (account.balanceMicroRuv + amount > maxU64) return 'BALANCE_OVERFLOW'
    return account.balanceMicroRuv + amount < dueMicroRuv ? 'INSUFFICIENT_FEE' : null
  }

  #faucetWindow(account: Account): { windowStartMs: number; creditedMicroRuv: bigint } {
    const commitTimeMs = this.#commitTimeMs
    const current = account.faucet
    return current !== null && commitTimeMs - current.windowStartMs < this.#chain.parameters.faucetWindowMs
      ? current
      : { windowStartMs: commitTimeMs, creditedMicroRuv: 0n }
  }

  #credit(account: Account, amountMicroRuv: bigint): Account {
    const { windowStartMs, creditedMicroRuv } = this.#faucetWindow(account)
    this.totals = { ...this.totals, mintedMicroRuv: this.totals.mintedMicroRuv + amountMicroRuv }
    return {
      ...account,
      balanceMicroRuv: account.balanceMicroRuv + amountMicroRuv,
      faucet: { windowStartMs, creditedMicroRuv: creditedMicroRuv + amountMicroRuv },
    }
  }

  /** Network fees are burned. Pays up to the balance, never below zero. */
  #payFee(account: Account, dueMicroRuv: bigint): { account: Account; paidMicroRuv: bigint } {
    const paidMicroRuv = dueMicroRuv < account.balanceMicroRuv ? dueMicroRuv : account.balanceMicroRuv
    if (paidMicroRuv > 0n) {
      this.totals = { ...this.totals, burnedMicroRuv: this.totals.burnedMicroRuv + paidMicroRuv }
    }
    return { account: { ...account, balanceMicroRuv: account.balanceMicroRuv - paidMicroRuv }, paidMicroRuv }
  }

  #markPaid(transaction: SignedTransaction): void {
    this.#output.paid.push({ txId: transaction.txId, validUntilMs: transaction.validUntilMs })
    this.#paidIds.add(bytesKey(transaction.txId))
  }

  #end(
    id: AccountId,
    runnable: Runnable,
    outcome: TransactionResult['outcome'],
    code: ExecutionCode | null,
    feeMicroRuv: bigint,
  ): void {
    this.#output.results.push({
      txId: runnable.txId,
      account: id,
      nonce: runnable.nonce,
      outcome,
      code,
      feeMicroRuv,
      sizeBytes: runnable.sizeBytes,
      origin: runnable.origin,
      parties: outcome === 'ok' ? partiesOf(id, runnable.operations) : [id],
    })
  }
}

/** The account whose keys a transaction may change; null for most. */
function rekeyedBy(sender: AccountId, { operations: [first] }: Runnable): AccountId | null {
  if (first?.kind === 'account.update') return sender
  return first?.kind === 'account.recover' ? first.account : null
}

/** What a faucet transaction asks for; 0 for any other. */
function faucetMicroRuv({ operations: [first] }: Runnable): bigint {
  return first?.kind === 'faucet' ? first.amountMicroRuv : 0n
}

function emptyOutput(): StepOutput {
  return { results: [], parked: [], ignored: [], paid: [], accounts: [], stakes: [] }
}
