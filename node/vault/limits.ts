/** Every bound of the vault, its unit and its reason. */
export const limits = {
  /** Characters (code points). Below that Argon2id at 64 MiB no longer buys much against a list of common words. */
  minPasswordChars: 8,
  /** Bytes. Longer adds no strength; a bound keeps a caller from feeding megabytes to the key derivation. */
  maxPasswordBytes: 1_024,
  /** Bytes of a typed phrase: 24 words of 8 letters fit 12 times over, so generous white space passes. */
  maxPhraseBytes: 2_560,
  /** Accounts of one vault, all suites together. The file then stays below maxVaultFileBytes. */
  maxAccounts: 256,
  /** Characters (code points) of a label: one line of a list. */
  maxLabelChars: 64,
  /** Bytes of vault.json or a backup: 256 ML-DSA-87 accounts take 1.5 MB. */
  maxVaultFileBytes: 2_097_152,
  /** Bytes of vault-attempts.json: a counter and a time. */
  maxAttemptsFileBytes: 4_096,
  /** Bytes of validator.key: one public key, one seed. */
  maxValidatorKeyFileBytes: 65_536,
  /** Argon2id memory in KiB that a file may ask for: 1 GiB. A hostile file must not take the machine's memory. */
  maxKdfMemoryKiB: 1_048_576,
  /** Argon2id memory in KiB a lane needs at least (RFC 9106 §3.1). */
  minKdfMemoryKiBPerLane: 8,
  /** Argon2id passes that a file may ask for. With the memory bound that is some seconds, not hours. */
  maxKdfPasses: 16,
  /** Argon2id lanes that a file may ask for. */
  maxKdfParallelism: 16,
  /** Unused accounts in a row after which a search for used ones ends (BIP-44, "Address gap limit"). */
  accountGap: 20,
  /** Operations waiting for their turn; one more is VAULT_BUSY. A person has one or two under way. */
  maxPendingOperations: 32,
  /** Wrong passwords before a delay begins: a person mistypes. */
  freeAttempts: 3,
  /** The first delay in ms; each further wrong password doubles it. */
  firstRetryDelayMs: 1_000,
  /** The longest delay in ms: about 290 guesses a day, while the owner never waits longer than this. */
  maxRetryDelayMs: 300_000,
  /** Longest auto-lock in ms: what a 32-bit timer carries, 24.8 days. */
  maxAutoLockMs: 2_147_483_647,
} as const
