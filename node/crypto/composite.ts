/**
 * The composite suite ML-DSA-65 + ECDSA P-256: how its keys and signatures are put together, what both halves sign, and how a
 * software key comes from one seed. In the manner of draft-ietf-lamps-pq-composite-sigs, with our own domain.
 * Source: docs/protocol.md, "Composite keys".
 *
 * Both halves sign `tag ‖ suite byte ‖ length of the context ‖ context ‖ message`. No other suite signs anything that starts
 * with the tag, so that neither half of a composite signature is good for an account of a single suite, nor the other way round.
 */
import { concatBytes } from '../core/bytes.ts'
import { domainTags } from '../core/domain-tags.ts'
import { sha3 } from './hash.ts'
import { p256Order } from './p256.ts'
import { compositeHalf, compositeSuite, p256Sizes, signatureSuites } from './suites.ts'

const { publicKeyBytes: mlDsaKeyBytes, signatureBytes: mlDsaSignatureBytes } = signatureSuites[compositeHalf]
const emptyContext = new Uint8Array(0)

/** What is made of two halves; views into what was whole. */
export interface CompositeHalves {
  readonly mlDsa: Uint8Array
  readonly p256: Uint8Array
}

/** What each half signs; the ECDSA half hashes it with SHA-256. @param context at most 255 bytes; the product has none */
export function compositeMessage(message: Uint8Array, context: Uint8Array = emptyContext): Uint8Array {
  const { wire } = signatureSuites[compositeSuite]
  return concatBytes(domainTags.composite, Uint8Array.of(wire, context.length), context, message)
}

/** @param publicKey of the suite's length */
export function splitCompositeKey(publicKey: Uint8Array): CompositeHalves {
  return { mlDsa: publicKey.subarray(0, mlDsaKeyBytes), p256: publicKey.subarray(mlDsaKeyBytes) }
}

/** @param signature of the suite's length */
export function splitCompositeSignature(signature: Uint8Array): CompositeHalves {
  return { mlDsa: signature.subarray(0, mlDsaSignatureBytes), p256: signature.subarray(mlDsaSignatureBytes) }
}

/** Of keys as of signatures. */
export function joinComposite({ mlDsa, p256 }: CompositeHalves): Uint8Array {
  return concatBytes(mlDsa, p256)
}

/**
 * The two private keys of a software composite key: ξ and the scalar d, from different hashes of its seed, so that neither is the
 * key of a single-suite account of the same seed. d by FIPS 186-5 A.2.1: 384 bits, modulo n − 1, plus 1. The caller clears both.
 */
export function compositeSecrets(seed: Uint8Array): { readonly xi: Uint8Array; readonly scalar: Uint8Array } {
  const part = (number: number): Uint8Array => sha3(domainTags.compositeKey, Uint8Array.of(number), seed)
  const [xi, high, low] = [part(1), part(2), part(3)]
  let wide = 0n
  for (const byte of high) wide = (wide << 8n) | BigInt(byte)
  for (const byte of low.subarray(0, p256Sizes.scalarBytes / 2)) wide = (wide << 8n) | BigInt(byte)
  high.fill(0)
  low.fill(0)
  let rest = (wide % (p256Order - 1n)) + 1n
  const scalar = new Uint8Array(p256Sizes.scalarBytes)
  for (let at = scalar.length - 1; at >= 0; at--, rest >>= 8n) scalar[at] = Number(rest & 0xffn)
  return { xi, scalar }
}
