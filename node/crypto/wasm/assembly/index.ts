/**
 * ML-DSA verification (FIPS 204), parameter sets 44, 65 and 87: what the module gives its host. The host writes to the
 * buffers at these addresses and calls; it alone decides where expanded keys lie, above heapStart.
 *
 * Verification handles public data only: nothing here is meant to take the same time for every input.
 */
import { absorb } from './keccak'
import { expandedKeyBytesOf, messageBuffer as messages } from './memory'
import { k, l, chooseParameters } from './parameters'
import {
  beginMessage as begin,
  expandKey as expand,
  hashKey as hash,
  openSignature as open,
  verifyOpened,
} from './verify'

export { messageBuffer, messageBufferBytes, publicKeyBuffer, signatureBuffer, trBuffer } from './memory'

/** First address that is the host's, a multiple of 16. */
export const heapStart: usize = (__heap_base + 15) & ~15

export function expandedKeyBytes(level: i32): i32 {
  chooseParameters(level)
  return expandedKeyBytesOf(k, l)
}

/** Writes the hash of the key in publicKeyBuffer to trBuffer: 64 bytes that stand for the key. */
export function hashKey(level: i32): void {
  chooseParameters(level)
  hash()
}

/** Expands the key that hashKey() has read into expandedKeyBytes(level) bytes at `key`, a multiple of 16. */
export function expandKey(level: i32, key: usize): void {
  chooseParameters(level)
  expand(key)
}

/** Reads the signature in signatureBuffer. False: it is valid for no key and no message. */
export function openSignature(level: i32): bool {
  chooseParameters(level)
  return open()
}

/** Begins a message for an expanded key; absorbMessage() follows, once or several times. */
export function beginMessage(key: usize): void {
  begin(key)
}

/** Takes so many bytes from messageBuffer: 0, length of the context, context and message (algorithm 3, line 5). */
export function absorbMessage(bytes: i32): void {
  absorb(messages, bytes)
}

/** Whether the opened signature is one of `key`, an expanded key, for the message absorbed. Ends the message. */
export function verify(level: i32, key: usize): bool {
  chooseParameters(level)
  return verifyOpened(key)
}
