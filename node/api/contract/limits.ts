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
  /** Type patterns of a subscription: there are twenty-five types. */
  maxEventTypes: 32,
  /** Characters of a type pattern: the longest type has 28. */
  maxEventTypeCharacters: 64,
  /** Accounts of a subscription: each is looked up and then compared with every event. */
  maxEventAccounts: 100,
  /** Characters of a subscription's name: ours are UUIDs. */
  maxSubscriptionCharacters: 64,
  /** Bytes of a public key: ML-DSA-87 has 2,592. */
  maxPublicKeyBytes: 4_096,
  /** Bytes of a signature: ML-DSA-87 has 4,627. */
  maxSignatureBytes: 8_192,
  /** Characters of a message that a person signs: a page or two, which is what a person reads before signing. */
  maxMessageCharacters: 8_192,
  /** Points of a balance curve: more than a screen has pixels across a chart. */
  maxBalancePoints: 1_000,
  /** Labels a node keeps: an address book and the notes of years, about 2 MB. */
  maxLabels: 20_000,
  /** Labels of one import: all that a node keeps. */
  maxImportedLabels: 20_000,
  /** Bytes of a file of labels: as many as a node keeps, with as much again of what other programs put into theirs. */
  maxLabelFileBytes: 16_000_000,
  /** Characters of one of its lines: an entry of ours has 300, 800 where all of it is escaped. */
  maxLabelLineCharacters: 4_096,
  /** Faulty lines of it that are named: who has more has the wrong file. */
  maxNamedLabelFaults: 20,
  /** Accounts watched beside the vault's. */
  maxWatchedAccounts: 1_000,
  /** Characters of a payment link: what an address, an amount and two lines of text need, with room. */
  maxPaymentLinkCharacters: 2_048,
  /** Bytes of a file that a window saves: 100,000 rows of history in text are 30 MB. */
  maxSavedFileBytes: 64_000_000,
  /** Characters of a file's name: what every file system takes. */
  maxFileNameCharacters: 128,
  /** Characters of a pairing's label, as its file takes them. */
  maxPairingLabelCharacters: 64,
  /** Characters of what a token says of itself: a padded field has 64. */
  maxTokenTextCharacters: 512,
  /** Characters of a path. */
  maxPathCharacters: 4_096,
  /** Hours of a ban that ends by itself: a year. */
  maxBanHours: 8_784,
  /** Characters of a genesis file: 1,000 validators with their keys in hex have 4,200,000. It fits a frame. */
  maxGenesisCharacters: 6_000_000,
  /** Characters of a link to a network: a hash and some addresses; what a message or a code for cameras still carries. */
  maxNetworkLinkCharacters: 2_048,
  /** Addresses in such a link: whoever cannot reach one of eight will not reach a ninth. */
  maxNetworkLinkPeers: 8,
  /** Vertices in one answer about the graph: what a screen shows at once. */
  maxGraphVertices: 2_000,
  /** Characters of a text that is searched for. */
  maxSearchCharacters: 128,
  /** Accounts derived at a restore: each costs a key generation. */
  maxRestoredAccounts: 1_000,
} as const
