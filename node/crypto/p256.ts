/**
 * ECDSA over P-256 with SHA-256 (FIPS 186-5 §6, SP 800-186 §3.2.1.3), the classical half of the composite suite: what an
 * implementation offers, and the form that signatures must have here whatever implementation checks them.
 *
 * A signature is r ‖ s with 1 ≤ r < n and 1 ≤ s ≤ ⌊n/2⌋. ECDSA would take n − s as well; allowing one of the two only keeps others
 * from changing a signature without its key.
 */
import { p256Sizes } from './suites.ts'
import type { BackendName } from './types.ts'

/** n, the order of the group. */
export const p256Order = 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n
const halfOrder = p256Order >> 1n

export interface P256VerifyingKey {
  /** @param signature r ‖ s, in the form above */
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

export interface P256SigningKey {
  readonly publicKey: Uint8Array
  /** r ‖ s in the form above. */
  sign(message: Uint8Array): Uint8Array
  destroy(): void
}

export interface P256 {
  readonly name: Exclude<BackendName, 'wasm'>
  /** @param scalar 32 bytes, from 1 to n − 1; left untouched and not kept beyond destroy() */
  openSigningKey(scalar: Uint8Array): P256SigningKey
  /** Undefined for what is no point of the curve, written as 0x04 ‖ x ‖ y. */
  importPublicKey(publicKey: Uint8Array): P256VerifyingKey | undefined
}

/** The first byte of a point that is written with both coordinates (SEC 1 §2.3.3). */
export const uncompressedPoint = 4

export function hasPointForm(publicKey: Uint8Array): boolean {
  return publicKey.length === p256Sizes.publicKeyBytes && publicKey[0] === uncompressedPoint
}

export function hasSignatureForm(signature: Uint8Array): boolean {
  if (signature.length !== p256Sizes.signatureBytes) return false
  const { r, s } = numbersOf(signature)
  return r > 0n && r < p256Order && s > 0n && s <= halfOrder
}

/** The same signature with the lower of its two s; tokens give either. @param signature r ‖ s, 64 bytes */
export function withLowS(signature: Uint8Array): Uint8Array {
  const { s } = numbersOf(signature)
  const low = Uint8Array.from(signature)
  if (s <= halfOrder || s >= p256Order) return low
  let rest = p256Order - s
  for (let at = low.length - 1; at >= p256Sizes.scalarBytes; at--, rest >>= 8n) low[at] = Number(rest & 0xffn)
  return low
}

function numbersOf(signature: Uint8Array): { r: bigint; s: bigint } {
  const view = new DataView(signature.buffer, signature.byteOffset, signature.byteLength)
  const numberAt = (start: number): bigint => {
    let value = 0n
    for (let at = start; at < start + p256Sizes.scalarBytes; at += 8) value = (value << 64n) | view.getBigUint64(at)
    return value
  }
  return { r: numberAt(0), s: numberAt(p256Sizes.scalarBytes) }
}
