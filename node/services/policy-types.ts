/** Who may sign for an account, up to which amount, and who may take it over. */
import type { SignatureSuite } from '../crypto/suites.ts'
import type { TransactionView } from './transaction-types.ts'

export type PolicyChange =
  | 'key'
  | 'limit'
  | 'recovery'
  | 'clearLimit'
  | 'clearRecovery'
  | 'cancelRecovery'
  | 'start'
  | 'finish'

/** A key, by the address that it has or would have by itself. */
export interface KeyView {
  readonly address: string
  readonly suite: SignatureSuite
  /** Of the vault's account that has it. */
  readonly label: string | null
  readonly isInVault: boolean
}

export interface AccountPolicyView {
  readonly address: string
  /** Who signs for the account; null before the ledger has seen its key. */
  readonly key: KeyView | null
  readonly limit: {
    readonly key: KeyView
    readonly dailyLimitMicroRuv: bigint
    readonly spentMicroRuv: bigint
    /** What the account's key may still spend by itself, what is on its way apart. */
    readonly allowanceMicroRuv: bigint
  } | null
  readonly recovery: {
    readonly key: KeyView
    readonly delayMs: number
    /** While one runs: ledger time from which it can be finished. */
    readonly takesOverAtMs: number | null
  } | null
}

/** Of whoever asks for a change of a policy. */
export interface PolicyOrder {
  readonly maxFeeMicroRuv?: bigint | undefined
  readonly tokenId?: string | undefined
  readonly idempotencyKey?: string | undefined
}

/** Keys are named by the accounts of this vault that have them. All but `show` are for the owner: a token gets TOKEN_SCOPE. */
export interface PolicyServices {
  show(account: string): Promise<AccountPolicyView>
  /** @throws NodeError as transactions.pay, KEY_NOT_IN_VAULT, and the codes of policies */
  setKey(order: PolicyOrder & { readonly account?: string | undefined; readonly key: string }): Promise<TransactionView>
  /** @param order.key undefined keeps the second key that there is */
  setLimit(
    order: PolicyOrder & {
      readonly account?: string | undefined
      readonly key?: string | undefined
      readonly dailyLimitMicroRuv: bigint
    },
  ): Promise<TransactionView>
  setRecovery(
    order: PolicyOrder & {
      readonly account?: string | undefined
      readonly key: string
      readonly delayMs: number
    },
  ): Promise<TransactionView>
  clear(
    order: PolicyOrder & { readonly account?: string | undefined; readonly part: 'limit' | 'recovery' },
  ): Promise<TransactionView>
  cancelRecovery(order: PolicyOrder & { readonly account?: string | undefined }): Promise<TransactionView>
  /** Starts the recovery of an account, or finishes the one that runs. @param order.from who pays; undefined takes the recovery key's own account */
  recover(
    order: PolicyOrder & { readonly account: string; readonly from?: string | undefined },
  ): Promise<TransactionView>
}
