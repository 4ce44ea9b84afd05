/** The parts of the verifier and the signer one by one, for the tests that hold each against its definition (../../*.test.ts). */
import { chooseParameters as choose } from '../parameters'

export { expandMatrix } from '../expand-matrix'
export { isHintCanonical, applyHints } from '../hints'
export { absorb, finish, permute, reset, sponge } from '../keccak'
export { challenge, wPolynomial, zVector } from '../memory'
export { inverseTransform, transform } from '../ntt'
export { packW1, unpackT1, unpackZ } from '../packing'
export { sampleInBall } from '../sample-in-ball'
export { maskSeed, mu, publicKeyBuffer, randomBuffer, seedBuffer, signatureBuffer } from '../signing/memory'
export { multiplyOne, multiplyRow } from '../signing/multiply'
export { packT1, packZ } from '../signing/pack'
export { addSmall, addToProduct, makeHints, roundPowerOfTwo, subtractAndSplit } from '../signing/rounding'
export { sampleMask, samplePrivate } from '../signing/sample'
export { expandSeed, signRepresentative } from '../signing/sign'
export { approximateRow } from '../verify'

export function chooseParameters(level: i32): void {
  choose(level)
}

/** Where a test may write. */
export const heapStart: usize = (__heap_base + 15) & ~15
