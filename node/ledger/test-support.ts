/**
 * Builders for tests of the ledger and of what stands on it: accounts with made-up keys, unsigned transactions of the right
 * size, a chain that runs commit after commit, and a disk for the entries of its state.
 */
import { compareBytes, concatBytes, equalBytes, toHex, utf8 } from '../core/bytes.ts'
import { canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import { bytesUpTo, type Codec, fixedBytes, listOf, record, textUpTo, uintUpTo } from '../core/codec.ts'
import { err, ok, type Result } from '../core/result.ts'
import { seededRng } from '../core/rng.ts'
import { sha256 } from '../crypto/hash.ts'
import { type SignatureSuite, signatureSuites } from '../crypto/suites.ts'
import { type Consent, consentToSign } from './account-keys.ts'
import { type AccountId, accountIdOf } from './address.ts'
import type { EvidenceFormError, Offence, ReadEvidence, SignedStatement } from './evidence.ts'
import { type Candidate, type Execution, executeCommit } from './execution.ts'
import { chainIdOf, type Genesis, validatorIdOf } from './genesis.ts'
import { developmentParameters, type NetworkParameters } from './parameters.ts'
import type { ChainRules } from './rules.ts'
import { possessionMessage } from './stake.ts'
import { applyDelta, createStateLoader, genesisState, type LedgerState, takeDirtyEntries } from './state.ts'
import {
  attachSignature,
  type BondOperation,
  type ConsentingKey,
  type EvidenceOperation,
  type FaucetOperation,
  type NoopOperation,
  type Operation,
  type SignedTransaction,
  type Transaction,
  type TransferOperation,
  type UnbondOperation,
} from './transaction.ts'

/** Ledger time of the first moment of a test chain: a full minute, so that tests can count from its edge. */
export const startTimeMs = 1_750_000_020_000
export const minuteMs = 60_000
export const dayMs = 24 * 60 * minuteMs

export interface TestAccount {
  readonly suite: SignatureSuite
  readonly publicKey: Uint8Array
  readonly id: AccountId
}

/** An account whose key is random bytes of the right length: nothing can be signed with it, and nothing needs to be. */
export function testAccount(seed: number, suite: SignatureSuite = 'ML-DSA-44'): TestAccount {
  const publicKey = seededRng(seed).bytes(signatureSuites[suite].publicKeyBytes)
  return { suite, publicKey, id: accountIdOf(suite, publicKey) }
}

/** Of a network that exists by its genesis alone: nobody can sign for its validator. */
export function namedGenesis(seed: number, kind: Genesis['kind'] = 'test'): Genesis {
  return {
    kind,
    name: `qudag-${kind}-${seed}`,
    salt: new Uint8Array(32).fill(seed),
    startTimeMs: 1_750_000_000_000,
    validators: [{ publicKey: new Uint8Array(1_952).fill(1), stakeMicroRuv: 1_000_000_000_000n }],
    allocations: [],
    parameters: { ...developmentParameters, faucetCapMicroRuv: 0n },
  }
}

export function testGenesis(
  allocations: readonly (readonly [TestAccount, bigint])[],
  parameters: Partial<NetworkParameters> = {},
  overrides: Partial<Genesis> = {},
): Genesis {
  return {
    kind: 'development',
    name: 'test',
    salt: new Uint8Array(32).fill(1),
    startTimeMs,
    validators: [
      {
        publicKey: new Uint8Array(signatureSuites['ML-DSA-65'].publicKeyBytes).fill(2),
        stakeMicroRuv: 1_000_000n,
      },
    ],
    allocations: allocations.map(([account, balanceMicroRuv]) => ({ account: account.id, balanceMicroRuv })),
    parameters: { ...developmentParameters, ...parameters },
    ...overrides,
  }
}

export function rulesOf(genesis: Genesis): ChainRules {
  return {
    chainId: chainIdOf(genesis),
    kind: genesis.kind,
    parameters: genesis.parameters,
    verifyValidator: (publicKey, message, signature) => equalBytes(signature, validatorSignature(publicKey, message)),
    readEvidence: readTestEvidence,
    verifyKey: (suite, publicKey, message, signature) => equalBytes(signature, keySignature(suite, publicKey, message)),
  }
}

/** What stands for the signature of a test validator: nobody but a test takes it for one. */
export function validatorSignature(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const signature = new Uint8Array(signatureSuites['ML-DSA-65'].signatureBytes)
  signature.set(sha256(publicKey, message))
  return signature
}

/** A validator with a made-up key. */
export function testValidator(seed: number): { readonly publicKey: Uint8Array; readonly id: Uint8Array } {
  const publicKey = seededRng(1_000 + seed).bytes(signatureSuites['ML-DSA-65'].publicKeyBytes)
  return { publicKey, id: validatorIdOf(publicKey) }
}

export function bond(
  chain: ChainRules,
  account: { readonly id: AccountId },
  { publicKey }: { readonly publicKey: Uint8Array },
  amountMicroRuv: bigint,
): BondOperation {
  const proof = validatorSignature(publicKey, possessionMessage(chain.chainId, account.id))
  return { kind: 'stake.bond', publicKey, proof, amountMicroRuv }
}

export function unbond({ id }: { readonly id: Uint8Array }, amountMicroRuv: bigint): UnbondOperation {
  return { kind: 'stake.unbond', validatorId: id, amountMicroRuv }
}

const testEvidenceCodec = record({
  validatorId: fixedBytes(32),
  kind: textUpTo(16) as Codec<string> as Codec<Offence['kind']>,
  epoch: uintUpTo(),
  position: uintUpTo(),
  signatures: listOf(bytesUpTo(4_000), { min: 2, max: 2 }),
})

/** Evidence in a form that only tests have: what it says, and two signatures over two statements about it. */
export function evidence(validator: { readonly publicKey: Uint8Array }, offence: Offence): EvidenceOperation {
  const validatorId = validatorIdOf(validator.publicKey)
  const signatures = [0, 1].map((side) => validatorSignature(validator.publicKey, statement(offence, side)))
  return {
    kind: 'evidence.submit',
    evidence: canonicalEncode(testEvidenceCodec, { validatorId, ...offence, signatures }),
  }
}

function statement({ kind, epoch, position }: Offence, side: number): Uint8Array {
  return utf8(`${kind} ${epoch} ${position} ${side}`)
}

function readTestEvidence(bytes: Uint8Array): Result<ReadEvidence, EvidenceFormError> {
  const decoded = canonicalDecode(testEvidenceCodec, bytes, 16_000)
  if (!decoded.ok) return err({ code: 'EVIDENCE_INVALID', reason: decoded.error.code })
  const { validatorId, kind, epoch, position, signatures } = decoded.value
  const offence = { kind, epoch, position }
  const [first, second] = signatures.map((signature, side) => ({ message: statement(offence, side), signature }))
  return ok({ validatorId, offence, statements: [first as SignedStatement, second as SignedStatement] })
}

export function transfer(
  to: { readonly id: AccountId },
  amountMicroRuv: bigint,
  memo: string | null = null,
): TransferOperation {
  return { kind: 'transfer', to: to.id, amountMicroRuv, memo }
}

export function faucet(amountMicroRuv: bigint): FaucetOperation {
  return { kind: 'faucet', amountMicroRuv }
}

export const noop: NoopOperation = Object.freeze({ kind: 'noop' })

/** What stands for the signature of a made-up account key. */
export function keySignature(suite: SignatureSuite, publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const digest = sha256(publicKey, message)
  return Uint8Array.from({ length: signatureSuites[suite].signatureBytes }, (_, at) => digest[at % 32] as number)
}

/** A key with its word for a role, in the transaction of that sender and nonce. */
export function consenting(
  chain: ChainRules,
  { suite, publicKey }: TestAccount,
  { account, role, sender = account, nonce }: Omit<Consent, 'sender'> & { readonly sender?: AccountId },
): ConsentingKey {
  const message = consentToSign(suite, chain.chainId, { account, role, sender, nonce })
  return { suite: signatureSuites[suite].wire, publicKey, proof: keySignature(suite, publicKey, message) }
}

/** A transaction of an account with what a test says of it; the signature has the right length and verifies nowhere. */
export function unsigned(
  chain: ChainRules,
  account: TestAccount & { readonly second?: SignatureSuite },
  nonce: number,
  operations: readonly Operation[],
  overrides: Partial<Transaction> = {},
): SignedTransaction {
  const transaction: Transaction = {
    chainId: chain.chainId,
    account: account.id,
    key: { suite: signatureSuites[account.suite].wire, publicKey: account.publicKey },
    nonce,
    operations,
    maxFeeMicroRuv: 1_000_000n,
    validUntilMs: startTimeMs + dayMs / 2,
    ...overrides,
  }
  const { suite, second = suite } = account
  const [signature, coSignature] = [suite, second].map((one) => new Uint8Array(signatureSuites[one].signatureBytes))
  return attachSignature(transaction, signature as Uint8Array, coSignature)
}

/** Stands in the order as one whose signature was checked under the account's key, or was found bad. */
export function candidate(
  transaction: SignedTransaction,
  verifiedUnder: Uint8Array | null,
  indexInVertex = 0,
): Candidate {
  return { transaction, verifiedUnder, origin: { vertexHash: sha256(transaction.bytes), indexInVertex } }
}

export interface TestChain {
  readonly rules: ChainRules
  readonly state: LedgerState
  /** Executes and applies the next commit, `afterMs` after the last one. */
  commit(candidates: readonly Candidate[], afterMs?: number): Execution
}

export function testChain(genesis: Genesis, state: LedgerState = genesisState(genesis)): TestChain {
  const rules = rulesOf(genesis)
  return {
    rules,
    state,
    commit(candidates, afterMs = 100) {
      const commitTimeMs = state.commitTimeMs + afterMs
      const execution = executeCommit(state, { commitIndex: state.commitIndex + 1, commitTimeMs, candidates }, rules)
      applyDelta(state, execution.delta)
      return execution
    },
  }
}

/** outcome and code of each result, in order: what most examples are about. */
export function outcomes(execution: Execution): string[] {
  return execution.results.map(({ outcome, code }) => (code === null ? outcome : `${outcome} ${code}`))
}

export function ignoredCodes(execution: Execution): string[] {
  return execution.ignored.map(({ code }) => code)
}

export interface EntryDisk {
  readonly entries: Map<string, { readonly key: Uint8Array; readonly value: Uint8Array }>
  /** Writes what changed since the last save, as a checkpoint does. */
  save(state: LedgerState): void
  /** Reads all entries in order of key. @throws where the loader finds them damaged */
  load(): LedgerState
}

export function entryDisk(): EntryDisk {
  const entries = new Map<string, { key: Uint8Array; value: Uint8Array }>()
  return {
    entries,
    save(state) {
      for (const { key, value } of takeDirtyEntries(state)) {
        if (value === null) entries.delete(toHex(key))
        else entries.set(toHex(key), { key: key.slice(), value: value.slice() })
      }
    },
    load() {
      const loader = createStateLoader()
      for (const { key, value } of [...entries.values()].sort((a, b) => compareBytes(a.key, b.key))) {
        const problem = loader.add(key, value)
        if (problem !== undefined) throw new Error(problem)
      }
      const state = loader.finish()
      if (typeof state === 'string') throw new Error(state)
      return state
    },
  }
}

/**
 * The state tree's definition, word for word: no entry is 32 zero bytes, one entry is its leaf, more are split by the next
 * bit of their keys. @param entries key and value hash, each key once
 */
export function naiveStateRoot(entries: readonly (readonly [Uint8Array, Uint8Array])[], depth = 0): Uint8Array {
  if (entries.length === 0) return new Uint8Array(32)
  if (entries.length === 1) {
    const [key, valueHash] = entries[0] as readonly [Uint8Array, Uint8Array]
    return sha256(concatBytes(Uint8Array.of(0), key, valueHash))
  }
  const bit = (key: Uint8Array) => (Number.parseInt(toHex(key).charAt(depth >> 2), 16) >> (3 - (depth & 3))) & 1
  const [left, right] = [0, 1].map((side) => entries.filter(([key]) => bit(key) === side))
  return sha256(
    concatBytes(
      Uint8Array.of(1),
      naiveStateRoot(left as typeof entries, depth + 1),
      naiveStateRoot(right as typeof entries, depth + 1),
    ),
  )
}

/** Root of a perfect Merkle tree over 2^k leaves. */
function perfectRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array
  const half = leaves.length / 2
  return sha256(concatBytes(Uint8Array.of(1), perfectRoot(leaves.slice(0, half)), perfectRoot(leaves.slice(half))))
}

/** Peaks of the history's mountains: the leaves cut into powers of two, the largest first, each a perfect Merkle tree. */
export function naivePeaks(leaves: readonly Uint8Array[]): Uint8Array[] {
  const peaks: Uint8Array[] = []
  let offset = 0
  for (let size = 2 ** 30; size >= 1; size /= 2) {
    if (leaves.length - offset < size) continue
    peaks.push(perfectRoot(leaves.slice(offset, offset + size)))
    offset += size
  }
  return peaks
}
