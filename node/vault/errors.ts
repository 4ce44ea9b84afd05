/**
 * What the vault refuses, and what the person can do about it. Codes are stable; the table is in docs/vault-file.md.
 * No error carries a password, a word of a phrase, a seed, or a part of one: only codes, counts, positions and times.
 */
import { NodeError } from '../core/node-error.ts'

export type VaultErrorCode =
  /** A vault is there already; it is never overwritten. */
  | 'VAULT_EXISTS'
  /** There is no vault in this data folder. */
  | 'VAULT_MISSING'
  /** The operation needs the open vault. */
  | 'VAULT_LOCKED'
  | 'VAULT_WRONG_PASSWORD'
  /** Too many wrong passwords; details: retryAfterMs. No attempt was made. */
  | 'VAULT_RETRY_LATER'
  /** The file is not what this program wrote: altered, cut off, or not a vault; details: reason. */
  | 'VAULT_DAMAGED'
  /** Written by a newer version of this program; left untouched. details: version. */
  | 'VAULT_NEWER_VERSION'
  /** Readable by others, owned by somebody else, or not a plain file; details: file, reason. */
  | 'VAULT_PERMISSIONS'
  /** Its addresses belong to another network than this node's. */
  | 'VAULT_OTHER_NETWORK'
  /** A key of a token has its part in its key: it is sealed already, or there are no hardware keys here. */
  | 'VAULT_SEALED'
  /** The file was replaced by something else while the vault was open; nothing was written. */
  | 'VAULT_CHANGED'
  /** The operating system refused to read; details: systemCode. */
  | 'VAULT_READ_FAILED'
  /** The operating system refused to write; the old file is still there. details: step, systemCode. */
  | 'VAULT_WRITE_FAILED'
  /** Argon2id could not run, as a rule for want of memory. */
  | 'VAULT_KDF_FAILED'
  /** More operations are waiting than the vault queues. */
  | 'VAULT_BUSY'
  /** details: minChars. */
  | 'PASSWORD_TOO_SHORT'
  /** details: maxBytes. */
  | 'PASSWORD_TOO_LONG'
  /** details: expectedWords, and words where they could be counted. */
  | 'PHRASE_WORD_COUNT'
  /** details: position, 1 for the first word. */
  | 'PHRASE_UNKNOWN_WORD'
  /** All words are known, but together they are no phrase: one is wrong, or the order. */
  | 'PHRASE_CHECKSUM'
  /** The passphrase is not UTF-8. */
  | 'PASSPHRASE_INVALID'
  | 'ACCOUNT_UNKNOWN'
  | 'ACCOUNT_LABEL_TAKEN'
  /** details: maxAccounts. */
  | 'ACCOUNT_LIMIT'
  /** details: maxChars. */
  | 'LABEL_INVALID'
  /** The key of the request belongs to another one; nothing was made. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The search for used accounts could not ask the ledger. */
  | 'ACCOUNT_DISCOVERY_FAILED'
  /** A fresh signature did not verify under the account's public key; it was discarded. */
  | 'SIGNATURE_SELF_CHECK_FAILED'
  /** The key file, its folder entry or its password file is open to others; details: file, reason. */
  | 'VALIDATOR_KEY_PERMISSIONS'
  | 'VALIDATOR_KEY_DAMAGED'
  | 'VALIDATOR_KEY_NEWER_VERSION'
  /** Encrypted, and the password is missing or wrong; details: reason. */
  | 'VALIDATOR_KEY_LOCKED'
  /** details: file, systemCode. */
  | 'VALIDATOR_KEY_READ_FAILED'
  /** No key was made. details: step, systemCode. */
  | 'VALIDATOR_KEY_WRITE_FAILED'

interface Wording {
  readonly message: string
  readonly hint?: string
}

const wordings: Readonly<Record<VaultErrorCode, Wording>> = {
  VAULT_EXISTS: { message: 'a vault exists already', hint: 'Use another data folder, or move vault.json away first.' },
  VAULT_MISSING: { message: 'there is no vault yet', hint: 'Create one, or restore one from its phrase or a backup.' },
  VAULT_LOCKED: { message: 'the vault is locked', hint: 'Unlock it with its password.' },
  VAULT_WRONG_PASSWORD: { message: 'the password is wrong' },
  VAULT_RETRY_LATER: { message: 'too many wrong passwords', hint: 'Wait until the delay is over, then try again.' },
  VAULT_DAMAGED: {
    message: 'the vault file is damaged or was altered',
    hint: 'Restore from a backup or from the recovery phrase; keep the damaged file aside.',
  },
  VAULT_NEWER_VERSION: { message: 'the vault file was written by a newer version', hint: 'Update this program.' },
  VAULT_PERMISSIONS: {
    message: 'the vault file is open to others or not ours',
    hint: 'Make it a plain file of your own user with mode 0600.',
  },
  VAULT_OTHER_NETWORK: {
    message: 'the vault file belongs to another network',
    hint: "Start with that network, or restore the vault from its phrase or a backup in this network's data folder.",
  },
  VAULT_SEALED: {
    message: 'the vault is sealed by a key of a token',
    hint: 'Unlock the token, or unseal the vault with it first.',
  },
  VAULT_CHANGED: {
    message: 'the vault file was replaced while the vault was open',
    hint: 'Lock and unlock to work with the file that is there now.',
  },
  VAULT_READ_FAILED: { message: 'the vault file could not be read' },
  VAULT_WRITE_FAILED: { message: 'the vault file could not be written', hint: 'Check free space and the data folder.' },
  VAULT_KDF_FAILED: { message: 'the key could not be derived from the password', hint: 'Free some memory and retry.' },
  VAULT_BUSY: { message: 'too many vault operations at once', hint: 'Try again in a moment.' },
  PASSWORD_TOO_SHORT: { message: 'the password is too short' },
  PASSWORD_TOO_LONG: { message: 'the password is too long' },
  PHRASE_WORD_COUNT: { message: 'a recovery phrase has 24 words' },
  PHRASE_UNKNOWN_WORD: {
    message: 'a word is not in the BIP-39 English list',
    hint: 'Check the word at that position.',
  },
  PHRASE_CHECKSUM: { message: 'the words do not make a phrase', hint: 'Check each word and their order.' },
  PASSPHRASE_INVALID: { message: 'the passphrase is not UTF-8 text' },
  ACCOUNT_UNKNOWN: { message: 'the account is not in this vault' },
  ACCOUNT_LABEL_TAKEN: { message: 'another account has this label' },
  ACCOUNT_LIMIT: { message: 'the vault holds no more accounts' },
  LABEL_INVALID: { message: 'the label is empty, too long, or has characters that do not show' },
  IDEMPOTENCY_KEY_REUSED: {
    message: 'this idempotency key belongs to another request',
    hint: 'Nothing was made. Use a new key for a new account.',
  },
  ACCOUNT_DISCOVERY_FAILED: { message: 'the ledger could not be asked which accounts are used' },
  SIGNATURE_SELF_CHECK_FAILED: { message: 'a fresh signature did not verify and was discarded' },
  VALIDATOR_KEY_PERMISSIONS: {
    message: 'the validator key or its password file is open to others',
    hint: 'Make it a plain file of your own user with mode 0600.',
  },
  VALIDATOR_KEY_DAMAGED: { message: 'the validator key file is damaged or was altered' },
  VALIDATOR_KEY_NEWER_VERSION: {
    message: 'the validator key file was written by a newer version',
    hint: 'Update this program.',
  },
  VALIDATOR_KEY_READ_FAILED: { message: 'the validator key or its password file could not be read' },
  VALIDATOR_KEY_WRITE_FAILED: { message: 'the validator key file could not be written' },
  VALIDATOR_KEY_LOCKED: { message: 'the validator key is encrypted', hint: 'Give its password by file or descriptor.' },
}

export function vaultError(
  code: VaultErrorCode,
  details: Readonly<Record<string, string | number | boolean>> = {},
): NodeError {
  const { message, hint } = wordings[code]
  return new NodeError(code, message, { hint, details })
}

/** All codes of this folder. */
export const vaultErrorCodes = Object.freeze(Object.keys(wordings)) as readonly VaultErrorCode[]
