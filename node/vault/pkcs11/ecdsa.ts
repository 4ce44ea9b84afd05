/**
 * ECDSA over P-256 as a token gives it: r ‖ s, 64 bytes, over a digest that is made here. Both s and n − s verify; about half of
 * a token's are the larger one. One form only, the smaller, keeps a signature from having a twin (docs/protocol.md, "Composite keys").
 */
import { defaultP256, hasSignatureForm, p256Sizes, sha256, withLowS } from '../../crypto/index.ts'

const p256 = defaultP256()

/** The same signature with the smaller s; undefined where it is none. */
export function lowS(signature: Uint8Array): Uint8Array | undefined {
  if (signature.length !== p256Sizes.signatureBytes) return undefined
  const low = withLowS(signature)
  return hasSignatureForm(low) ? low : undefined
}

/** What CKM_ECDSA signs in place of the message: SHA-256 of it, since not every token has CKM_ECDSA_SHA256. */
export function ecdsaInput(message: Uint8Array): Uint8Array {
  return sha256(message)
}

/** Whether it is 0x04 ‖ x ‖ y of a point of the curve. */
export function isPoint(publicKey: Uint8Array): boolean {
  return p256.importPublicKey(publicKey) !== undefined
}

/** What a token answered for a message, with the smaller s; undefined where it is no signature of it by this key. */
export function checkedEcdsa(point: Uint8Array, message: Uint8Array, answered: Uint8Array): Uint8Array | undefined {
  const signature = lowS(answered)
  const isGood = signature !== undefined && p256.importPublicKey(point)?.verify(message, signature) === true
  return isGood ? signature : undefined
}
