/** Accounts of the vault, watched ones, and any other of the ledger. */
import type { SignatureSuite } from '../crypto/suites.ts'
import type { SignerKind } from '../vault/index.ts'

export interface AccountView {
  readonly address: string
  readonly kind: 'vault' | 'watched' | 'other'
  /** Null for an account that is neither in this vault nor watched. */
  readonly label: string | null
  /** Null while the ledger has not seen the key of an account that is not in this vault. */
  readonly suite: SignatureSuite | null
  /** Where its key is: in the vault, in a token, half in each; null for an account that is not in this vault. */
  readonly signer: SignerKind | null
  /** Id of the pairing, where a key of a token has part in its signatures. */
  readonly pairing?: string | undefined
  /** Nonce of the next transaction to execute. */
  readonly nonce: number
  readonly balance: {
    readonly availableMicroRuv: bigint
    readonly escrowedMicroRuv: bigint
    /** Outgoing and not yet final. */
    readonly pendingMicroRuv: bigint
    readonly stakedMicroRuv: bigint
  }
}

export interface AccountApi {
  create(input: {
    label?: string | undefined
    suite?: SignatureSuite | undefined
    /** Id or label of a paired key that signs for it. */
    hardware?: string | undefined
    /** As in PaymentRequest. */
    tokenId?: string | undefined
    idempotencyKey?: string | undefined
  }): Promise<AccountView>
  /** Watches an account from here on; the same again gives the same answer, with a new label where one is given. */
  watch(input: {
    /** Either an address or a public key with its suite. */
    address?: string | undefined
    publicKey?: Uint8Array | undefined
    suite?: SignatureSuite | undefined
    label?: string | undefined
    tokenId?: string | undefined
    idempotencyKey?: string | undefined
  }): Promise<AccountView>
  /** Those of the vault, then the watched ones. */
  list(): Promise<readonly AccountView[]>
  /** @throws NodeError ACCOUNT_UNKNOWN, LABEL_INVALID, ACCOUNT_LABEL_TAKEN, VAULT_LOCKED */
  rename(input: { account: string; label: string }): Promise<AccountView>
  /** @throws NodeError ACCOUNT_IN_VAULT, ACCOUNT_UNKNOWN */
  unwatch(account: string): Promise<{ address: string }>
  balanceHistory(query: {
    account?: string | undefined
    fromMs?: number | undefined
    points?: number | undefined
  }): Promise<{
    points: readonly { readonly atMs: number; readonly balanceMicroRuv: bigint }[]
    commitIndex: number
  }>
  /** Any address on the ledger, or a label of this vault. */
  show(account: string): Promise<AccountView>
  exportPublic(account: string): Promise<{
    address: string
    suite: SignatureSuite
    publicKey: string
    label: string | null
    /** Null for a watched account. */
    path: string | null
  }>
}
