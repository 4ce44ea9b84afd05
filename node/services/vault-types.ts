/** The vault: whether it is open, and what opens, closes and saves it. */
import type { AccountView } from './account-types.ts'
import type { HardwareKeyView } from './hsm-types.ts'

export interface VaultStatus {
  readonly exists: boolean
  readonly locked: boolean
  readonly accounts: number
  /** When an attempt at the password is next allowed; null when at once. */
  readonly retryAtMs: number | null
  /** When it locks by itself if nothing happens; null when never or locked. */
  readonly autoLockAtMs: number | null
  /** The key of a token without which it does not open; null where the password alone opens it. */
  readonly sealedBy: {
    /** Id and label of the pairing; null where that key is not paired here. */
    readonly pairing: string | null
    readonly label: string | null
    readonly serial: string
  } | null
  /** Null where the pairings cannot be read: `hsm.list` says why. */
  readonly hardwareKeys: readonly Omit<HardwareKeyView, 'token' | 'module'>[] | null
}

export interface VaultServices {
  status(): Promise<VaultStatus>
  /** The new vault is open. The phrase is UTF-8, words parted by single spaces; the caller zeroes it. */
  init(input: { password: Uint8Array; passphrase?: Uint8Array | undefined }): Promise<{ phrase: Uint8Array }>
  /** From the recovery phrase. `accounts` derives that many at least; accounts with activity on the ledger are found by themselves. */
  restorePhrase(input: {
    phrase: Uint8Array
    password: Uint8Array
    passphrase?: Uint8Array | undefined
    accounts?: number | undefined
  }): Promise<{ accounts: readonly AccountView[] }>
  /** From an encrypted backup file's bytes; the password is the one the backup was made under. */
  restoreBackup(input: { backup: Uint8Array; password: Uint8Array }): Promise<{ accounts: readonly AccountView[] }>
  unlock(input: { password: Uint8Array }): Promise<void>
  lock(): Promise<void>
  /** Starts the time until it locks by itself anew, where it is open. */
  keepOpen(): Promise<VaultStatus>
  changePassword(input: { password: Uint8Array; newPassword: Uint8Array }): Promise<void>
  /** By a paired key of a token: from here on it opens with both. @throws NodeError VAULT_SEALED, HSM_… */
  seal(input: { password: Uint8Array; hardware: string }): Promise<void>
  unseal(input: { password: Uint8Array }): Promise<void>
  /** Encrypted bytes of a backup, safe to store anywhere the password is strong enough for. */
  backup(input: { password: Uint8Array }): Promise<{ backup: Uint8Array }>
}
