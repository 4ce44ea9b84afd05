/** Chance comes in from outside: keys and salts from the operating system, everything simulated from a seed. */
import { invariant } from './node-error.ts'

export interface Rng {
  /** Fresh random bytes. */
  bytes(length: number): Uint8Array
}

/** Draws that simulations and samplers need, over any Rng. */
export function randomUint32(rng: Rng): number {
  const bytes = rng.bytes(4)
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
}

/** Uniform integer in 0 … bound − 1, without modulo bias. @param bound 1 … 2^32 */
export function randomBelow(rng: Rng, bound: number): number {
  invariant(Number.isInteger(bound) && bound >= 1 && bound <= 0x1_0000_0000, 'a draw has a bound of 1 to 2^32')
  const limit = Math.floor(0x1_0000_0000 / bound) * bound
  for (;;) {
    const draw = randomUint32(rng)
    if (draw < limit) return draw % bound
  }
}

/**
 * Deterministic generator for tests and simulation (sfc32, PractRand's small fast counter). Never for keys.
 *
 * @param seed any 32-bit integer; the same seed gives the same bytes on every machine
 */
export function seededRng(seed: number): Rng {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = seed >>> 0
  let counter = 1
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  return {
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let offset = 0; offset < length; offset += 4) {
        const word = next()
        for (let i = 0; i < 4 && offset + i < length; i++) bytes[offset + i] = (word >>> (8 * i)) & 0xff
      }
      return bytes
    },
  }
}
