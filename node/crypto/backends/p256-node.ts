/**
 * P-256 by node:crypto, which has had it in every release and in Electron too; browsers have no node:crypto, then the result says so.
 * OpenSSL signs in constant time with a random nonce, and picks either s: the lower one is taken here.
 */
import type { KeyObject } from 'node:crypto'
import { concatBytes } from '../../core/bytes.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { hasPointForm, hasSignatureForm, type P256, withLowS } from '../p256.ts'
import { p256Sizes } from '../suites.ts'
import type { BackendUnavailable } from '../types.ts'
import { keyDestroyed } from './key-faults.ts'

type NodeCrypto = typeof import('node:crypto')

/** SubjectPublicKeyInfo up to the point (RFC 5480 §2): id-ecPublicKey, prime256v1, a bit string of 66 bytes. */
const spkiPrefix = Uint8Array.from([
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
  0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
])
/** PKCS #8 up to the scalar (RFC 5915 §3, without the public key, which follows from it). */
const pkcs8Prefix = Uint8Array.from([
  0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
  0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20,
])

const dsaEncoding = 'ieee-p1363'

export function createNodeP256(): Result<P256, BackendUnavailable> {
  const crypto = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (crypto === undefined) return err({ code: 'BACKEND_UNAVAILABLE', reason: 'there is no node:crypto here' })
  if (!hasCurve(crypto)) return err({ code: 'BACKEND_UNAVAILABLE', reason: 'node:crypto has no P-256 here' })
  return ok({
    name: 'node-crypto',
    openSigningKey(scalar) {
      let key: KeyObject | undefined = importScalar(crypto, scalar)
      return {
        publicKey: rawPublicKey(crypto, key),
        sign(message) {
          if (key === undefined) throw keyDestroyed()
          return withLowS(crypto.sign('sha256', message, { key, dsaEncoding }))
        },
        destroy() {
          key = undefined
        },
      }
    },
    importPublicKey(publicKey) {
      const key = hasPointForm(publicKey) ? importPoint(crypto, publicKey) : undefined
      if (key === undefined) return undefined
      return {
        verify: (message, signature) =>
          hasSignatureForm(signature) && crypto.verify('sha256', message, { key, dsaEncoding }, signature),
      }
    },
  })
}

/** Undefined for what is not on the curve: the import says so by an exception, and nothing else about this form can fail. */
function importPoint(crypto: NodeCrypto, publicKey: Uint8Array): KeyObject | undefined {
  try {
    return crypto.createPublicKey({ key: Buffer.from(concatBytes(spkiPrefix, publicKey)), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

function importScalar(crypto: NodeCrypto, scalar: Uint8Array): KeyObject {
  const wrapped = Buffer.alloc(pkcs8Prefix.length + p256Sizes.scalarBytes)
  try {
    wrapped.set(pkcs8Prefix)
    wrapped.set(scalar, pkcs8Prefix.length)
    return crypto.createPrivateKey({ key: wrapped, format: 'der', type: 'pkcs8' })
  } finally {
    wrapped.fill(0)
  }
}

function rawPublicKey(crypto: NodeCrypto, key: KeyObject): Uint8Array {
  const spki = crypto.createPublicKey(key).export({ type: 'spki', format: 'der' })
  return Uint8Array.from(spki.subarray(spkiPrefix.length))
}

function hasCurve(crypto: NodeCrypto): boolean {
  try {
    const one = new Uint8Array(p256Sizes.scalarBytes)
    one[p256Sizes.scalarBytes - 1] = 1
    return hasPointForm(rawPublicKey(crypto, importScalar(crypto, one)))
  } catch {
    return false
  }
}
