/** Which words of a phrase are asked for after it was written down. */

/** Fills with uniform random values, like `crypto.getRandomValues`. */
export type FillRandom = (target: Uint32Array<ArrayBuffer>) => unknown

const span = 2 ** 32

/**
 * Draws `count` different positions out of 1 … `of`, each set of them as likely as any other, in ascending order: they
 * are asked for in the order in which they stand on the paper. Values in the incomplete last stretch of 2^32 are drawn
 * again, so that no position comes up more often.
 */
export function drawPositions(count: number, of: number, fillRandom: FillRandom): readonly number[] {
  if (count > of) throw new RangeError('more positions than there are')
  const left = Array.from({ length: of }, (_, index) => index + 1)
  const drawn: number[] = []
  const one = new Uint32Array(1)
  while (drawn.length < count) {
    const usable = span - (span % left.length)
    do fillRandom(one)
    while ((one[0] as number) >= usable)
    drawn.push(...left.splice((one[0] as number) % left.length, 1))
  }
  return drawn.sort((a, b) => a - b)
}
