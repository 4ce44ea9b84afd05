/** The verifier's arithmetic against its definition in FIPS 204, with the largest numbers that can come. */
import { beforeAll, describe, expect, it } from 'vitest'
import { randomBelow, seededRng } from '../../core/rng.ts'
import { modulo, transformByDefinition } from './testing/by-definition.ts'
import { type LoadedParts, loadParts, n, parameterSets, q } from './testing/load-parts.ts'

let loaded: LoadedParts
beforeAll(async () => {
  loaded = await loadParts()
})

const product = (x: number, y: number): number => Number((BigInt(x) * BigInt(y)) % BigInt(q))

/** Polynomials whose coefficients are random, or all at a bound: where sums grow largest. */
function polynomials(bound: number): number[][] {
  const rng = seededRng(bound)
  const signs = Array.from({ length: n }, () => (randomBelow(rng, 2) === 0 ? bound : -bound))
  const alternating = signs.map((_, index) => (index % 2 === 0 ? bound : -bound))
  return [
    Array<number>(n).fill(bound),
    Array<number>(n).fill(-bound),
    Array<number>(n).fill(0),
    alternating,
    signs,
    ...Array.from({ length: 8 }, () => signs.map(() => randomBelow(rng, 2 * bound + 1) - bound)),
  ]
}

function fillEach(polynomial: Int32Array, value: () => number): void {
  for (let at = 0; at < n; at++) polynomial[at] = value()
}

describe('the transform', () => {
  it('gives the values at the roots, below 6·q in size, for what is below q', () => {
    const { parts, a, polynomialAt } = loaded
    for (const polynomial of polynomials(q - 1)) {
      polynomialAt(a).set(polynomial)
      parts.transform(a)
      const result = [...polynomialAt(a)]
      expect(result.map(modulo)).toEqual(transformByDefinition(polynomial))
      expect(Math.max(...result.map(Math.abs))).toBeLessThan(6 * q)
    }
  })

  it('comes back times R by the inverse, below q in size, for what is below 0.9·q', () => {
    const { parts, a, polynomialAt } = loaded
    const r = 2 ** 32 % q
    for (const polynomial of polynomials(Math.floor(0.9 * q))) {
      polynomialAt(a).set(polynomial)
      parts.inverseTransform(a)
      const result = [...polynomialAt(a)]
      expect(Math.max(...result.map(Math.abs))).toBeLessThan(q)
      expect(transformByDefinition(result)).toEqual(polynomial.map((value) => product(modulo(value), r)))
    }
  })
})

describe.each(parameterSets)('the rows of the matrix, $level', ({ level, k, l }) => {
  it('are added up without overflow, and divided by R, for the largest that can come', () => {
    const inverseR = Number(inverse(2n ** 32n))
    const rng = seededRng(level)
    const { parts, key, polynomialAt } = loaded
    parts.chooseParameters(level)
    const t1 = (row: number): Int32Array => polynomialAt(key + 64 + row * 1_024)
    const entry = (row: number, column: number): Int32Array => polynomialAt(key + 64 + (k + row * l + column) * 1_024)
    const z = (column: number): Int32Array => polynomialAt(parts.zVector.value + column * 1_024)
    const challenge = polynomialAt(parts.challenge.value)
    const anyBelow = (bound: number): number => randomBelow(rng, 2 * bound + 1) - bound
    const fillings: { matrix: () => number; z: () => number; challenge: () => number; t1: () => number }[] = [
      { matrix: () => q - 1, z: () => 6 * q, challenge: () => 6 * q, t1: () => -6 * q },
      { matrix: () => q - 1, z: () => -6 * q, challenge: () => 6 * q, t1: () => 6 * q },
      {
        matrix: () => randomBelow(rng, q),
        z: () => anyBelow(6 * q),
        challenge: () => anyBelow(6 * q),
        t1: () => anyBelow(6 * q),
      },
    ]
    for (const filling of fillings) {
      fillEach(challenge, filling.challenge)
      for (let column = 0; column < l; column++) fillEach(z(column), filling.z)
      for (let row = 0; row < k; row++) {
        fillEach(t1(row), filling.t1)
        for (let column = 0; column < l; column++) fillEach(entry(row, column), filling.matrix)
      }
      for (const row of [0, k - 1]) {
        parts.approximateRow(key, row)
        const result = polynomialAt(parts.wPolynomial.value)
        expect(Math.max(...result.map(Math.abs))).toBeLessThan(0.7 * q)
        for (let at = 0; at < n; at++) {
          let sum = -BigInt(challenge[at] as number) * BigInt(t1(row)[at] as number)
          for (let column = 0; column < l; column++) {
            sum += BigInt(entry(row, column)[at] as number) * BigInt(z(column)[at] as number)
          }
          const expected = ((sum % BigInt(q)) * BigInt(inverseR)) % BigInt(q)
          expect(modulo(result[at] as number)).toBe(modulo(Number(expected)))
        }
      }
    }
  })
})

/** By Fermat: x^(q - 2). */
function inverse(x: bigint): bigint {
  let result = 1n
  let base = x % BigInt(q)
  for (let exponent = q - 2; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = (result * base) % BigInt(q)
    base = (base * base) % BigInt(q)
  }
  return result
}
