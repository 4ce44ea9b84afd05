/** What a transaction is for people and programs, and what is done with transactions. */
import type { PolicyChange } from './policy-types.ts'

export type TransactionState =
  | 'Created'
  | 'Signed'
  | 'Broadcast'
  | 'Validating'
  | 'Voting'
  | 'Confirming'
  | 'Confirmed'
  | 'Finalized'
  | 'Rejected'

/** The stake of the distinct validators that have named a vertex. */
export interface Support {
  readonly supportMicroRuv: bigint
  readonly totalStakeMicroRuv: bigint
  readonly supporters: number
  readonly validators: number
}

export interface StateStep {
  readonly state: TransactionState
  readonly atMs: number
  /** The persisted record that caused it: `intent:3`, `admission:12`, `vertex:<hash>`, `commit:7`. */
  readonly record: string
  /** Behind its vertex when it reached the state; of Voting, Confirming and Confirmed where it was recorded. */
  readonly support?: Support
}

export interface OperationView {
  readonly kind:
    | 'transfer'
    | 'faucet'
    | 'stake.bond'
    | 'stake.unbond'
    | 'evidence.submit'
    | 'account.update'
    | 'account.recover'
  /** What is done to keys or policy: by the account to its own, or, `start` and `finish`, to the one named in `to`. */
  readonly change?: PolicyChange
  /** The address that the new, second or recovery key would have by itself. */
  readonly key?: string
  readonly dailyLimitMicroRuv?: bigint
  readonly delayMs?: number
  readonly to?: string
  /** Id of the validator whose stake it is about, in hex. */
  readonly validator?: string
  /** 0 for evidence: what it burns shows in the validator's stake. */
  readonly amountMicroRuv: bigint
  readonly memo?: string
}

export interface TransactionView {
  readonly txId: string
  readonly state: TransactionState
  /** Of a finalized one; absent, with the code OUTCOME_UNSEEN, where it was executed while this node was away. */
  readonly outcome?: 'ok' | 'failed'
  /** Why it failed or was rejected. */
  readonly code?: string
  readonly account: string
  readonly nonce: number
  readonly feeMicroRuv: bigint
  readonly states: readonly StateStep[]
  readonly operations: readonly OperationView[]
  readonly sizeBytes: number
  readonly validUntilMs: number
  readonly checkpoint?: { readonly seq: number; readonly hash: string }
  /** Another transaction of the account and nonce is known: at most one of them executes. */
  readonly contested?: {
    /** Whether the validators that were asked prefer this one; null before the first answers. */
    readonly isPreferred: boolean | null
  }
}

/** A request to pay; the vault signs it. Amounts in µrUv. */
export interface PaymentRequest {
  /** Address or label; undefined takes the vault's only account. */
  readonly from?: string | undefined
  readonly transfers: readonly {
    readonly to: string
    readonly amountMicroRuv: bigint
    readonly memo?: string | undefined
  }[]
  readonly maxFeeMicroRuv?: bigint | undefined
  /** The account's second key, of this vault too, signs it: beyond the daily limit. */
  readonly coSign?: boolean | undefined
  /** In place of the one with this nonce, or to fill a missing one; undefined takes the next free. */
  readonly nonce?: number | undefined
  /** Who asks, where that is a token with limits of its own; undefined for the owner. */
  readonly tokenId?: string | undefined
  /**
   * The same key and request give the same transaction, across restarts; another request is IDEMPOTENCY_KEY_REUSED.
   * Each token has keys of its own.
   */
  readonly idempotencyKey?: string | undefined
}

/** What a payment would be: nothing of it is recorded or signed. */
export interface PaymentPreview {
  readonly from: string
  readonly nonce: number
  readonly feeMicroRuv: bigint
  readonly amountMicroRuv: bigint
  readonly totalMicroRuv: bigint
  readonly remainingMicroRuv: bigint
  readonly to: readonly string[]
}

/** A transaction that lacks its signature, and what its bytes say. */
export interface UnsignedTransactionView {
  /** Canonical encoding with an empty signature. */
  readonly bytes: Uint8Array
  /** The id it has once it is signed. */
  readonly txId: string
  readonly chainId: string
  readonly account: string
  readonly nonce: number
  readonly operations: readonly OperationView[]
  readonly maxFeeMicroRuv: bigint
  readonly validUntilMs: number
}

export interface AccountNoncesView {
  readonly next: number
  readonly taken: readonly { readonly nonce: number; readonly txId: string; readonly parked: boolean }[]
  readonly missing: readonly number[]
}

export interface TransactionServices {
  pay(request: PaymentRequest): Promise<TransactionView>
  /** Undefined amount takes the largest the network gives now. */
  faucet(input: {
    account: string
    amountMicroRuv?: bigint | undefined
    /** As in PaymentRequest: the vault signs for it, and its fee counts. */
    tokenId?: string | undefined
    idempotencyKey?: string | undefined
  }): Promise<TransactionView>
  /**
   * Takes a signed transaction's canonical bytes; the same bytes again give the same answer. Under an idempotency key
   * other bytes than the first are IDEMPOTENCY_KEY_REUSED, across restarts.
   */
  submit(
    bytes: Uint8Array,
    options?: { readonly tokenId?: string | undefined; readonly idempotencyKey?: string | undefined },
  ): Promise<TransactionView>
  preview(request: Omit<PaymentRequest, 'idempotencyKey' | 'tokenId'>): Promise<PaymentPreview>
  /**
   * A payment to be signed on another machine: of an account of this vault, or a watched one whose public key is known.
   * Nothing is recorded. @throws NodeError as pay, ACCOUNT_WATCHED where no key is known
   */
  build(request: Omit<PaymentRequest, 'idempotencyKey' | 'tokenId'>): Promise<UnsignedTransactionView>
  /**
   * What unsigned bytes say, wherever they come from; needs no ledger that is up to date.
   * @throws NodeError ENCODING_*, INPUT_INVALID for signed ones, EXPIRED, VALID_UNTIL_TOO_FAR and the codes of the ledger's rules
   */
  inspect(bytes: Uint8Array): Promise<UnsignedTransactionView>
  /** Signs with the open vault and sends nothing. @throws NodeError as inspect, ACCOUNT_UNKNOWN, ACCOUNT_WATCHED, MAX_FEE_TOO_LOW, VAULT_LOCKED, TOKEN_* */
  sign(input: {
    bytes: Uint8Array
    tokenId?: string | undefined
  }): Promise<{ readonly txId: string; readonly signed: Uint8Array }>
  nonces(account: string): Promise<AccountNoncesView>
  /** Canonical bytes. @throws NodeError TRANSACTION_UNKNOWN */
  raw(txId: string): Promise<Uint8Array>
  /** Takes up a nonce with a transaction that moves nothing. */
  cancel(input: {
    account: string
    nonce: number
    maxFeeMicroRuv?: bigint | undefined
    tokenId?: string | undefined
    idempotencyKey?: string | undefined
  }): Promise<TransactionView>
  show(txId: string): Promise<TransactionView>
  list(query: {
    account?: string | undefined
    state?: TransactionState | undefined
    direction?: 'sent' | 'received' | 'faucet' | undefined
    sinceMs?: number | undefined
    untilMs?: number | undefined
    search?: string | undefined
    cursor?: string | undefined
    limit?: number | undefined
  }): Promise<{ items: readonly TransactionView[]; cursor: string | null }>
  /** The transaction now, then again at each change, ending after Finalized or Rejected. */
  watch(txId: string, signal?: AbortSignal): AsyncIterable<TransactionView>
}
