/** Names that people give, and messages that they sign. */
import type { SignatureSuite } from '../crypto/suites.ts'

/** As BIP 329 has them: `address` is an entry of the address book, `tx` a note on a transaction. */
export interface LabelView {
  readonly type: 'address' | 'tx'
  readonly ref: string
  readonly label: string
}

export interface SignedMessageView {
  readonly address: string
  readonly suite: SignatureSuite
  readonly publicKey: string
  readonly message: string
  readonly signature: string
}

export interface LabelServices {
  list(query: { type?: LabelView['type'] | undefined }): Promise<readonly LabelView[]>
  /** @throws NodeError LABEL_INVALID, LABEL_COUNT, ADDRESS_INVALID, ADDRESS_WRONG_NETWORK, TRANSACTION_ID_INVALID */
  put(entry: LabelView): Promise<LabelView>
  remove(entry: Pick<LabelView, 'type' | 'ref'>): Promise<{ removed: boolean }>
  /** All or none. @throws as put */
  import(entries: readonly LabelView[]): Promise<{ imported: number }>
}

export interface MessageServices {
  /** @throws NodeError VAULT_LOCKED, ACCOUNT_WATCHED, ACCOUNT_UNKNOWN, MESSAGE_TOO_LONG, MESSAGE_INVALID */
  sign(input: { account: string; message: string; tokenId?: string | undefined }): Promise<SignedMessageView>
  verify(input: {
    address: string
    message: string
    signature: Uint8Array
    publicKey?: Uint8Array | undefined
    suite?: SignatureSuite | undefined
  }): Promise<{
    valid: boolean
    reason?:
      | 'SIGNATURE_INVALID'
      | 'SIGNATURE_LENGTH'
      | 'PUBLIC_KEY_MISMATCH'
      | 'PUBLIC_KEY_REQUIRED'
      | 'PUBLIC_KEY_LENGTH'
  }>
}
