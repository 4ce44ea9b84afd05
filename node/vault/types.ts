/** The vault's interface: what goes in, what comes out, and what it needs from outside. */
import type { Clock, Scheduler } from '../core/clock.ts'
import type { Rng } from '../core/rng.ts'
import type { SignatureSuite } from '../crypto/suites.ts'
import type { VaultFs } from './file-system.ts'
import type { KdfParameters } from './kdf.ts'

/** Key generation and signatures, from whatever backend the node chose. Seeds are ξ of FIPS 204 §5.1, 32 bytes. */
export interface VaultKeys {
  publicKeyOfSeed(suite: SignatureSuite, seed: Uint8Array): Uint8Array
  /** Must not keep the seed: it is zeroed when the promise settles. */
  sign(suite: SignatureSuite, seed: Uint8Array, message: Uint8Array): Promise<Uint8Array> | Uint8Array
  verify(suite: SignatureSuite, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}

/** Of whoever asked for an account and may ask again; each 32 bytes in hex. */
export interface AccountRequest {
  /** Hash of the key that the request was made under. */
  readonly key: string
  /** Hash of what was asked for. */
  readonly hash: string
}

/** An account as anybody may see it. */
export interface VaultAccount {
  readonly address: string
  /** Null for a restored account that nobody has named yet. */
  readonly label: string | null
  readonly suite: SignatureSuite
  readonly publicKey: Uint8Array
  /** Its place in the sequence of its suite: 0, 1, 2 … */
  readonly index: number
  /** Derivation path, e.g. m/204'/7492982'/0'/0'/0'. */
  readonly path: string
  readonly createdAtMs: number
  /** Found by a restore and not named since. */
  readonly restored: boolean
  /** What it was made for, where that had a key: written together with the account. */
  readonly request: AccountRequest | null
}

/** Signs for one account. Software keys sign inside this process; other kinds may follow. */
export interface Signer {
  readonly kind: 'software'
  readonly address: string
  readonly suite: SignatureSuite
  readonly publicKey: Uint8Array
  /**
   * Signs the bytes as they are (the domain tag is inside the message) and verifies before anything leaves.
   *
   * @throws NodeError VAULT_LOCKED where the vault is or was locked meanwhile; SIGNATURE_SELF_CHECK_FAILED
   */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** Why a vault locked: its owner, quiet for too long, the machine going to sleep, the node ending, or a failed write. */
export type LockReason = 'user' | 'idle' | 'suspend' | 'shutdown' | 'write-failed'

export type VaultAudit = (action: string, details: Readonly<Record<string, string | number | boolean>>) => void

export interface VaultOptions {
  /** Data folder; made with mode 0700 where it is missing. */
  readonly dir: string
  /** Quiet time in ms after which the vault locks itself; 0 never. */
  readonly autoLockMs: number
  /** Cost of the password for new files; a file that exists says its own. */
  readonly kdf?: KdfParameters
}

export interface VaultDeps {
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Of the operating system: entropy, salts and nonces come from here. */
  readonly rng: Rng
  readonly keys: VaultKeys
  /** Address of a public key on this node's network. */
  readonly addressOf: (suite: SignatureSuite, publicKey: Uint8Array) => string
  /** Whether the ledger has seen the address. Without it a restore derives what it is told to and searches nothing. */
  readonly discover?: (address: string) => Promise<boolean>
  readonly fs?: VaultFs
  readonly audit?: VaultAudit
}

/** Times in ms since the epoch. */
export interface VaultStatus {
  readonly exists: boolean
  readonly locked: boolean
  readonly accounts: number
  /** When an attempt at the password is next allowed; null when at once. */
  readonly retryAtMs: number | null
  /** When it locks by itself if nothing happens; null when never or locked. */
  readonly autoLockAtMs: number | null
}

/**
 * Every operation may throw VAULT_BUSY, VAULT_READ_FAILED and VAULT_WRITE_FAILED, and where it reads the file
 * VAULT_DAMAGED, VAULT_NEWER_VERSION, VAULT_PERMISSIONS and VAULT_OTHER_NETWORK. Byte arrays handed in as passwords,
 * phrases and passphrases belong to the vault from the call on and are zeroed before it answers.
 */
export interface Vault {
  /** Never waits for an operation under way. */
  status(): Promise<VaultStatus>
  /** A new vault, open and without accounts. The caller zeroes the phrase. @throws VAULT_EXISTS, PASSWORD_TOO_SHORT, PASSPHRASE_INVALID */
  init(input: { password: Uint8Array; passphrase?: Uint8Array | undefined }): Promise<{ phrase: Uint8Array }>
  /**
   * Account 0 at least, or `accounts`, or as many as the ledger has seen, whichever is most.
   *
   * @throws VAULT_EXISTS, PASSWORD_TOO_SHORT, PHRASE_WORD_COUNT, PHRASE_UNKNOWN_WORD {position}, PHRASE_CHECKSUM,
   * PASSPHRASE_INVALID, ACCOUNT_LIMIT, ACCOUNT_DISCOVERY_FAILED
   */
  restorePhrase(input: {
    phrase: Uint8Array
    password: Uint8Array
    passphrase?: Uint8Array | undefined
    accounts?: number | undefined
  }): Promise<{ accounts: readonly VaultAccount[] }>
  /** The restored vault is open, under the backup's password. @throws VAULT_EXISTS, VAULT_WRONG_PASSWORD, VAULT_DAMAGED, VAULT_NEWER_VERSION */
  restoreBackup(input: { backup: Uint8Array; password: Uint8Array }): Promise<{ accounts: readonly VaultAccount[] }>
  /** @throws VAULT_MISSING, VAULT_WRONG_PASSWORD {retryAfterMs}, VAULT_RETRY_LATER {retryAfterMs}; VAULT_LOCKED where a lock came in between */
  unlock(input: { password: Uint8Array }): Promise<void>
  /** Harmless when locked. */
  lock(): Promise<void>
  /** The same at once, for a machine about to sleep or a node about to end. */
  lockNow(reason: LockReason): void
  /** Something happened: the auto-lock counts anew. */
  touch(): void
  /** Another quiet time, ms, after which it locks itself; 0 never. It counts from now. */
  setAutoLock(delayMs: number): void
  /** Open or locked stays as it was. @throws as unlock, and PASSWORD_TOO_SHORT for the new one */
  changePassword(input: { password: Uint8Array; newPassword: Uint8Array }): Promise<void>
  /** Works while locked. @throws as unlock */
  backup(input: { password: Uint8Array }): Promise<{ backup: Uint8Array }>
  /**
   * The lowest restored account without a name that the ledger has not seen, else a new one.
   *
   * The same request again gives the account that was made for it, as it is now.
   *
   * @throws VAULT_LOCKED, LABEL_INVALID, ACCOUNT_LABEL_TAKEN, ACCOUNT_LIMIT, ACCOUNT_DISCOVERY_FAILED;
   * IDEMPOTENCY_KEY_REUSED where the request's key belongs to another one
   */
  createAccount(input: {
    label?: string | undefined
    suite?: SignatureSuite | undefined
    request?: AccountRequest | null | undefined
  }): Promise<VaultAccount>
  /** @throws VAULT_LOCKED, ACCOUNT_UNKNOWN, LABEL_INVALID, ACCOUNT_LABEL_TAKEN */
  renameAccount(input: { address: string; label: string }): Promise<VaultAccount>
  /** Adds accounts of this phrase that the ledger has seen by now. @throws VAULT_LOCKED, ACCOUNT_DISCOVERY_FAILED */
  discoverAccounts(): Promise<{ found: readonly VaultAccount[] }>
  /**
   * Also while locked; then it is what the file says, whose checksum and addresses are right but which only an unlock
   * proves to be ours.
   */
  accounts(): Promise<readonly VaultAccount[]>
  /** Signs whenever the vault is open, now or later. @throws VAULT_LOCKED, ACCOUNT_UNKNOWN */
  signer(address: string): Signer
}
