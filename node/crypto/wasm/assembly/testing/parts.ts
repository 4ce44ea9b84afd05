/** The parts of the verifier one by one, for the tests that hold each against its definition (../../*.test.ts). */
import { chooseParameters as choose } from '../parameters'

export { expandMatrix } from '../expand-matrix'
export { isHintCanonical, applyHints } from '../hints'
export { absorb, finish, permute, reset, sponge } from '../keccak'
export { challenge, wPolynomial, zVector } from '../memory'
export { inverseTransform, transform } from '../ntt'
export { packW1, unpackT1, unpackZ } from '../packing'
export { sampleInBall } from '../sample-in-ball'
export { approximateRow } from '../verify'

export function chooseParameters(level: i32): void {
  choose(level)
}

/** Where a test may write. */
export const heapStart: usize = (__heap_base + 15) & ~15
