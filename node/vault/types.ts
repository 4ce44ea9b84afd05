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

/** Which key of which token signs for an account: what the vault remembers of a pairing. */
export interface HardwareBinding {
  /** Id of the pairing, hex. */
  readonly pairing: string
  readonly serial: string
  /** CKA_ID, hex. */
  readonly keyId: string
}

/** What a signature is for, as a person who has to allow it is told. */
export interface Approval {
  readonly what: 'transaction' | 'message'
  /** The transaction without its signature, in its canonical encoding. */
  readonly unsigned?: Uint8Array
  /** The message's text. */
  readonly text?: string
}

/** Keys of tokens that have their part in a vault's key. */
export interface HardwareSealer {
  /** @param name id or label of a pairing. @throws NodeError HSM_NOT_PAIRED, HSM_TOKEN_AMBIGUOUS */
  bindSeal(name: string): Promise<{ serial: string; keyId: string }>
  /**
   * AES-GCM by the token's key. The caller owns what it hands in and what it gets.
   *
   * @throws NodeError HSM_PIN_REQUIRED, HSM_NOT_PAIRED, HSM_DATA_REFUSED …
   */
  crypt(input: {
    readonly serial: string
    readonly keyId: string
    readonly direction: 'encrypt' | 'decrypt'
    readonly iv: Uint8Array
    readonly additionalData: Uint8Array
    readonly data: Uint8Array
  }): Promise<Uint8Array>
}

/** A key of a token: one that signs by itself, or P-256, which signs together with one of the vault. */
export interface TokenKey {
  readonly binding: HardwareBinding
  readonly algorithm: 'ML-DSA-65' | 'P-256'
  /** Of P-256 0x04 ‖ x ‖ y. */
  readonly publicKey: Uint8Array
}

/** Keys that are not in the vault and sign for its accounts: node/vault/pkcs11. */
export interface HardwareSigner {
  /** @param name id or label of a pairing. @throws NodeError HSM_NOT_PAIRED, HSM_TOKEN_AMBIGUOUS */
  bind(name: string): Promise<TokenKey>
  /**
   * Verified before it leaves; of P-256 r ‖ s with the smaller s, over SHA-256 of the message.
   *
   * @throws NodeError HSM_…, SIGNATURE_SELF_CHECK_FAILED
   */
  sign(key: TokenKey, message: Uint8Array, approval: Approval): Promise<Uint8Array>
  /** Ends every session with every token, now. */
  lock(): void
}

/** An account as anybody may see it. */
export interface VaultAccount {
  readonly address: string
  /** Null for a restored account that nobody has named yet. */
  readonly label: string | null
  readonly suite: SignatureSuite
  readonly publicKey: Uint8Array
  /** Its place in the sequence of its suite: 0, 1, 2 …; null for a key that no phrase gives. */
  readonly index: number | null
  /** Derivation path, e.g. m/204'/7492982'/0'/0'/0'; null likewise. */
  readonly path: string | null
  /** Null where the vault itself has the key. */
  readonly hardware: HardwareBinding | null
  readonly createdAtMs: number
  /** Found by a restore and not named since. */
  readonly restored: boolean
  /** What it was made for, where that had a key: written together with the account. */
  readonly request: AccountRequest | null
}

/** Where an account's key is: in the vault, in a token, or half in each. */
export type SignerKind = 'software' | 'token-mldsa' | 'composite'

/** Signs for one account: inside this process, inside a token (`token-mldsa`), or one half in each (`composite`). */
export interface Signer {
  readonly kind: SignerKind
  readonly address: string
  readonly suite: SignatureSuite
  readonly publicKey: Uint8Array
  /**
   * Signs the bytes as they are (the domain tag is inside the message) and verifies before anything leaves.
   *
   * @param approval what a person who has to allow it is told; left out, that it is a transaction
   *
   * @throws NodeError VAULT_LOCKED where the vault is or was locked meanwhile; SIGNATURE_SELF_CHECK_FAILED; of a token
   *   HSM_PIN_REQUIRED, HSM_TOKEN_ABSENT, HSM_MODULE_HANGS …
   */
  sign(message: Uint8Array, approval?: Approval): Promise<Uint8Array>
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
  /** Without it there are no accounts by keys of a token. */
  readonly hardware?: HardwareSigner & HardwareSealer
  readonly fs?: VaultFs
  readonly audit?: VaultAudit
}

/** Times in ms since the epoch. */
export interface VaultStatus {
  readonly exists: boolean
  readonly locked: boolean
  readonly accounts: number
  /** The key of a token that has its part in the vault's key; null where the password alone opens it. */
  readonly seal: { readonly serial: string; readonly keyId: string } | null
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
  /**
   * From here on the vault opens with its password *and* this key of a token; so do its backups. Open or locked stays as it was.
   *
   * @param input.hardware id or label of a pairing
   * @throws as unlock, and HSM_PIN_REQUIRED, HSM_NOT_PAIRED …; VAULT_SEALED where it is sealed already
   */
  seal(input: { password: Uint8Array; hardware: string }): Promise<void>
  /** The password alone opens it again. @throws as unlock, and HSM_… where the token does not open its part */
  unseal(input: { password: Uint8Array }): Promise<void>
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
    /** Id or label of a paired key that signs for it, in place of one of the vault; of a key that has one, that account. */
    hardware?: string | undefined
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
