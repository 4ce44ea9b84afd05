/** FIPS 204 word by word, slowly, for tests to compare with. */
import { shake256 } from '@noble/hashes/sha3.js'
import { n, q } from './load-parts.ts'

/** 0 … q - 1. */
export const modulo = (value: number): number => ((value % q) + q) % q

/** Between -(q - 1)/2 and (q - 1)/2. */
export const centredModulo = (value: number): number => {
  const lifted = modulo(value)
  return lifted > (q - 1) / 2 ? lifted - q : lifted
}

const bitReverse8 = (value: number): number =>
  Array.from({ length: 8 }, (_, bit) => ((value >> bit) & 1) << (7 - bit)).reduce((sum, bit) => sum + bit)

/** 1753 to every power up to 511: its order is 512. */
const zetaPowers: number[] = [1]
for (let power = 1; power < 512; power++) zetaPowers.push(((zetaPowers[power - 1] as number) * 1_753) % q)

/** NTT by its definition (§2.5): the values of the polynomial at ζ^(2·BitRev8(i) + 1). */
export function transformByDefinition(polynomial: ArrayLike<number>): number[] {
  return Array.from({ length: n }, (_, i) => {
    const exponent = 2 * bitReverse8(i) + 1
    let value = 0
    for (let j = 0; j < n; j++) {
      value = (value + modulo(polynomial[j] as number) * (zetaPowers[(exponent * j) % 512] as number)) % q
    }
    return value
  })
}

/** Decompose (algorithm 36). */
export function decompose(r: number, gamma2: number): { high: number; low: number } {
  let low = r % (2 * gamma2)
  if (low > gamma2) low -= 2 * gamma2
  return r - low === q - 1 ? { high: 0, low: low - 1 } : { high: (r - low) / (2 * gamma2), low }
}

/** RejBoundedPoly (algorithm 31). @param seed ρ′ */
export function privatePolynomial(seed: Uint8Array, index: number, eta: number): number[] {
  const stream = shake256(Uint8Array.of(...seed, index & 255, index >> 8), { dkLen: 1_000 })
  const coefficients: number[] = []
  for (const byte of stream) {
    for (const half of [byte & 15, byte >> 4]) {
      if (coefficients.length === n) return coefficients
      if (eta === 2 && half < 15) coefficients.push(2 - (half % 5))
      if (eta === 4 && half < 9) coefficients.push(4 - half)
    }
  }
  throw new Error('the stream was too short')
}

/** (ρ, ρ′, K) = H(ξ ‖ k ‖ l, 128) (algorithm 6, line 1). */
export function expandedSeedOf(
  seed: Uint8Array,
  { k, l }: { readonly k: number; readonly l: number },
): { rho: Uint8Array; privateSeed: Uint8Array; signingSeed: Uint8Array } {
  const expanded = shake256(Uint8Array.of(...seed, k, l), { dkLen: 128 })
  return {
    rho: expanded.subarray(0, 32),
    privateSeed: expanded.subarray(32, 96),
    signingSeed: expanded.subarray(96),
  }
}

/** Numbers of so many bits each, the lowest bit first (algorithm 16, SimpleBitPack). */
export function packBits(values: readonly number[], bits: number): Uint8Array {
  const packed = new Uint8Array((values.length * bits) / 8)
  values.forEach((value, index) => {
    for (let bit = 0; bit < bits; bit++) {
      const at = index * bits + bit
      packed[at >> 3] = (packed[at >> 3] as number) | (((value >> bit) & 1) << (at & 7))
    }
  })
  return packed
}
