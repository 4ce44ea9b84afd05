/**
 * Execution: what a commit does to the ledger. A pure function of the state, the committed order and its time; nothing
 * changes before applyDelta. Rules in the order they are asked: docs/protocol.md, "Execution".
 */
import { maxU64 } from '../core/amount.ts'
import { bytesKey, bytesOfKey, compareBytes, equalBytes } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import { bytesUpTo, nullable, record, textUpTo, u64 } from '../core/codec.ts'
import { type Account, emptyAccount, type ParkedTransaction, type TransactionOrigin } from './account.ts'
import type { AccountId } from './address.ts'
import { appendHistory, historyLeafHash } from './history.ts'
import { ledgerLimits } from './limits.ts'
import { networkFeeMicroRuv } from './network-fee.ts'
import { minuteOf } from './paid-transactions.ts'
import { type ChainRules, checkRules, outgoingMicroRuv, signingKeyOf } from './rules.ts'
import type { LedgerState, StateDelta, Totals } from './state.ts'
import type { Operation, SignedTransaction } from './transaction.ts'

/** A transaction's copy in the committed order. */
export interface Candidate {
  readonly transaction: SignedTransaction
  readonly origin: TransactionOrigin
  /** The public key under which its signature was checked and found good; null where it was bad. */
  readonly verifiedUnder: Uint8Array | null
}

export interface Commit {
  readonly commitIndex: number
  readonly commitTimeMs: number
  readonly candidates: readonly Candidate[]
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
  readonly delta: StateDelta
}

export function executeCommit(state: LedgerState, commit: Commit, chain: ChainRules): Execution {
  const run = new Run(state, commit, chain)
  run.expireParked()
  for (const candidate of commit.candidates) run.take(candidate)
  return run.finish()
}

/** Accounts as changed so far, over those of the state. */
class Overlay {
  readonly changed = new Map<string, { readonly id: AccountId; readonly account: Account }>()
  readonly #below: (key: string) => Account | undefined

  constructor(below: (key: string) => Account | undefined) {
    this.#below = below
  }

  get(key: string): Account | undefined {
    return this.changed.get(key)?.account ?? this.#below(key)
  }

  set(key: string, id: AccountId, account: Account): void {
    this.changed.set(key, { id, account })
  }
}

/** What is about to run: a fresh transaction or a parked one. */
interface Runnable {
  readonly txId: Uint8Array
  readonly nonce: number
  readonly operations: readonly Operation[]
  readonly sizeBytes: number
  readonly origin: TransactionOrigin
}

class Run {
  readonly #state: LedgerState
  readonly #commit: Commit
  readonly #chain: ChainRules
  readonly #accounts: Overlay
  readonly #results: TransactionResult[] = []
  readonly #parked: Uint8Array[] = []
  readonly #ignored: IgnoredCopy[] = []
  readonly #paid: { txId: Uint8Array; validUntilMs: number }[] = []
  readonly #paidIds = new Set<string>()
  #totals: Totals

  constructor(state: LedgerState, commit: Commit, chain: ChainRules) {
    this.#state = state
    this.#commit = commit
    this.#chain = chain
    this.#accounts = new Overlay((key) => state.accounts.get(key))
    this.#totals = state.totals
  }

  /** Parked transactions past their validUntil leave first, so that a nonce they held is free in this commit. */
  expireParked(): void {
    const { commitTimeMs } = this.#commit
    const lastMinute = minuteOf(commitTimeMs)
    const keys = new Set<string>()
    for (const [minute, accounts] of this.#state.parkedByMinute) {
      if (minute <= lastMinute) for (const key of accounts) keys.add(key)
    }
    for (const key of [...keys].sort()) {
      const account = this.#accounts.get(key)
      if (account === undefined) continue
      const expired = account.parked.filter((parked) => parked.validUntilMs < commitTimeMs)
      if (expired.length === 0) continue
      const id = bytesOfKey(key)
      this.#accounts.set(key, id, { ...account, parked: account.parked.filter((parked) => !expired.includes(parked)) })
      for (const parked of expired) this.#end(id, parked, 'rejected', 'EXPIRED', parked.feeMicroRuv)
    }
  }

  take({ transaction, origin, verifiedUnder }: Candidate): void {
    const ignore = (code: string): void => {
      this.#ignored.push({ txId: transaction.txId, code })
    }
    const { commitTimeMs } = this.#commit
    if (transaction.validUntilMs < commitTimeMs) return ignore('EXPIRED')
    if (transaction.validUntilMs > commitTimeMs + ledgerLimits.maxValidityMs) return ignore('VALID_UNTIL_TOO_FAR')
    const idKey = bytesKey(transaction.txId)
    if (this.#state.paid.ids.has(idKey) || this.#paidIds.has(idKey)) return ignore('DUPLICATE')
    const rules = checkRules(transaction, this.#chain)
    if (!rules.ok) return ignore(rules.error.code)

    const id = transaction.account
    const key = bytesKey(id)
    const existing = this.#accounts.get(key)
    const signingKey = signingKeyOf(transaction, existing?.key ?? null)
    if (!signingKey.ok) return ignore(signingKey.error.code)
    if (verifiedUnder === null || !equalBytes(verifiedUnder, signingKey.value.publicKey)) {
      return ignore('SIGNATURE_INVALID')
    }
    const sizeBytes = transaction.bytes.length
    const feeMicroRuv = networkFeeMicroRuv(sizeBytes, signingKey.value.suite, this.#chain.parameters)
    if (feeMicroRuv > transaction.maxFeeMicroRuv) return ignore('MAX_FEE_TOO_LOW')
    const isFaucet = transaction.operations[0]?.kind === 'faucet'
    // An account nobody has credited cannot pay: remembering its attempts would be free state for whoever makes keys.
    if (existing === undefined && !(isFaucet && transaction.nonce === 0)) return ignore('INSUFFICIENT_BALANCE')

    const account: Account = { ...(existing ?? emptyAccount), key: signingKey.value }
    const runnable: Runnable = {
      txId: transaction.txId,
      nonce: transaction.nonce,
      operations: transaction.operations,
      sizeBytes,
      origin,
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

  finish(): Execution {
    let history = this.#state.history
    for (const result of this.#results) {
      history = appendHistory(
        history,
        historyLeafHash({
          commitIndex: this.#commit.commitIndex,
          position: result.position,
          txId: result.txId,
          result: encodeResult(result),
        }),
      )
    }
    return {
      results: this.#results,
      parked: this.#parked,
      ignored: this.#ignored,
      delta: {
        commitIndex: this.#commit.commitIndex,
        commitTimeMs: this.#commit.commitTimeMs,
        totals: this.#totals,
        history,
        accounts: this.#accounts.changed,
        paid: this.#paid,
      },
    }
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
      this.#accounts.set(key, id, payer)
      this.#end(id, runnable, 'rejected', code, paidMicroRuv)
      return
    }
    const waiting: ParkedTransaction = { ...runnable, validUntilMs, feeMicroRuv: paidMicroRuv }
    const parked = [...payer.parked, waiting].sort((a, b) => a.nonce - b.nonce)
    this.#accounts.set(key, id, { ...payer, parked })
    this.#parked.push(runnable.txId)
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
    this.#accounts.set(key, id, payment.account)
    refusal ??= isFaucet ? null : this.#runOperations(id, key, runnable.operations)
    this.#end(id, runnable, refusal === null ? 'ok' : 'failed', refusal, paidMicroRuv)
  }

  /** All operations or none: they run on an overlay of their own, which is dropped where one fails. */
  #runOperations(id: AccountId, key: string, operations: readonly Operation[]): ExecutionCode | null {
    const scope = new Overlay((scopeKey) => this.#accounts.get(scopeKey))
    for (const operation of operations) {
      if (operation.kind !== 'transfer') continue
      const sender = scope.get(key) ?? emptyAccount
      if (sender.balanceMicroRuv < operation.amountMicroRuv) return 'INSUFFICIENT_BALANCE'
      scope.set(key, id, { ...sender, balanceMicroRuv: sender.balanceMicroRuv - operation.amountMicroRuv })
      const recipientKey = bytesKey(operation.to)
      const recipient = scope.get(recipientKey) ?? emptyAccount
      const balanceMicroRuv = recipient.balanceMicroRuv + operation.amountMicroRuv
      if (balanceMicroRuv > maxU64) return 'BALANCE_OVERFLOW'
      scope.set(recipientKey, operation.to, { ...recipient, balanceMicroRuv })
    }
    for (const [changedKey, change] of scope.changed) this.#accounts.set(changedKey, change.id, change.account)
    return null
  }

  /** Parked successors run at once, as long as the next nonce is there. */
  #runParked(id: AccountId, key: string): void {
    for (;;) {
      const account = this.#accounts.get(key) ?? emptyAccount
      const next = account.parked[0]
      if (next === undefined || next.nonce !== account.nonce) return
      this.#runNext(id, key, { ...account, parked: account.parked.slice(1) }, next, { paidMicroRuv: next.feeMicroRuv })
    }
  }

  #faucetRefusal(account: Account, runnable: Runnable, dueMicroRuv: bigint): ExecutionCode | null {
    const amount = faucetMicroRuv(runnable)
    const { faucetWindowMicroRuv, faucetCapMicroRuv } = this.#chain.parameters
    if (this.#faucetWindow(account).creditedMicroRuv + amount > faucetWindowMicroRuv) return 'FAUCET_LIMIT'
    if (this.#totals.mintedMicroRuv + amount > faucetCapMicroRuv) return 'FAUCET_CAP'
    if (account.balanceMicroRuv + amount > maxU64) return 'BALANCE_OVERFLOW'
    return account.balanceMicroRuv + amount < dueMicroRuv ? 'INSUFFICIENT_FEE' : null
  }

  #faucetWindow(account: Account): { windowStartMs: number; creditedMicroRuv: bigint } {
    const { commitTimeMs } = this.#commit
    const current = account.faucet
    return current !== null && commitTimeMs - current.windowStartMs < this.#chain.parameters.faucetWindowMs
      ? current
      : { windowStartMs: commitTimeMs, creditedMicroRuv: 0n }
  }

  #credit(account: Account, amountMicroRuv: bigint): Account {
    const { windowStartMs, creditedMicroRuv } = this.#faucetWindow(account)
    this.#totals = { ...this.#totals, mintedMicroRuv: this.#totals.mintedMicroRuv + amountMicroRuv }
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
      this.#totals = { ...this.#totals, burnedMicroRuv: this.#totals.burnedMicroRuv + paidMicroRuv }
    }
    return { account: { ...account, balanceMicroRuv: account.balanceMicroRuv - paidMicroRuv }, paidMicroRuv }
  }

  #markPaid(transaction: SignedTransaction): void {
    this.#paid.push({ txId: transaction.txId, validUntilMs: transaction.validUntilMs })
    this.#paidIds.add(bytesKey(transaction.txId))
  }

  #end(
    id: AccountId,
    runnable: Runnable,
    outcome: TransactionResult['outcome'],
    code: ExecutionCode | null,
    feeMicroRuv: bigint,
  ): void {
    this.#results.push({
      txId: runnable.txId,
      account: id,
      nonce: runnable.nonce,
      outcome,
      code,
      feeMicroRuv,
      sizeBytes: runnable.sizeBytes,
      origin: runnable.origin,
      position: this.#results.length,
      parties: outcome === 'ok' ? partiesOf(id, runnable.operations) : [id],
    })
  }
}

/** What a faucet transaction asks for; 0 for any other. */
function faucetMicroRuv({ operations: [first] }: Runnable): bigint {
  return first?.kind === 'faucet' ? first.amountMicroRuv : 0n
}

/** Whom a transaction that succeeds concerns: its sender first, then the recipients, each once. */
export function partiesOf(id: AccountId, operations: readonly Operation[]): AccountId[] {
  const parties = [id]
  for (const operation of operations) {
    if (operation.kind !== 'transfer') continue
    if (!parties.some((party) => compareBytes(party, operation.to) === 0)) parties.push(operation.to)
  }
  return parties
}

const resultCodec = record({ outcome: textUpTo(16), code: nullable(textUpTo(64)), fee: u64, account: bytesUpTo(64) })

/** What the history commits to of a result. */
export function encodeResult(result: TransactionResult): Uint8Array {
  const { outcome, code, feeMicroRuv, account } = result
  return canonicalEncode(resultCodec, { outcome, code, fee: feeMicroRuv, account })
}

/** What an account can lose at most through a transaction: what its admission reserves. */
export function reserveMicroRuv(transaction: SignedTransaction): bigint {
  // A faucet transaction pays its fee out of its credit.
  if (transaction.operations[0]?.kind === 'faucet') return 0n
  return transaction.maxFeeMicroRuv + outgoingMicroRuv(transaction)
}
