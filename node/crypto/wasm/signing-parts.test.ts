/** What only signing does, against its definition in FIPS 204, at the edges of what is allowed. */
import { shake256 } from '@noble/hashes/sha3.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomBelow, seededRng } from '../../core/rng.ts'
import { centredModulo, decompose, modulo, packBits, privatePolynomial } from './testing/by-definition.ts'
import { type LoadedParts, loadParts, n, parameterSets, q } from './testing/load-parts.ts'

let loaded: LoadedParts
beforeAll(async () => {
  loaded = await loadParts()
})

/** 2^-32 modulo q. */
const inverseR = 8_265_825

describe('Power2Round', () => {
  it('is right for every number below q, and adds what is private before', () => {
    const { parts, a, b, c, polynomialAt } = loaded
    const product = polynomialAt(a)
    const secret = polynomialAt(b)
    const low = polynomialAt(c)
    let wrong = 0
    for (let start = 0; start < q; start += n) {
      for (let at = 0; at < n; at++) {
        const t = (start + at) % q
        secret[at] = (at % 9) - 4
        // Sometimes as its negative twin.
        product[at] = centredModulo(t - (secret[at] as number))
      }
      parts.roundPowerOfTwo(a, b, c)
      for (let at = 0; at < n; at++) {
        const t = (start + at) % q
        let expected = t % 8_192
        if (expected > 4_096) expected -= 8_192
        if (low[at] !== expected || product[at] !== (t - expected) / 8_192) wrong += 1
      }
    }
    expect(wrong).toBe(0)
  })
})

describe('products', () => {
  it('are added up without overflow, and divided by R, for the largest that can come', () => {
    expect(Number((2n ** 32n * BigInt(inverseR)) % BigInt(q))).toBe(1)
    const { parts, a, key, polynomialAt } = loaded
    const rng = seededRng(1)
    const any = (bound: number) => (): number => randomBelow(rng, 2 * bound + 1) - bound
    const vector = key + 8 * 1_024
    for (const columns of [1, 4, 5, 7]) {
      const left = columns === 1 ? 6 * q : q - 1
      for (const [x, y] of [
        [() => left, () => 6 * q],
        [() => left, () => -6 * q],
        [any(left), any(6 * q)],
      ] as const) {
        for (let column = 0; column < columns; column++) {
          polynomialAt(key + column * 1_024).set(Array.from({ length: n }, x))
          polynomialAt(vector + column * 1_024).set(Array.from({ length: n }, y))
        }
        if (columns === 1) parts.multiplyOne(key, vector, a)
        else parts.multiplyRow(key, vector, columns, a)
        const result = polynomialAt(a)
        expect(Math.max(...result.map(Math.abs))).toBeLessThan(0.6 * q)
        for (let at = 0; at < n; at++) {
          let sum = 0n
          for (let column = 0; column < columns; column++) {
            sum +=
              BigInt(polynomialAt(key + column * 1_024)[at] as number) *
              BigInt(polynomialAt(vector + column * 1_024)[at] as number)
          }
          expect(modulo(result[at] as number)).toBe(modulo(Number((sum * BigInt(inverseR)) % BigInt(q))))
        }
      }
    }
  })
})

describe.each(parameterSets)('sampling, $level', ({ level, eta, gamma1 }) => {
  it('draws private polynomials as the definition does, and writes nothing behind them', () => {
    const { parts, a, b, bytesAt, polynomialAt } = loaded
    parts.chooseParameters(level)
    for (let index = 0; index < 300; index++) {
      const seed = seededRng(index).bytes(64)
      bytesAt(a, 64).set(seed)
      parts.samplePrivate(a, index, b)
      expect([...polynomialAt(b)]).toEqual(privatePolynomial(seed, index, eta))
      expect(new Int32Array(bytesAt(b + 1_024, 4).slice().buffer)[0]).toBe(0)
    }
  })

  it('draws masks as the definition does', () => {
    const { parts, b, bytesAt, polynomialAt } = loaded
    parts.chooseParameters(level)
    const bits = level === 44 ? 18 : 20
    const seed = seededRng(2).bytes(64)
    bytesAt(parts.maskSeed.value, 64).set(seed)
    for (const index of [0, 1, 255, 256, 814 * 7]) {
      parts.sampleMask(index, b)
      const mask = [...polynomialAt(b)]
      const stream = shake256(Uint8Array.of(...seed, index & 255, index >> 8), { dkLen: 32 * bits })
      expect([
        ...packBits(
          mask.map((value) => gamma1 - value),
          bits,
        ),
      ]).toEqual([...stream])
    }
  })
})

describe.each(parameterSets)('bounds and rounding, $level', ({ level, tau, eta, gamma1, gamma2 }) => {
  const beta = tau * eta

  it('z: every coefficient is added, and one that is too large is found wherever it stands', () => {
    const { parts, a, b, polynomialAt } = loaded
    parts.chooseParameters(level)
    const rng = seededRng(level)
    const bound = gamma1 - beta
    const small = Array.from({ length: n }, () => randomBelow(rng, 2 * beta + 1) - beta)
    const add = (sums: readonly number[]): boolean => {
      polynomialAt(a).set(sums.map((sum, at) => sum - (small[at] as number)))
      // As products come: between -q and q, centred or not.
      polynomialAt(b).set(small.map((value, at) => (at % 2 === 0 ? modulo(value) : modulo(value) - q)))
      const fits = parts.addSmall(a, b, bound) === 1
      expect([...polynomialAt(a)]).toEqual(sums)
      return fits
    }
    const inside = Array.from({ length: n }, () => randomBelow(rng, 2 * bound - 1) - bound + 1)
    expect(add(inside)).toBe(true)
    for (let at = 0; at < n; at++) {
      for (const edge of [bound - 1, 1 - bound]) expect(add(inside.with(at, edge))).toBe(true)
      for (const edge of [bound, -bound]) expect(add(inside.with(at, edge))).toBe(false)
    }
  })

  it('w - c·s2: high bits, and low bits that are too large, around every multiple of 2·γ2', () => {
    const { parts, a, b, c, polynomialAt } = loaded
    parts.chooseParameters(level)
    const bound = gamma2 - beta
    const rng = seededRng(level + 1)
    const split = (values: readonly number[]): boolean => {
      const subtracted = values.map(() => randomBelow(rng, 2 * q - 1) - q + 1)
      polynomialAt(a).set(values.map((value, at) => modulo(value + (subtracted[at] as number))))
      polynomialAt(b).set(subtracted)
      const fits = parts.subtractAndSplit(a, b, c, bound) === 1
      expect([...polynomialAt(a)]).toEqual(values)
      expect([...polynomialAt(c)]).toEqual(values.map((value) => decompose(value, gamma2).high))
      return fits
    }
    const withLow = (low: number): number[] =>
      Array.from({ length: n }, (_, at) => modulo((at % ((q - 1) / (2 * gamma2))) * 2 * gamma2 + low))
    for (const low of [0, bound - 1, 2 - bound]) expect(split(withLow(low))).toBe(true)
    const rest = withLow(0)
    for (let at = 0; at < n; at++) {
      for (const low of [bound - 1, bound, gamma2, 1 - bound, -bound, 1 - gamma2]) {
        const value = withLow(low)[at] as number
        expect(split(rest.with(at, value))).toBe(Math.abs(decompose(value, gamma2).low) < bound)
      }
    }
    const any = Array.from({ length: n }, () => randomBelow(rng, q))
    expect(split(any)).toBe(any.every((value) => Math.abs(decompose(value, gamma2).low) < bound))
  })

  it('hints: where adding c·t0 moves the high bits, and one that is too large is found', () => {
    const { parts, a, b, c, bytesAt, key, polynomialAt } = loaded
    parts.chooseParameters(level)
    const rng = seededRng(level + 2)
    for (let round = 0; round < 50; round++) {
      const w = Array.from({ length: n }, () => randomBelow(rng, q))
      const added = Array.from({ length: n }, () => randomBelow(rng, 2 * gamma2 - 1) - gamma2 + 1)
      polynomialAt(a).set(added.map((value, at) => (at % 2 === 0 ? modulo(value) : value)))
      polynomialAt(b).set(w)
      polynomialAt(c).set(w.map((value) => decompose(value, gamma2).high))
      expect(parts.addToProduct(a, b, gamma2)).toBe(1)
      const sums = w.map((value, at) => modulo(value + (added[at] as number)))
      expect([...polynomialAt(a)]).toEqual(sums)
      const expected = w.flatMap((value, at) =>
        decompose(value, gamma2).high === decompose(sums[at] as number, gamma2).high ? [] : [at],
      )
      expect(parts.makeHints(a, c, key, 3)).toBe(3 + expected.length)
      expect([...bytesAt(key + 3, expected.length)]).toEqual(expected)
    }
    for (let at = 0; at < n; at++) {
      for (const [edge, fits] of [
        [gamma2 - 1, 1],
        [1 - gamma2, 1],
        [gamma2, 0],
        [-gamma2, 0],
      ] as const) {
        polynomialAt(a).fill(0)
        polynomialAt(a)[at] = edge
        expect(parts.addToProduct(a, b, gamma2)).toBe(fits)
      }
    }
  })
})

describe.each(parameterSets)('packing, $level', ({ level, gamma1 }) => {
  const rng = seededRng(level)
  it.each(['low', 'high', 'any'])('writes t1 and z, %s', (kind) => {
    const { parts, a, b, bytesAt, polynomialAt } = loaded
    parts.chooseParameters(level)
    const values = (lowest: number, highest: number): number[] =>
      Array.from({ length: n }, () =>
        kind === 'low' ? lowest : kind === 'high' ? highest : lowest + randomBelow(rng, highest - lowest + 1),
      )
    const t1 = values(0, 1_023)
    polynomialAt(a).set(t1)
    parts.packT1(a, b)
    expect([...bytesAt(b, 320)]).toEqual([...packBits(t1, 10)])
    const z = values(1 - gamma1, gamma1)
    polynomialAt(a).set(z)
    parts.packZ(a, b)
    const bits = level === 44 ? 18 : 20
    const expected = packBits(
      z.map((value) => gamma1 - value),
      bits,
    )
    expect([...bytesAt(b, expected.length)]).toEqual([...expected])
  })
})
