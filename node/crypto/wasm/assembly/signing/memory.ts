/**
 * Where everything lies that signing uses. All of it is laid out when the module is compiled; nothing is allocated while
 * it runs. The host puts all of this memory back to what it was at the start before it returns (../../signer-module.ts),
 * so nothing here needs to tell what is secret from what is not.
 *
 * Loads and stores of 16 bytes reach a little past what they use, hence the room behind each buffer.
 */
import { maxK, maxL, muBytes, polynomialBytes, trBytes } from '../parameters'

const slackBytes: i32 = 16

/** Bytes of a message that fit at a time, with the two bytes and the context before it; longer ones come in pieces. */
export const messageBufferBytes: i32 = 16384
/** ξ, and the two bytes that follow it into the hash. */
export const seedBytes: i32 = 32
/** rnd of hedged signing; zeros make a signature that is the same every time. */
export const randomBytes: i32 = 32
/** Longest signature (ML-DSA-87: 4,627) and public key (2,592), rounded up. */
const maxSignatureBytes: i32 = 4640
const maxPublicKeyBytes: i32 = 2592

/** Written by the host. */
export const messageBuffer: usize = memory.data(messageBufferBytes + slackBytes, 16)
export const seedBuffer: usize = memory.data(seedBytes + slackBytes, 16)
export const randomBuffer: usize = memory.data(randomBytes, 16)
/** Read by the host. */
export const publicKeyBuffer: usize = memory.data(maxPublicKeyBytes + slackBytes, 16)
export const signatureBuffer: usize = memory.data(maxSignatureBytes + slackBytes, 16)

/** ρ (32 bytes), ρ′ (64 bytes) and K (32 bytes), as they come out of the seed (algorithm 6, line 1). */
export const expandedSeedBytes: i32 = 128
export const expandedSeed: usize = memory.data(expandedSeedBytes, 16)
export const tr: usize = memory.data(trBytes, 16)
export const mu: usize = memory.data(muBytes, 16)
/** ρ″: what the masks of one signature come from. */
export const maskSeedBytes: i32 = 64
export const maskSeed: usize = memory.data(maskSeedBytes, 16)
/** The number of a polynomial, after its seed. */
export const nonce: usize = memory.data(16, 16)

/** A by rows, transformed. */
export const matrix: usize = memory.data(maxK * maxL * polynomialBytes, 16)
/** The private vectors, first as they come, then transformed. */
export const s1: usize = memory.data(maxL * polynomialBytes + slackBytes, 16)
export const s2: usize = memory.data(maxK * polynomialBytes + slackBytes, 16)
export const t0: usize = memory.data(maxK * polynomialBytes, 16)

/** The mask y, then z. */
export const zVector: usize = memory.data(maxL * polynomialBytes, 16)
/** The mask, transformed. */
export const maskTransform: usize = memory.data(maxL * polynomialBytes, 16)
/** w, then w - c·s2, and the high bits of it. */
export const wVector: usize = memory.data(maxK * polynomialBytes, 16)
export const w1Vector: usize = memory.data(maxK * polynomialBytes, 16)
/** The challenge c, then its transform. */
export const challenge: usize = memory.data(polynomialBytes, 16)
/** A product, and the high bits of a polynomial. */
export const product: usize = memory.data(polynomialBytes, 16)
export const highs: usize = memory.data(polynomialBytes, 16)
export const w1Packed: usize = memory.data(192 + slackBytes, 16)
/** A mask as it comes out of the hash: five blocks of 136 bytes. */
export const maskStream: usize = memory.data(680 + slackBytes, 16)
/** Positions of all hints, more than a signature may have, and one place that is written in vain. */
export const hintPositions: usize = memory.data(maxK * 256 + slackBytes, 16)
/** Where the run of each row ends. */
export const hintEnds: usize = memory.data(16, 16)
