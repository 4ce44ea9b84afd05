/**
 * ChaCha20-Poly1305 in WebAssembly (the implementation that libp2p's noise uses): quicker than node:crypto for the short frames that votes
 * are, and than plain JavaScript for all.
 *
 * It compares tags byte by byte and stops at the first that differs. A channel ends with its first frame that does not fit, so
 * nobody has a second guess to time. Its memory of 64 KB keeps the last key until the next call.
 */
import { ChaCha20Poly1305, newInstance } from '@chainsafe/as-chacha20poly1305'
import { limits } from './limits.ts'
import type { ChannelCipher } from './primitives.ts'

/** Undefined where WebAssembly cannot be had. */
export function createWasmCipher(): ChannelCipher | undefined {
  let cipher: ChaCha20Poly1305
  try {
    cipher = new ChaCha20Poly1305(newInstance())
  } catch {
    return undefined
  }
  return {
    seal(key, nonce, associatedData, plaintext, headroomBytes = 0) {
      const out = new Uint8Array(headroomBytes + plaintext.length + limits.tagBytes)
      cipher.seal(key, nonce, plaintext, associatedData, out.subarray(headroomBytes))
      return out
    },
    open: (key, nonce, associatedData, ciphertext) => cipher.open(key, nonce, ciphertext, associatedData) ?? undefined,
  }
}
