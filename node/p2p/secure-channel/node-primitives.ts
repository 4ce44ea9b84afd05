/**
 * Fast primitives of the channel: node:crypto, reached without an import so that browsers can load this file. Each function
 * is probed before it is used (select-primitives.ts). Private keys live in KeyObjects, which JavaScript cannot clear: destroy() drops
 * them, and the wrapped copy that imports one is cleared at once.
 */
import type { KeyObject } from 'node:crypto'
import { concatBytes } from '../../core/bytes.ts'
import { limits } from './limits.ts'
import type { ChannelPrimitives } from './primitives.ts'

/** DER around raw keys of 32 bytes (RFC 8410 §4 and §7). */
const der = {
  x25519Private: Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32),
  x25519Public: Uint8Array.of(48, 42, 48, 5, 6, 3, 43, 101, 110, 3, 33, 0),
  ed25519Public: Uint8Array.of(48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0),
}

const cipherName = 'chacha20-poly1305'

/** Undefined where there is no node:crypto. */
export function createNodePrimitives(): ChannelPrimitives | undefined {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (crypto === undefined) return undefined
  const cipherOptions = { authTagLength: limits.tagBytes }

  const importPublic = (prefix: Uint8Array, raw: Uint8Array): KeyObject =>
    crypto.createPublicKey({ key: asBuffer(concatBytes(prefix, raw)), format: 'der', type: 'spki' })

  return {
    openAgreementKey(raw) {
      const wrapped = concatBytes(der.x25519Private, raw)
      const privateKey = crypto.createPrivateKey({ key: asBuffer(wrapped), format: 'der', type: 'pkcs8' })
      wrapped.fill(0)
      const spki = crypto.createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
      return {
        publicKey: Uint8Array.from(spki.subarray(der.x25519Public.length)),
        agree(remotePublicKey) {
          try {
            const publicKey = importPublic(der.x25519Public, remotePublicKey)
            return plainBytes(crypto.diffieHellman({ privateKey, publicKey }))
          } catch {
            // OpenSSL and BoringSSL fail the derivation where the result is zero.
            return undefined
          }
        },
        destroy: () => undefined,
      }
    },
    sha256: (bytes) => plainBytes(crypto.createHash('sha256').update(bytes).digest()),
    hmacSha256: (key, bytes) => plainBytes(crypto.createHmac('sha256', key).update(bytes).digest()),
    seal(key, nonce, associatedData, plaintext, headroomBytes = 0) {
      const cipher = crypto.createCipheriv(cipherName, key, nonce, cipherOptions)
      cipher.setAAD(associatedData, { plaintextLength: plaintext.length })
      const out = new Uint8Array(headroomBytes + plaintext.length + limits.tagBytes)
      // A stream cipher: all comes out of update(), and final() has nothing left.
      out.set(cipher.update(plaintext), headroomBytes)
      cipher.final()
      out.set(cipher.getAuthTag(), headroomBytes + plaintext.length)
      return out
    },
    open(key, nonce, associatedData, ciphertext) {
      const bodyBytes = ciphertext.length - limits.tagBytes
      const decipher = crypto.createDecipheriv(cipherName, key, nonce, cipherOptions)
      decipher.setAAD(associatedData, { plaintextLength: bodyBytes })
      decipher.setAuthTag(ciphertext.subarray(bodyBytes))
      const body = decipher.update(ciphertext.subarray(0, bodyBytes))
      try {
        decipher.final()
        return plainBytes(body)
      } catch {
        return undefined
      }
    },
    verifyEd25519(publicKey, message, signature) {
      try {
        return crypto.verify(null, message, importPublic(der.ed25519Public, publicKey), signature)
      } catch {
        return false
      }
    },
  }
}

/** A view, not a copy: node:crypto's types ask for its Buffer. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A view as plain Uint8Array: Buffer's slice() shares memory where everybody else's copies. */
function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
