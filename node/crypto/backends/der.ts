/**
 * DER wrappings by which node:crypto takes raw keys: SubjectPublicKeyInfo, and PKCS #8 that carries the seed only
 * (RFC 9881 §4 and §6 for ML-DSA; draft-ietf-lamps-kyber-certificates for ML-KEM). DER rather than JWK or the newer raw formats,
 * since every release that has the algorithms reads it.
 */
import { concatBytes } from '../../core/bytes.ts'
import { kemParameters } from '../kem-parameters.ts'
import { type MlDsaSuite, seedBytes, signatureSuites } from '../suites.ts'

export type PostQuantumAlgorithm = MlDsaSuite | 'ML-KEM-768'

interface Wrapping {
  /** Object identifier's content bytes: 2.16.840.1.101.3.4.{3.17, 3.18, 3.19, 4.2}. */
  readonly identifier: readonly number[]
  readonly publicKeyBytes: number
  readonly seedBytes: number
}

const nistAlgorithms = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04]

const signatureWrapping = (suite: MlDsaSuite, arc: number): Wrapping => ({
  identifier: [...nistAlgorithms, 0x03, arc],
  publicKeyBytes: signatureSuites[suite].publicKeyBytes,
  seedBytes,
})

const wrappings: Readonly<Record<PostQuantumAlgorithm, Wrapping>> = {
  'ML-DSA-44': signatureWrapping('ML-DSA-44', 0x11),
  'ML-DSA-65': signatureWrapping('ML-DSA-65', 0x12),
  'ML-DSA-87': signatureWrapping('ML-DSA-87', 0x13),
  'ML-KEM-768': {
    identifier: [...nistAlgorithms, 0x04, 0x02],
    publicKeyBytes: kemParameters.encapsulationKeyBytes,
    seedBytes: kemParameters.seedBytes,
  },
}

const tag = { integer: 0x02, bitString: 0x03, octetString: 0x04, objectIdentifier: 0x06, sequence: 0x30, seed: 0x80 }

/** Head of an element: its tag and its length in the shortest form, up to 64 KiB. */
function head(tagByte: number, lengthBytes: number): number[] {
  if (lengthBytes < 0x80) return [tagByte, lengthBytes]
  if (lengthBytes < 0x100) return [tagByte, 0x81, lengthBytes]
  return [tagByte, 0x82, lengthBytes >> 8, lengthBytes & 0xff]
}

function algorithmIdentifier(identifier: readonly number[]): number[] {
  const inner = [...head(tag.objectIdentifier, identifier.length), ...identifier]
  return [...head(tag.sequence, inner.length), ...inner]
}

function spkiPrefixOf({ identifier, publicKeyBytes }: Wrapping): Uint8Array {
  // A bit string starts with the count of unused bits: 0.
  const inner = [...algorithmIdentifier(identifier), ...head(tag.bitString, publicKeyBytes + 1), 0]
  return Uint8Array.from([...head(tag.sequence, inner.length + publicKeyBytes), ...inner])
}

function pkcs8PrefixOf({ identifier, seedBytes: length }: Wrapping): Uint8Array {
  const seedHead = head(tag.seed, length)
  const inner = [
    ...head(tag.integer, 1),
    0,
    ...algorithmIdentifier(identifier),
    ...head(tag.octetString, seedHead.length + length),
    ...seedHead,
  ]
  return Uint8Array.from([...head(tag.sequence, inner.length + length), ...inner])
}

const prefixes = new Map(
  (Object.entries(wrappings) as [PostQuantumAlgorithm, Wrapping][]).map(([algorithm, wrapping]) => [
    algorithm,
    { spki: spkiPrefixOf(wrapping), pkcs8: pkcs8PrefixOf(wrapping) },
  ]),
)

function prefixOf(algorithm: PostQuantumAlgorithm, kind: 'spki' | 'pkcs8'): Uint8Array {
  return (prefixes.get(algorithm) as { spki: Uint8Array; pkcs8: Uint8Array })[kind]
}

/** @param publicKey of the algorithm's length */
export function spkiOfPublicKey(algorithm: PostQuantumAlgorithm, publicKey: Uint8Array): Uint8Array {
  return concatBytes(prefixOf(algorithm, 'spki'), publicKey)
}

/** The raw key inside a SubjectPublicKeyInfo that the platform exported for the algorithm; a copy. */
export function publicKeyOfSpki(algorithm: PostQuantumAlgorithm, spki: Uint8Array): Uint8Array {
  return Uint8Array.from(spki.subarray(prefixOf(algorithm, 'spki').length))
}

/** Holds a copy of the seed: the caller clears the result. @param seed of the algorithm's length */
export function pkcs8OfSeed(algorithm: PostQuantumAlgorithm, seed: Uint8Array): Uint8Array {
  return concatBytes(prefixOf(algorithm, 'pkcs8'), seed)
}
