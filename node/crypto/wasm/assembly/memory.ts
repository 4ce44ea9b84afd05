/**
 * Where everything lies. All of it is laid out when the module is compiled; nothing is allocated while it runs. Above
 * `heapStart` the host keeps expanded keys.
 *
 * Loads of 16 bytes reach a little past what they use, hence the room behind each buffer.
 */
import { maxL, muBytes, polynomialBytes, trBytes } from './parameters'

const slackBytes: i32 = 16

/** Bytes of a message that fit at a time, with the two bytes and the context before it; longer ones come in pieces. */
export const messageBufferBytes: i32 = 16384
/** Longest signature (ML-DSA-87: 4,627) and public key (2,592), rounded up. */
const maxSignatureBytes: i32 = 4640
const maxPublicKeyBytes: i32 = 2592

/** Written by the host. */
export const messageBuffer: usize = memory.data(messageBufferBytes + slackBytes, 16)
export const signatureBuffer: usize = memory.data(maxSignatureBytes + slackBytes, 16)
export const publicKeyBuffer: usize = memory.data(maxPublicKeyBytes + slackBytes, 16)
/** tr of the key in the buffer, read by the host. */
export const trBuffer: usize = memory.data(trBytes, 16)

/** The vector z, first as it came, then its transform: one polynomial after the other. */
export const zVector: usize = memory.data(maxL * polynomialBytes, 16)
/** The challenge c, then its transform. */
export const challenge: usize = memory.data(polynomialBytes, 16)
/** One polynomial of w'. */
export const wPolynomial: usize = memory.data(polynomialBytes, 16)
/** The high bits of that polynomial, one a word, and packed. */
export const w1Polynomial: usize = memory.data(polynomialBytes, 16)
export const w1Packed: usize = memory.data(192 + slackBytes, 16)
export const mu: usize = memory.data(muBytes, 16)

/** Bytes of an expanded key of k rows and l columns: tr, then t1·2^d and A, both transformed. */
@inline
export function expandedKeyBytesOf(rows: i32, columns: i32): i32 {
  return trBytes + (rows + rows * columns) * polynomialBytes
}

@inline
export function t1OfKey(key: usize): usize {
  return key + trBytes
}

/** A by rows. */
@inline
export function matrixOfKey(key: usize, rows: i32): usize {
  return key + trBytes + rows * polynomialBytes
}
