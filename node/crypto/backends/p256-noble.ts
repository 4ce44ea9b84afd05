/**
 * P-256 by @noble/curves: plain JavaScript, alike in Node, Electron and browsers. No promise of constant time; the private key is a
 * byte array that destroy() clears.
 */
import { p256 } from '@noble/curves/nist.js'
import { hasPointForm, hasSignatureForm, type P256 } from '../p256.ts'
import { keyDestroyed } from './key-faults.ts'

/** @param options hedged: random bytes join the derivation of the nonce (RFC 6979 §3.6); without, signatures are deterministic */
export function createNobleP256({ hedged }: { readonly hedged: boolean } = { hedged: true }): P256 {
  return {
    name: 'noble',
    openSigningKey(scalar) {
      let secret: Uint8Array | undefined = Uint8Array.from(scalar)
      return {
        publicKey: p256.getPublicKey(secret, false),
        sign(message) {
          if (secret === undefined) throw keyDestroyed()
          return p256.sign(message, secret, { prehash: true, lowS: true, extraEntropy: hedged })
        },
        destroy() {
          secret?.fill(0)
          secret = undefined
        },
      }
    },
    importPublicKey(publicKey) {
      if (!hasPointForm(publicKey) || !p256.utils.isValidPublicKey(publicKey, false)) return undefined
      // A copy, since the caller's bytes may be a view into a buffer that is used again.
      const key = Uint8Array.from(publicKey)
      return {
        verify: (message, signature) =>
          hasSignatureForm(signature) && p256.verify(signature, message, key, { prehash: true, lowS: true }),
      }
    },
  }
}
