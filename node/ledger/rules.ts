/**
 * Rules that a transaction meets or breaks by itself, whatever the state: checked once at the door of every node, and
 * again before execution, where a copy that breaks one is ignored unpaid (its proposer could have known).
 * Source: docs/protocol.md, "Transactions".
 */

import { maxU64 } from '../core/amount.ts'
import { equalBytes, utf8 } from '../core/bytes.ts'
import { hasCanonicalText } from '../core/codec.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type SignatureSuite, signatureSuites } from '../crypto/suites.ts'
import { type AccountKey, accountKeyOf, consentToSign, type KeyFormError, type KeyRole } from './account-keys.ts'
import { accountIdOf, isKnownAccountId } from './address.ts'
import type { SelectCommittee } from './epochs.ts'
import type { ReadEvidenceBytes, VerifyValidatorSignature } from './evidence.ts'
import { ledgerLimits } from './limits.ts'
import type { NetworkKind, NetworkParameters } from './parameters.ts'
import { possessionMessage } from './stake.ts'
import type { ConsentingKey, Operation, SignedTransaction, Transaction } from './transaction.ts'

export type { AccountKey } from './account-keys.ts'

/** What the rules know of the chain. */
export interface ChainRules {
  readonly chainId: Uint8Array
  readonly kind: NetworkKind
  readonly parameters: NetworkParameters
  /** Checks what a validator's key signed: proofs of possession, and the statements of evidence. */
  readonly verifyValidator: VerifyValidatorSignature
  readonly readEvidence: ReadEvidenceBytes
  /** Checks the word of a key that is to serve an account; a key of the suite's length. */
  readonly verifyKey: (
    suite: SignatureSuite,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ) => boolean
  /** Chooses an epoch's committee; the largest stakes where nothing else is said. */
  readonly selectCommittee?: SelectCommittee
}

export type RuleError =
  /** Signed for another chain: a replay across networks, or the wrong network chosen. */
  | { code: 'CHAIN_MISMATCH' }
  /** No operation, or more than 64. */
  | { code: 'OPERATION_COUNT'; count: number; max: number }
  | { code: 'AMOUNT_ZERO'; operation: number }
  /** The amounts of one transaction add up to more than 2^64 − 1. */
  | { code: 'AMOUNT_OUT_OF_RANGE' }
  | { code: 'SELF_TRANSFER'; operation: number }
  /** A recipient of an unknown address version. */
  | { code: 'ADDRESS_INVALID'; operation: number }
  | { code: 'MEMO_TOO_LONG'; operation: number; maxBytes: number }
  /** Half of a surrogate pair, or a byte order mark at the start: no decoder would give the same text back. */
  | { code: 'MEMO_INVALID'; operation: number }
  /** There is no faucet on this network. */
  | { code: 'FAUCET_UNAVAILABLE' }
  /** A faucet operation stands with others; it must be a transaction's only one. */
  | { code: 'FAUCET_ALONE' }
  /** More than the faucet gives an account within its window. */
  | { code: 'FAUCET_LIMIT'; maxMicroRuv: bigint }
  /** The proof of possession is not the validator key's word for this account on this chain. */
  | { code: 'STAKE_PROOF_INVALID'; operation: number }
  /** Evidence that shows no offence. */
  | { code: 'EVIDENCE_INVALID'; operation: number; reason: string }
  /** A change of an account's keys or policy stands with other operations; it must be a transaction's only one. */
  | { code: 'UPDATE_ALONE' }
  /** The proof is not the key's word for this account, purpose and transaction. */
  | { code: 'KEY_PROOF_INVALID'; operation: number }
  /** The delay of a recovery is shorter than a minute, or longer than a year. */
  | { code: 'RECOVERY_DELAY'; minMs: number; maxMs: number }
  /** A recovery of the sender: whoever can send has no need of it. */
  | { code: 'SELF_RECOVERY' }
  | KeyFormError
  /** The carried key does not hash to the account. */
  | { code: 'PUBLIC_KEY_MISMATCH' }

export type SignatureError =
  /** The ledger has no key for the account and the transaction carries none. */
  | { code: 'PUBLIC_KEY_REQUIRED' }
  /** It says that a second key signed it, and the account has none. */
  | { code: 'COSIGNATURE_UNEXPECTED' }
  | { code: 'SIGNATURE_LENGTH'; expectedBytes: number }
  | { code: 'SIGNATURE_INVALID' }

export function checkRules(transaction: Transaction, chain: ChainRules): Result<undefined, RuleError> {
  if (!equalBytes(transaction.chainId, chain.chainId)) return err({ code: 'CHAIN_MISMATCH' })
  const { operations } = transaction
  if (operations.length === 0 || operations.length > ledgerLimits.maxOperations) {
    return err({ code: 'OPERATION_COUNT', count: operations.length, max: ledgerLimits.maxOperations })
  }
  for (let index = 0; index < operations.length; index++) {
    const checked = checkOperation(operations[index] as Operation, index, transaction, chain)
    if (!checked.ok) return checked
  }
  if (outgoingMicroRuv(transaction) + transaction.maxFeeMicroRuv > maxU64) return err({ code: 'AMOUNT_OUT_OF_RANGE' })
  const key = checkCarriedKey(transaction)
  if (!key.ok) return key
  // Last, since it is what costs: a transaction has room for six proofs at most.
  for (let index = 0; index < operations.length; index++) {
    const checked = checkWitness(operations[index] as Operation, index, transaction, chain)
    if (!checked.ok) return checked
  }
  return ok(undefined)
}

/** What an operation brings along to be believed: a proof, or evidence. */
function checkWitness(
  operation: Operation,
  index: number,
  transaction: Transaction,
  chain: ChainRules,
): Result<undefined, RuleError> {
  const { account } = transaction
  if (operation.kind === 'evidence.submit') {
    const read = chain.readEvidence(operation.evidence)
    return read.ok ? ok(undefined) : err({ ...read.error, operation: index })
  }
  if (operation.kind === 'account.update') {
    const { change } = operation
    return 'key' in change ? checkConsent(change.key, change.kind, account, index, transaction, chain) : ok(undefined)
  }
  if (operation.kind === 'account.recover') {
    const { key, account: recovered } = operation
    return key === null ? ok(undefined) : checkConsent(key, 'recover', recovered, index, transaction, chain)
  }
  if (operation.kind !== 'stake.bond') return ok(undefined)
  const message = possessionMessage(chain.chainId, account)
  return chain.verifyValidator(operation.publicKey, message, operation.proof)
    ? ok(undefined)
    : err({ code: 'STAKE_PROOF_INVALID', operation: index })
}

function checkConsent(
  carried: ConsentingKey,
  role: KeyRole,
  account: Uint8Array,
  operation: number,
  { account: sender, nonce }: Transaction,
  chain: ChainRules,
): Result<undefined, RuleError> {
  const key = accountKeyOf(carried)
  if (!key.ok) return key
  const { suite, publicKey } = key.value
  const message = consentToSign(suite, chain.chainId, { account, role, sender, nonce })
  const isGood =
    carried.proof.length === signatureSuites[suite].signatureBytes &&
    chain.verifyKey(suite, publicKey, message, carried.proof)
  return isGood ? ok(undefined) : err({ code: 'KEY_PROOF_INVALID', operation })
}

/** A change of keys or policy, as far as it can be told by itself. */
function checkUpdate(
  operation: Extract<Operation, { kind: 'account.update' | 'account.recover' }>,
  index: number,
  { account, operations }: Transaction,
): Result<undefined, RuleError> {
  if (operations.length !== 1) return err({ code: 'UPDATE_ALONE' })
  if (operation.kind === 'account.recover') {
    if (!isKnownAccountId(operation.account)) return err({ code: 'ADDRESS_INVALID', operation: index })
    return equalBytes(operation.account, account) ? err({ code: 'SELF_RECOVERY' }) : ok(undefined)
  }
  const { minRecoveryDelayMs: minMs, maxRecoveryDelayMs: maxMs } = ledgerLimits
  const { change } = operation
  const isOutside = change.kind === 'recovery' && (change.delayMs < minMs || change.delayMs > maxMs)
  return isOutside ? err({ code: 'RECOVERY_DELAY', minMs, maxMs }) : ok(undefined)
}

function checkOperation(
  operation: Operation,
  index: number,
  transaction: Transaction,
  chain: ChainRules,
): Result<undefined, RuleError> {
  if (operation.kind === 'noop' || operation.kind === 'evidence.submit') return ok(undefined)
  if (operation.kind === 'account.update' || operation.kind === 'account.recover') {
    return checkUpdate(operation, index, transaction)
  }
  if (operation.amountMicroRuv === 0n) return err({ code: 'AMOUNT_ZERO', operation: index })
  if (operation.kind === 'faucet') {
    if (chain.kind !== 'development') return err({ code: 'FAUCET_UNAVAILABLE' })
    if (transaction.operations.length !== 1) return err({ code: 'FAUCET_ALONE' })
    const maxMicroRuv = chain.parameters.faucetWindowMicroRuv
    return operation.amountMicroRuv > maxMicroRuv ? err({ code: 'FAUCET_LIMIT', maxMicroRuv }) : ok(undefined)
  }
  if (operation.kind === 'stake.bond' || operation.kind === 'stake.unbond') return ok(undefined)
  if (!isKnownAccountId(operation.to)) return err({ code: 'ADDRESS_INVALID', operation: index })
  if (equalBytes(operation.to, transaction.account)) return err({ code: 'SELF_TRANSFER', operation: index })
  if (operation.memo === null) return ok(undefined)
  if (!hasCanonicalText(operation.memo)) return err({ code: 'MEMO_INVALID', operation: index })
  return utf8(operation.memo).length > ledgerLimits.maxMemoBytes
    ? err({ code: 'MEMO_TOO_LONG', operation: index, maxBytes: ledgerLimits.maxMemoBytes })
    : ok(undefined)
}

function checkCarriedKey(transaction: Transaction): Result<undefined, RuleError> {
  const { key } = transaction
  if (key === null) return isKnownAccountId(transaction.account) ? ok(undefined) : err({ code: 'PUBLIC_KEY_MISMATCH' })
  const carried = accountKeyOf(key)
  if (!carried.ok) return carried
  const { suite, publicKey } = carried.value
  return equalBytes(accountIdOf(suite, publicKey), transaction.account)
    ? ok(undefined)
    : err({ code: 'PUBLIC_KEY_MISMATCH' })
}

/** The key a transaction's signature is checked under: the one the ledger stored, else the one it carries. */
export function signingKeyOf(
  transaction: Transaction,
  stored: AccountKey | null,
): Result<AccountKey, SignatureError | RuleError> {
  if (stored !== null) return ok(stored)
  return transaction.key === null ? err({ code: 'PUBLIC_KEY_REQUIRED' }) : accountKeyOf(transaction.key)
}

export function checkSignatureLength(
  transaction: SignedTransaction,
  suite: SignatureSuite,
): Result<undefined, SignatureError> {
  const expectedBytes = signatureSuites[suite].signatureBytes
  return transaction.signature.length === expectedBytes
    ? ok(undefined)
    : err({ code: 'SIGNATURE_LENGTH', expectedBytes })
}

/** What leaves the account if every operation executes, the fee apart. */
export function outgoingMicroRuv(transaction: Pick<Transaction, 'operations'>): bigint {
  let sum = 0n
  for (const operation of transaction.operations) {
    if (operation.kind === 'transfer' || operation.kind === 'stake.bond') sum += operation.amountMicroRuv
  }
  return sum
}
