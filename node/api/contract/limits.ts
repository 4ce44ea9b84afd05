/** Every bound of what the contract takes and gives, its unit and its reason. The ledger's own rules are tighter and have their own codes. */
export const contractLimits = {
  /** UTF-8 bytes of a password. A pass phrase of 20 long words is 200. */
  maxPasswordBytes: 1_024,
  /** UTF-8 bytes of a recovery phrase: 24 words of at most 8 letters are 215; the rest is room for spaces. */
  maxPhraseBytes: 1_024,
  /** Bytes of an encrypted backup: 1,000 accounts with their public keys in text are 5 MB at most. */
  maxBackupBytes: 6_000_000,
  /** Bytes of a signed transaction handed in. The ledger takes 32,768; above it, its own code is the better answer. */
  maxSubmittedBytes: 65_536,
  /** Characters of an address or a label naming an account. Addresses have 64 at most. */
  maxAccountCharacters: 128,
  /** Characters of a label: what fits a list, checked again by the vault. */
  maxLabelCharacters: 128,
  /** Characters of a memo. The ledger takes 256 bytes and says so with its own code. */
  maxMemoCharacters: 1_024,
  /** Transfers in a payment. The ledger takes 64 operations and says so with its own code. */
  maxTransfers: 256,
  /** Characters of an idempotency key: a UUID has 36, a long order reference fits. */
  maxIdempotencyKeyCharacters: 128,
  /** Recipients a token may be bound to: a list that a person can still check. */
  maxTokenRecipients: 100,
  /** Characters of a token's id; it has 12. */
  maxTokenIdCharacters: 64,
  /** Characters of an opaque cursor. */
  maxCursorCharacters: 512,
  /** Entries a page: what a screen or script reads at once; more by cursor. */
  maxPageEntries: 200,
  /** Audit entries shown at once: a file of them is read for it. */
  maxAuditEntries: 1_000,
  /** Events that one listener may leave unacknowledged: about 600 kB. At it the stream ends with a gap notice. */
  maxUnacknowledgedEvents: 1_000,
  /** Type patterns of a subscription: there are eleven types. */
  maxEventTypes: 32,
  /** Characters of a type pattern: the longest type has 23. */
  maxEventTypeCharacters: 64,
  /** Accounts of a subscription: each is looked up and then compared with every event. */
  maxEventAccounts: 100,
  /** Characters of a subscription's name: ours are UUIDs. */
  maxSubscriptionCharacters: 64,
  /** Accounts derived at a restore: each costs a key generation. */
  maxRestoredAccounts: 1_000,
} as const
