/**
 * Who takes part and how they sign. Cheap signatures are hashes keyed by the public key: nobody in a simulation forges
 * one, and checking them costs a microsecond. Real ones are ML-DSA (FIPS 204), made without randomness so that runs repeat.
 */
import type { Validator } from '../consensus/committee.ts'
import type { PeerKey } from '../consensus/types.ts'
import { bytesKey, equalBytes } from '../core/bytes.ts'
import { type Rng, seededRng } from '../core/rng.ts'
import { createNobleSignatureBackend } from '../crypto/backends/noble.ts'
import { sha256 } from '../crypto/hash.ts'
import { defaultSignatureBackend } from '../crypto/select-backend.ts'
import { type SignatureSuite, seedBytes, signatureSuites } from '../crypto/suites.ts'
import { type AccountId, accountIdOf } from '../ledger/address.ts'
import { validatorIdOf } from '../ledger/genesis.ts'
import type { SimOptions } from './options.ts'

export interface Signer {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

export interface SimSignatures {
  signer(suite: SignatureSuite, rng: Rng): Signer
  verify(suite: SignatureSuite, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
}

export interface SimValidator extends Validator {
  readonly index: number
  readonly peer: PeerKey
  readonly isByzantine: boolean
  readonly signer: Signer
}

export interface SimAccount {
  readonly id: AccountId
  readonly signer: Signer
}

export const accountSuite: SignatureSuite = 'ML-DSA-44'
export const validatorSuite: SignatureSuite = 'ML-DSA-65'

/** Bytes of a public key that tell it from every other here. */
const keyIdBytes = 32

const cheapSignatures: SimSignatures = {
  signer(suite, rng) {
    const publicKey = rng.bytes(signatureSuites[suite].publicKeyBytes)
    return { publicKey, sign: (message) => sha256(publicKey.subarray(0, keyIdBytes), message) }
  },
  verify: (_, publicKey, message, signature) =>
    equalBytes(signature, sha256(publicKey.subarray(0, keyIdBytes), message)),
}

function realSignatures(): SimSignatures {
  const backend = defaultSignatureBackend()
  // Signs without fresh randomness on every machine, which not every backend can.
  const noble = createNobleSignatureBackend()
  return {
    signer(suite, rng) {
      // The portable backend alone signs without fresh randomness everywhere.
      const key = noble.openSigningKey(suite, rng.bytes(seedBytes))
      return { publicKey: key.publicKey, sign: (message) => key.sign(message, { deterministic: true }) }
    },
    verify: (suite, publicKey, message, signature) => backend.verify(suite, publicKey, message, signature),
  }
}

export function createSignatures(isReal: boolean): SimSignatures {
  return isReal ? realSignatures() : cheapSignatures
}

/** In the order of their numbers; the Byzantine ones last. */
export function createValidators(options: SimOptions, signatures: SimSignatures): SimValidator[] {
  return Array.from({ length: options.nodes }, (_, index) => {
    const signer = signatures.signer(validatorSuite, seededRng(1_000 * options.seed + index))
    const id = validatorIdOf(signer.publicKey)
    return {
      index,
      id,
      peer: bytesKey(id),
      publicKey: signer.publicKey,
      stakeMicroRuv: BigInt(options.stakes?.[index] ?? 1),
      isByzantine: index >= options.nodes - options.byzantine,
      signer,
    }
  })
}

export function createAccounts(count: number, options: SimOptions, signatures: SimSignatures): SimAccount[] {
  return Array.from({ length: count }, (_, index) => {
    const signer = signatures.signer(accountSuite, seededRng(1_000_000 + 1_000 * options.seed + index))
    return { id: accountIdOf(accountSuite, signer.publicKey), signer }
  })
}
