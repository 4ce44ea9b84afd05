/** Portable primitives of the channel, plain JavaScript: for browsers, and where node:crypto lacks one (Electron's has no ChaCha20). */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { limits } from './limits.ts'
import type { ChannelPrimitives } from './primitives.ts'

export const noblePrimitives: ChannelPrimitives = {
  openAgreementKey(privateKey) {
    const own = Uint8Array.from(privateKey)
    return {
      publicKey: x25519.getPublicKey(own),
      agree(remotePublicKey) {
        try {
          return x25519.getSharedSecret(own, remotePublicKey)
        } catch {
          // The one thing it refuses of 32 bytes is a result of zero.
          return undefined
        }
      },
      destroy: () => own.fill(0),
    }
  },
  sha256: (bytes) => sha256(bytes),
  hmacSha256: (key, bytes) => hmac(sha256, key, bytes),
  seal(key, nonce, associatedData, plaintext, headroomBytes = 0) {
    const out = new Uint8Array(headroomBytes + plaintext.length + limits.tagBytes)
    chacha20poly1305(key, nonce, associatedData).encrypt(plaintext, out.subarray(headroomBytes))
    return out
  },
  open(key, nonce, associatedData, ciphertext) {
    try {
      return chacha20poly1305(key, nonce, associatedData).decrypt(ciphertext)
    } catch {
      return undefined
    }
  },
  verifyEd25519(publicKey, message, signature) {
    try {
      // RFC 8032 as node:crypto reads it, not the wider rule of ZIP 215.
      return ed25519.verify(signature, message, publicKey, { zip215: false })
    } catch {
      return false
    }
  },
}
