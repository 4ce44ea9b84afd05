/**
 * Every error code a caller can meet: its HTTP status (RFC 9110), what the command line's exit code makes of it, and one
 * line of meaning. Codes are stable; texts are not. A code that is not here reaches nobody: it becomes INTERNAL.
 */
import { z } from 'zod'

/**
 * How a script tells failures apart: `failed` 1, `usage` 2, `locked` 3 (locked or not authorised), `unreachable` 4,
 * `rejected` 5 (by the ledger), `timeout` 6.
 */
export type FailureKind = 'failed' | 'usage' | 'locked' | 'unreachable' | 'rejected' | 'timeout'

export interface ErrorMeaning {
  /** HTTP status of the problem document. */
  readonly status: number
  readonly kind: FailureKind
  /** What happened, for a person; the fallback where the error itself has no text. */
  readonly meaning: string
}

/** What travels with a code: facts for machines and one sentence on what to do next. Never a cause, never a secret. */
export const errorData = z.object({
  hint: z.string().optional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})
export type ErrorData = z.infer<typeof errorData>

const entry = (status: number, kind: FailureKind, meaning: string): ErrorMeaning => ({ status, kind, meaning })

/** Any procedure may end in these. */
export const commonErrors = {
  INTERNAL: entry(500, 'failed', 'The node met a fault of its own; its log has the details.'),
  INPUT_INVALID: entry(400, 'usage', 'The request has a field that is missing, of another type, or out of range.'),
  PROCEDURE_UNKNOWN: entry(404, 'failed', 'The node does not know this operation; it may be older than this program.'),
  SCOPE_REQUIRED: entry(403, 'locked', 'The caller is not authorised for this operation.'),
  SECRET_CHANNEL_REQUIRED: entry(403, 'locked', 'Passwords and phrases are not taken or shown over this channel.'),
  TOO_MANY_CALLS: entry(429, 'failed', 'Too many calls are outstanding on this connection.'),
  NODE_STOPPING: entry(503, 'unreachable', 'The node is shutting down.'),
  STORAGE_BUSY: entry(503, 'failed', 'The node has more to write than its disk takes; nothing was recorded.'),
  STORAGE_FULL: entry(507, 'failed', 'The disk is full; nothing was recorded.'),
  STORAGE_FAILED: entry(500, 'failed', 'The disk failed; the node takes nothing more until it is started again.'),
  STORAGE_CLOSED: entry(503, 'unreachable', 'The node is shutting down.'),
  STORAGE_DAMAGED: entry(500, 'failed', 'The data folder is damaged; the node leaves it as it is.'),
  AUDIT_DAMAGED: entry(500, 'failed', 'The audit log cannot be read; it was left as it is.'),
  AUDIT_FAILED: entry(500, 'failed', 'The audit log cannot be written; the node does nothing that it cannot record.'),
  AUDIT_BUSY: entry(503, 'failed', 'More waits to be recorded in the audit log than its disk takes; nothing was done.'),
  AUDIT_CLOSED: entry(503, 'unreachable', 'The node is shutting down.'),
  STATE_DAMAGED: entry(500, 'failed', 'What is stored does not make a ledger; the node leaves it as it is.'),
  REPLAY_MISMATCH: entry(500, 'failed', 'Replaying the history gives another ledger than the stored one.'),
} as const satisfies Record<string, ErrorMeaning>

/** The keystore. */
export const vaultErrors = {
  VAULT_LOCKED: entry(403, 'locked', 'The vault is locked.'),
  VAULT_MISSING: entry(409, 'failed', 'There is no vault in this data folder yet.'),
  VAULT_EXISTS: entry(409, 'failed', 'There already is a vault in this data folder; it was left as it is.'),
  VAULT_WRONG_PASSWORD: entry(403, 'locked', 'The password is wrong.'),
  VAULT_RETRY_LATER: entry(429, 'locked', 'Too many wrong passwords; the next attempt has to wait.'),
  VAULT_DAMAGED: entry(500, 'failed', 'The vault file was altered or damaged; it was left as it is.'),
  VAULT_NEWER_VERSION: entry(409, 'failed', 'The vault file was written by a newer version; it was left as it is.'),
  VAULT_PERMISSIONS: entry(403, 'locked', 'Others can read or write the vault file; it must be 0600 and owned by you.'),
  VAULT_OTHER_NETWORK: entry(409, 'failed', 'The vault file belongs to another network; it was left as it is.'),
  VAULT_SEALED: entry(
    409,
    'locked',
    'A key of a token has its part in the vault: it is needed, or has to be taken out first.',
  ),
  VAULT_CHANGED: entry(409, 'failed', 'The vault file was replaced while the vault was open; nothing was written.'),
  VAULT_READ_FAILED: entry(500, 'failed', 'The vault file could not be read.'),
  VAULT_WRITE_FAILED: entry(500, 'failed', 'The vault file could not be written; the old one is intact.'),
  VAULT_KDF_FAILED: entry(
    500,
    'failed',
    'The key could not be derived from the password, as a rule for want of memory.',
  ),
  VAULT_BUSY: entry(503, 'failed', 'Too many vault operations at once; this one was not begun.'),
  PASSWORD_TOO_SHORT: entry(422, 'usage', 'The password is too short.'),
  PASSWORD_TOO_LONG: entry(422, 'usage', 'The password is too long.'),
  PASSPHRASE_INVALID: entry(422, 'usage', 'The passphrase is not UTF-8 text.'),
  PHRASE_WORD_COUNT: entry(422, 'usage', 'A recovery phrase has 24 words.'),
  PHRASE_UNKNOWN_WORD: entry(422, 'usage', 'A word of the phrase is not in the list of words.'),
  PHRASE_CHECKSUM: entry(422, 'usage', 'The words are known, but not in this order: a word is wrong or out of place.'),
  ACCOUNT_UNKNOWN: entry(404, 'failed', 'No such account here.'),
  ACCOUNT_AMBIGUOUS: entry(422, 'usage', 'The vault has several accounts: say which one.'),
  ACCOUNT_LABEL_TAKEN: entry(409, 'failed', 'Another account has this label.'),
  ACCOUNT_DISCOVERY_FAILED: entry(503, 'failed', 'The ledger could not be asked which accounts are used.'),
  ACCOUNT_LIMIT: entry(409, 'failed', 'The vault holds as many accounts as it can.'),
  LABEL_INVALID: entry(422, 'usage', 'The label is empty, too long, or has characters that cannot be shown.'),
  SIGNATURE_SELF_CHECK_FAILED: entry(500, 'failed', 'A signature made here did not verify and was not sent.'),
} as const satisfies Record<string, ErrorMeaning>

/** Hardware keys. docs/hardware-keys.md says what to do about each. */
export const hsmErrors = {
  HSM_BINDING_MISSING: entry(503, 'failed', 'Hardware keys need the package pkcs11js, which is not installed here.'),
  HSM_MODULE_NOT_FOUND: entry(422, 'usage', 'There is no readable PKCS #11 module at this path.'),
  HSM_MODULE_UNUSABLE: entry(503, 'failed', 'The PKCS #11 module could not be loaded or started.'),
  HSM_MODULE_CHANGED: entry(409, 'locked', 'The PKCS #11 module is not the file that was paired; it was not loaded.'),
  HSM_MODULE_CRASHED: entry(503, 'failed', 'The PKCS #11 module crashed; the node goes on.'),
  HSM_MODULE_HANGS: entry(504, 'timeout', 'The PKCS #11 module did not answer in time and was ended.'),
  HSM_MODULE_FAULT: entry(502, 'failed', 'The token or its module met a fault of its own.'),
  HSM_ANSWER_MALFORMED: entry(502, 'failed', 'The PKCS #11 module gave an answer that is none, and was ended.'),
  HSM_STOPPED: entry(409, 'locked', 'The token was locked while it worked.'),
  HSM_BUSY: entry(503, 'failed', 'The token has too much to do.'),
  HSM_LABEL_TAKEN: entry(409, 'usage', 'Another paired key has this label.'),
  HSM_TOKEN_ABSENT: entry(409, 'unreachable', 'The token is not there; its keys and the pairing are kept.'),
  HSM_TOKEN_AMBIGUOUS: entry(422, 'usage', 'Several tokens are there: say which one.'),
  HSM_NEEDS_INITIALISING: entry(409, 'failed', 'The token is not initialised, or has no user PIN yet.'),
  HSM_ALREADY_INITIALISED: entry(409, 'failed', 'The token is initialised already; it was left as it is.'),
  HSM_SESSION_LOST: entry(409, 'locked', 'The session with the token has ended; it has to be unlocked again.'),
  HSM_PIN_REQUIRED: entry(403, 'locked', 'The token is locked: its PIN is needed.'),
  HSM_PIN_NOT_GIVEN: entry(403, 'locked', 'No PIN was given in time, or the entry was cancelled; none was tried.'),
  HSM_PIN_WRONG: entry(403, 'locked', 'The PIN is wrong; it is not tried again by itself.'),
  HSM_PIN_FEW_TRIES: entry(403, 'locked', 'The PIN is wrong, and few tries are left.'),
  HSM_PIN_LAST_TRY: entry(403, 'locked', 'The PIN is wrong, and one try is left before the token locks itself.'),
  HSM_PIN_LOCKED: entry(403, 'locked', "The token has locked its PIN: the security officer's PIN or a PUK is needed."),
  HSM_PIN_UNSUITABLE: entry(422, 'usage', 'The token takes no PIN of this length or with these characters.'),
  HSM_PIN_EXPIRED: entry(403, 'locked', 'The PIN has expired.'),
  HSM_OTHER_USER: entry(409, 'locked', 'Another user is logged in at the token.'),
  HSM_UNSUPPORTED: entry(422, 'failed', 'The token does not do this.'),
  HSM_KEY_NOT_SHOWN: entry(409, 'failed', 'The token does not show the key, which is no proof that it is gone.'),
  HSM_KEY_OTHER: entry(409, 'failed', 'The token has another key under the id that was paired; nothing was signed.'),
  HSM_KEY_REFUSED: entry(409, 'failed', 'The key may not be used for this.'),
  HSM_KEY_EXPOSED: entry(
    409,
    'failed',
    'The key can leave its token, could once, or was made elsewhere; it was not paired.',
  ),
  HSM_WRITE_PROTECTED: entry(409, 'failed', 'The token is write-protected.'),
  HSM_TOKEN_FULL: entry(409, 'failed', 'The token has no room left.'),
  HSM_DATA_REFUSED: entry(422, 'failed', 'The token refused the data: they were made with another key, or altered.'),
  HSM_SELF_TEST_FAILED: entry(409, 'failed', 'The token did not pass the self-test.'),
  HSM_NOT_PAIRED: entry(404, 'failed', 'No such key is paired here.'),
  HSM_PAIRING_DAMAGED: entry(500, 'failed', 'A pairing file is damaged or was altered; it was left as it is.'),
  HSM_PAIRING_PERMISSIONS: entry(
    403,
    'locked',
    'Others can read or write a pairing file; it must be 0600 and owned by you.',
  ),
  HSM_PAIRING_FAILED: entry(500, 'failed', 'A pairing could not be read or written.'),
} as const satisfies Record<string, ErrorMeaning>

/** Accounts that are watched. */
export const accountErrors = {
  KEY_NOT_IN_VAULT: entry(409, 'failed', 'A key that has to sign is not in this vault.'),
  ACCOUNT_WATCHED: entry(409, 'failed', 'This account is only watched: its key is not in this vault.'),
  ACCOUNT_IN_VAULT: entry(409, 'failed', 'This account is in the vault.'),
  WATCHED_COUNT: entry(409, 'failed', 'This node watches as many accounts as it can.'),
} as const satisfies Record<string, ErrorMeaning>

/** The address book and notes on transactions. */
export const labelErrors = {
  LABEL_COUNT: entry(409, 'failed', 'This node keeps as many labels as it can; nothing was changed.'),
} as const satisfies Record<string, ErrorMeaning>

/** Messages that a person signs. */
export const messageErrors = {
  MESSAGE_TOO_LONG: entry(422, 'usage', 'The message is longer than can be signed.'),
  MESSAGE_INVALID: entry(422, 'usage', 'The message is not text that can be read back as it was written.'),
} as const satisfies Record<string, ErrorMeaning>

/** The node's options. */
export const settingsErrors = {
  SETTING_UNKNOWN: entry(404, 'usage', 'There is no option with this name, or it is not for a configuration file.'),
  SETTING_INVALID: entry(422, 'usage', 'The option does not take this value.'),
  SETTINGS_FILE: entry(500, 'failed', 'The configuration file could not be read or written; it was left as it is.'),
} as const satisfies Record<string, ErrorMeaning>

/** The interface in a browser. */
export const browserErrors = {
  BROWSER_UNAVAILABLE: entry(409, 'failed', 'This node serves no interface to browsers.'),
} as const satisfies Record<string, ErrorMeaning>

/** The desktop shell, towards its own windows. */
export const desktopErrors = {
  INTERNAL: entry(500, 'failed', 'The node met a fault of its own; its log has the details.'),
  INPUT_INVALID: entry(400, 'usage', 'The request has a field that is missing, of another type, or out of range.'),
  WINDOW_REFUSED: entry(403, 'locked', 'This window may not do that.'),
  FILE_WRITE_FAILED: entry(500, 'failed', 'The file could not be written.'),
  HSM_STOPPED: hsmErrors.HSM_STOPPED,
} as const satisfies Record<string, ErrorMeaning>

/** Rules of the ledger and of admission: the transaction was not taken, or paid its fee and changed nothing else. */
export const ledgerErrors = {
  CHAIN_MISMATCH: entry(422, 'rejected', 'The transaction was signed for another network.'),
  NONCE_USED: entry(409, 'rejected', 'A transaction with this nonce has already been executed.'),
  NONCE_TOO_FAR: entry(422, 'rejected', 'The nonce is too far ahead of the next one.'),
  NONCE_IN_FLIGHT: entry(409, 'rejected', 'Another transaction with this nonce is already on its way.'),
  EXPIRED: entry(422, 'rejected', 'The transaction was no longer valid when it would have been executed.'),
  VALID_UNTIL_TOO_FAR: entry(422, 'rejected', 'The transaction would stay valid for more than 24 hours.'),
  AMOUNT_ZERO: entry(422, 'rejected', 'An amount must be above 0.'),
  AMOUNT_OUT_OF_RANGE: entry(422, 'rejected', 'The amounts add up to more than the ledger can hold.'),
  BALANCE_OVERFLOW: entry(422, 'rejected', 'The recipient would hold more than the ledger can count.'),
  SUPPLY_OVERFLOW: entry(422, 'rejected', 'More rUv would exist than the ledger can count.'),
  INSUFFICIENT_BALANCE: entry(
    422,
    'rejected',
    'The available balance does not cover the amounts and the fees on their way.',
  ),
  INSUFFICIENT_FEE: entry(422, 'rejected', 'The balance does not cover the network fee.'),
  MAX_FEE_TOO_LOW: entry(422, 'rejected', 'The network fee is above the most the sender allows.'),
  SELF_TRANSFER: entry(422, 'rejected', 'Sender and recipient are the same account.'),
  ADDRESS_INVALID: entry(422, 'rejected', 'The recipient is not an address of this ledger.'),
  ADDRESS_WRONG_NETWORK: entry(422, 'rejected', 'The recipient is an address of another network.'),
  MEMO_INVALID: entry(422, 'rejected', 'A memo is not text that can be read back as it was written.'),
  MEMO_TOO_LONG: entry(422, 'rejected', 'The memo is longer than 256 bytes.'),
  OPERATION_COUNT: entry(422, 'rejected', 'A transaction has 1 to 64 operations.'),
  OPERATION_UNKNOWN: entry(422, 'rejected', 'The transaction has an operation this version does not know.'),
  OPERATION_NOT_ALLOWED: entry(422, 'rejected', 'The account does not allow this operation.'),
  SUITE_UNKNOWN: entry(422, 'rejected', 'The signature suite is not known.'),
  PUBLIC_KEY_LENGTH: entry(422, 'rejected', 'The public key has a wrong length.'),
  PUBLIC_KEY_REQUIRED: entry(
    422,
    'rejected',
    "An account's first transaction carries its public key; this one does not.",
  ),
  PUBLIC_KEY_MISMATCH: entry(422, 'rejected', 'The public key does not belong to the account.'),
  SIGNATURE_LENGTH: entry(422, 'rejected', 'The signature has a wrong length.'),
  SIGNATURE_INVALID: entry(422, 'rejected', 'The signature does not verify.'),
  TRANSACTION_TOO_LARGE: entry(413, 'rejected', 'The transaction is longer than the ledger takes.'),
  ENCODING_TOO_LONG: entry(413, 'rejected', 'The encoding is longer than the ledger takes.'),
  ENCODING_TOO_DEEP: entry(422, 'rejected', 'The encoding is nested too deeply.'),
  ENCODING_MALFORMED: entry(422, 'rejected', 'The bytes are not a transaction.'),
  ENCODING_SCHEMA: entry(422, 'rejected', 'The bytes do not have the shape of a transaction.'),
  ENCODING_NOT_CANONICAL: entry(422, 'rejected', 'The transaction is not in its one canonical encoding.'),
  FAUCET_UNAVAILABLE: entry(404, 'rejected', 'There is no faucet on this network.'),
  FAUCET_ALONE: entry(422, 'rejected', "A faucet operation must be a transaction's only one."),
  FAUCET_LIMIT: entry(422, 'rejected', 'The faucet gives an account no more for now.'),
  FAUCET_CAP: entry(422, 'rejected', 'The faucet of this network is used up.'),
  SIBLING_WON: entry(409, 'rejected', 'Another transaction with the same nonce was executed instead.'),
  PARKED_LIMIT: entry(422, 'rejected', 'Too many transactions of this account wait for an earlier one.'),
  STAKE_PROOF_INVALID: entry(
    422,
    'rejected',
    "The bond carries no valid word of the validator's key for this account.",
  ),
  EVIDENCE_INVALID: entry(422, 'rejected', 'The evidence shows no offence.'),
  EVIDENCE_TOO_OLD: entry(422, 'rejected', 'The offence is too old to be punished.'),
  EVIDENCE_KNOWN: entry(409, 'rejected', 'The offence has been punished already.'),
  EVIDENCE_LIMIT: entry(422, 'rejected', 'As many offences of this validator as count have been punished.'),
  EVIDENCE_SIGNATURE_INVALID: entry(422, 'rejected', "A signature in the evidence is not the validator's."),
  VALIDATOR_UNKNOWN: entry(404, 'rejected', 'There is no such validator on the ledger.'),
  VALIDATOR_NOT_OWNED: entry(403, 'rejected', 'The validator belongs to another account.'),
  VALIDATOR_JAILED: entry(422, 'rejected', 'The validator has offended; its key takes no more stake.'),
  STAKE_BELOW_MINIMUM: entry(422, 'rejected', 'The validator would have less than the least stake, and not nothing.'),
  STAKE_INSUFFICIENT: entry(422, 'rejected', 'More is asked back than is bonded.'),
  UNBONDING_LIMIT: entry(422, 'rejected', 'As many amounts of this validator as may be are on their way out.'),
  OUTCOME_UNSEEN: entry(
    409,
    'rejected',
    'The ledger took the transaction while this node was away; whether it was carried out is not known here.',
  ),
  UPDATE_ALONE: entry(
    422,
    'rejected',
    "A change of an account's keys or policy must be a transaction's only operation.",
  ),
  KEY_PROOF_INVALID: entry(422, 'rejected', 'The new key has not agreed to this change.'),
  RECOVERY_DELAY: entry(422, 'rejected', 'The delay of a recovery is from a minute to a year.'),
  SELF_RECOVERY: entry(422, 'rejected', 'An account cannot send its own recovery.'),
  COSIGNATURE_UNEXPECTED: entry(
    422,
    'rejected',
    'The transaction names a second signature, and the account has no second key.',
  ),
  KEY_CHANGE_PENDING: entry(
    409,
    'rejected',
    "The account's key is being replaced; the transaction would not execute behind that.",
  ),
  DAILY_LIMIT: entry(422, 'rejected', "The amount is beyond what the account's key may spend by itself in 24 hours."),
  COSIGNATURE_REQUIRED: entry(422, 'rejected', "The account's second key must sign this change too."),
  KEY_CHANGED: entry(409, 'rejected', "The account's keys were replaced; what the old ones signed is not executed."),
  KEY_REUSED: entry(422, 'rejected', 'The key, or a half of it, is in use by the account already.'),
  POLICY_NOT_SET: entry(404, 'rejected', 'The account has no such limit or recovery key.'),
  RECOVERY_NOT_SET: entry(404, 'rejected', 'The account has no recovery key.'),
  RECOVERY_KEY_WRONG: entry(403, 'rejected', "That is not the account's recovery key."),
  RECOVERY_RUNNING: entry(409, 'rejected', 'The recovery has been started already.'),
  RECOVERY_NOT_STARTED: entry(409, 'rejected', 'No recovery of this account runs.'),
  RECOVERY_TOO_EARLY: entry(409, 'rejected', 'The delay of the recovery is not over.'),
  DUPLICATE: entry(409, 'rejected', 'This transaction is already known.'),
  IN_FLIGHT_LIMIT: entry(
    429,
    'rejected',
    'The account has 64 transactions on their way; one has to become final first.',
  ),
} as const satisfies Record<string, ErrorMeaning>

/** Asking the node about transactions, or to make one. */
export const transactionErrors = {
  TRANSACTION_UNKNOWN: entry(404, 'failed', 'This node knows no such transaction.'),
  MEMPOOL_FULL: entry(503, 'failed', 'The node has as many waiting transactions as it takes; this one was not taken.'),
  IDEMPOTENCY_KEY_REUSED: entry(422, 'failed', 'This idempotency key was used for another request; nothing was sent.'),
  CURSOR_INVALID: entry(400, 'usage', 'The cursor is not one this node gave.'),
  TRANSACTION_ID_INVALID: entry(400, 'usage', 'A transaction id is 64 hex digits.'),
  TOO_MANY_SUBSCRIBERS: entry(429, 'failed', 'Too many callers follow events of this node.'),
  VERIFIER_BUSY: entry(503, 'failed', 'Too many signatures wait to be checked; this transaction was not taken.'),
  VERIFIER_FAILED: entry(500, 'failed', 'The signature could not be checked; the transaction was not taken.'),
  VERIFIER_CLOSED: entry(503, 'unreachable', 'The node is shutting down.'),
} as const satisfies Record<string, ErrorMeaning>

/** What a token is refused when it has the vault pay: nothing was signed. */
export const tokenSpendingErrors = {
  TOKEN_REVOKED: entry(403, 'locked', 'The token has been revoked.'),
  TOKEN_EXPIRED: entry(403, 'locked', 'The token has expired.'),
  TOKEN_SCOPE: entry(403, 'locked', 'The token does not let its bearer spend.'),
  TOKEN_LIMIT_TRANSACTION: entry(403, 'locked', 'Amount and fee are more than the token may spend in a transaction.'),
  TOKEN_LIMIT_DAY: entry(403, 'locked', 'Amount and fee are more than the token may still spend within 24 hours.'),
  TOKEN_RECIPIENT: entry(403, 'locked', 'The token may not pay this recipient.'),
} as const satisfies Record<string, ErrorMeaning>

/** Making and revoking tokens. */
export const tokenErrors = {
  TOKEN_UNKNOWN: entry(404, 'failed', 'There is no token with this id.'),
  TOKEN_LABEL_TAKEN: entry(409, 'failed', 'Another token has this label.'),
  TOKEN_COUNT: entry(409, 'failed', 'This node keeps as many tokens as it can; revoke one first.'),
  TOKEN_SCOPES_INVALID: entry(422, 'usage', 'A token has one or more of the scopes read, submit and spend.'),
  TOKEN_LIMITS_INVALID: entry(422, 'usage', 'A limit is 0, or there are limits for a token that may not spend.'),
  TOKEN_EXPIRY_INVALID: entry(422, 'usage', 'A token expires in the future, within ten years, or never.'),
} as const satisfies Record<string, ErrorMeaning>

/** Checkpoints and proofs. */
export const networkErrors = {
  CHECKPOINT_UNKNOWN: entry(404, 'failed', 'This node has no such checkpoint.'),
  PROOF_VALIDATORS_UNKNOWN: entry(
    409,
    'failed',
    'Validators changed more than once since the genesis, and this node has not kept who they were in between.',
  ),
  VERTEX_UNKNOWN: entry(
    404,
    'failed',
    'This node shows no such vertex: it keeps the last rounds of the present epoch.',
  ),
} as const satisfies Record<string, ErrorMeaning>

/** Peers, and what is done about them. */
export const peerErrors = {
  PEER_ADDRESS_INVALID: entry(422, 'usage', 'This is not an address that a peer could have.'),
  PEER_ID_INVALID: entry(422, 'usage', 'This is not the id of a peer.'),
  PEER_IS_SELF: entry(422, 'usage', 'This is the id of the node itself.'),
  PEER_UNREACHABLE: entry(502, 'unreachable', 'Nobody answers at this address, or it is of another network.'),
  PEER_TIMEOUT: entry(504, 'timeout', 'The peer did not answer in time.'),
  PEER_REFUSED: entry(502, 'failed', 'The peer answered that it will not do this.'),
  PEER_MISBEHAVED: entry(502, 'failed', 'The peer answered with what cannot be right.'),
  PEER_BANNED: entry(409, 'failed', 'The peer is banned here; lift the ban first.'),
  PEER_NOT_BANNED: entry(404, 'failed', 'No ban of this peer is in force.'),
  PEERS_UNAVAILABLE: entry(409, 'failed', 'This node talks to no others over a network.'),
} as const satisfies Record<string, ErrorMeaning>

/** Taking part in another network. */
export const joinErrors = {
  LINK_TOO_LONG: entry(422, 'usage', 'The link is longer than a link to a network can be.'),
  LINK_MALFORMED: entry(422, 'usage', 'This is not a link to a network.'),
  LINK_FIELD: entry(422, 'usage', 'The link has a field that it cannot have, or that this version does not know.'),
  GENESIS_FILE_INVALID: entry(422, 'usage', 'This is not a genesis file, or it was edited.'),
  GENESIS_INVALID: entry(422, 'usage', 'The genesis breaks a rule that every network keeps.'),
  GENESIS_MISMATCH: entry(
    502,
    'failed',
    'What a peer gave is not the genesis that was asked for; nothing was written.',
  ),
  GENESIS_FETCH_UNAVAILABLE: entry(409, 'failed', 'The genesis of this network cannot be asked for here.'),
  NETWORK_MISMATCH: entry(409, 'failed', 'The data folder belongs to another network.'),
  CONFIG_INVALID: entry(422, 'usage', 'The configuration of the data folder cannot be used.'),
} as const satisfies Record<string, ErrorMeaning>

/** HTTP itself: what a request can get wrong before any operation is asked (RFC 9110, RFC 6585, RFC 6750). */
export const httpErrors = {
  REQUEST_MALFORMED: entry(400, 'usage', 'The request is not HTTP that this node understands.'),
  TOKEN_IN_QUERY: entry(400, 'usage', 'A token has no place in an address: addresses are kept in histories and logs.'),
  JSON_MALFORMED: entry(400, 'usage', 'The body is not JSON.'),
  JSON_TOO_DEEP: entry(400, 'usage', 'The JSON of the body is nested too deeply.'),
  TOKEN_REQUIRED: entry(401, 'locked', 'The request carries no token.'),
  TOKEN_INVALID: entry(401, 'locked', 'The token is unknown, revoked or expired.'),
  SESSION_CODE_INVALID: entry(401, 'locked', 'The code is unknown, used or expired.'),
  HOST_REFUSED: entry(403, 'locked', 'The request names a host that this node does not answer for.'),
  ORIGIN_REFUSED: entry(403, 'locked', 'The request comes from a page that is not of this node.'),
  ROUTE_UNKNOWN: entry(404, 'failed', 'There is nothing at this address.'),
  METHOD_NOT_ALLOWED: entry(405, 'usage', 'The address does not take this method.'),
  NOT_ACCEPTABLE: entry(406, 'usage', 'The address answers in no media type that the request accepts.'),
  REQUEST_TIMEOUT: entry(408, 'failed', 'The request took too long to arrive.'),
  BODY_TOO_LARGE: entry(413, 'usage', 'The body is longer than this address takes.'),
  URL_TOO_LONG: entry(414, 'usage', 'The address of the request is too long.'),
  MEDIA_TYPE_UNSUPPORTED: entry(415, 'usage', 'The body must be application/json in UTF-8, without compression.'),
  EXPECTATION_FAILED: entry(417, 'usage', 'The request expects what this node does not do.'),
  TOO_MANY_CONNECTIONS: entry(429, 'failed', 'As many connections of this kind are open as the node serves.'),
  RATE_LIMITED: entry(429, 'failed', 'Too many requests in a short time.'),
  HEADERS_TOO_LARGE: entry(431, 'usage', 'The headers of the request are too long.'),
} as const satisfies Record<string, ErrorMeaning>

export const errorTable = {
  ...commonErrors,
  ...vaultErrors,
  ...hsmErrors,
  ...accountErrors,
  ...labelErrors,
  ...messageErrors,
  ...settingsErrors,
  ...browserErrors,
  ...desktopErrors,
  ...ledgerErrors,
  ...transactionErrors,
  ...tokenSpendingErrors,
  ...tokenErrors,
  ...networkErrors,
  ...peerErrors,
  ...joinErrors,
  ...httpErrors,
} as const satisfies Record<string, ErrorMeaning>

export type ErrorCode = keyof typeof errorTable

/** Undefined for a code outside the table. */
export function meaningOf(code: string): ErrorMeaning | undefined {
  return Object.hasOwn(errorTable, code) ? errorTable[code as ErrorCode] : undefined
}

type Declared<T extends Record<string, ErrorMeaning>> = {
  [K in keyof T]: { status: number; message: string; data: typeof errorData }
}

/** Named errors of a procedure, from groups of the table. */
export function declareErrors<T extends Record<string, ErrorMeaning>>(group: T): Declared<T> {
  const declared: Record<string, { status: number; message: string; data: typeof errorData }> = {}
  for (const [code, { status, meaning }] of Object.entries(group)) {
    declared[code] = { status, message: meaning, data: errorData }
  }
  return declared as Declared<T>
}
