/** Packing and hints against their definitions in FIPS 204, at the edges of what is allowed. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomBelow, seededRng } from '../../core/rng.ts'
import { decompose, packBits } from './testing/by-definition.ts'
import { type LoadedParts, loadParts, n, parameterSets, q } from './testing/load-parts.ts'

let loaded: LoadedParts
beforeAll(async () => {
  loaded = await loadParts()
})

describe.each(parameterSets)('packing, $level', ({ level, tau, eta, gamma1, gamma2 }) => {
  const rng = seededRng(level)
  const any = (bound: number): number[] => Array.from({ length: n }, () => randomBelow(rng, bound))

  it('reads t1', () => {
    const { parts, a, b, bytesAt, polynomialAt } = loaded
    for (const values of [any(1_024), any(1_024), Array<number>(n).fill(1_023), Array<number>(n).fill(0)]) {
      const packed = packBits(values, 10)
      bytesAt(b, packed.length).set(packed)
      parts.unpackT1(b, a)
      expect([...polynomialAt(a)]).toEqual(values.map((value) => value * 2 ** 13))
    }
  })

  it('reads z, and finds a single coefficient at the bound wherever it stands, on either side', () => {
    const { parts, a, b, bytesAt, polynomialAt } = loaded
    parts.chooseParameters(level)
    const bound = gamma1 - tau * eta
    const unpack = (values: readonly number[]): { result: number[]; isInside: boolean } => {
      const packed = packBits(
        values.map((value) => gamma1 - value),
        level === 44 ? 18 : 20,
      )
      bytesAt(b, packed.length).set(packed)
      const isInside = parts.unpackZ(b, a) === 1
      return { result: [...polynomialAt(a)], isInside }
    }
    const inside = Array.from({ length: n }, () => randomBelow(rng, 2 * bound - 1) - bound + 1)
    expect(unpack(inside)).toEqual({ result: inside, isInside: true })
    for (const edge of [bound - 1, 1 - bound]) {
      expect(unpack(Array<number>(n).fill(edge)).isInside).toBe(true)
    }
    for (let at = 0; at < n; at++) {
      for (const outside of [bound, -bound, gamma1, 1 - gamma1]) {
        const { result, isInside } = unpack(inside.with(at, outside))
        expect(isInside).toBe(false)
        expect(result[at]).toBe(outside)
      }
    }
  })

  it('writes w1', () => {
    const { parts, a, b, bytesAt, polynomialAt } = loaded
    parts.chooseParameters(level)
    const highest = (q - 1) / (2 * gamma2)
    for (const values of [any(highest), any(highest), Array<number>(n).fill(highest - 1)]) {
      polynomialAt(a).set(values)
      const packed = packBits(values, level === 44 ? 6 : 4)
      expect(parts.packW1(a, b)).toBe(packed.length)
      expect([...bytesAt(b, packed.length)]).toEqual([...packed])
    }
  })
})

describe.each(parameterSets)('hints, $level', ({ level, k, omega, gamma2 }) => {
  /** Algorithm 40. */
  const hintedHigh = (isHinted: boolean, r: number): number => {
    const m = (q - 1) / (2 * gamma2)
    const { high, low } = decompose(r, gamma2)
    if (!isHinted) return high
    return low > 0 ? (high + 1) % m : (high - 1 + m) % m
  }

  it('move the high bits rightly for every number below q, and for its negative twin without a hint', () => {
    const { parts, a, b, c, bytesAt, polynomialAt } = loaded
    parts.chooseParameters(level)
    const encoded = bytesAt(c, omega + k)
    encoded.fill(0)
    for (let at = 0; at < omega; at++) encoded[at] = at
    encoded.fill(omega, omega)
    let wrong = 0
    const w = polynomialAt(a)
    const w1 = polynomialAt(b)
    for (let start = 0; start < q; start += omega) {
      const count = Math.min(omega, q - start)
      for (let at = 0; at < count; at++) {
        w[at] = start + at
        w[128 + at] = start + at - q
      }
      parts.applyHints(a, b, c, 0)
      for (let at = 0; at < count; at++) {
        if (w1[at] !== hintedHigh(true, start + at) || w1[128 + at] !== hintedHigh(false, start + at)) wrong += 1
      }
    }
    expect(wrong).toBe(0)
  })

  /** Algorithm 21 word by word; undefined for ⊥. */
  const unpackHint = (y: Uint8Array): number[][] | undefined => {
    const rows: number[][] = []
    let index = 0
    for (let i = 0; i < k; i++) {
      const end = y[omega + i] as number
      if (end < index || end > omega) return undefined
      const first = index
      const row: number[] = []
      while (index < end) {
        if (index > first && (y[index - 1] as number) >= (y[index] as number)) return undefined
        row.push(y[index] as number)
        index += 1
      }
      rows.push(row)
    }
    return y.subarray(index, omega).every((byte) => byte === 0) ? rows : undefined
  }

  /** Canonical hints, and then often a byte or two changed. */
  const encodedHint = fc
    .tuple(
      fc.array(fc.uniqueArray(fc.nat(255), { maxLength: Math.floor(omega / k) + 3 }), { minLength: k, maxLength: k }),
      fc.array(fc.tuple(fc.nat(omega + k - 1), fc.nat(255)), { maxLength: 2 }),
    )
    .map(([rows, changes]) => {
      const encoded = new Uint8Array(omega + k)
      let index = 0
      rows.forEach((row, i) => {
        for (const position of row.toSorted((x, y) => x - y).slice(0, omega - index)) encoded[index++] = position
        encoded[omega + i] = index
      })
      for (const [at, byte] of changes) encoded[at] = byte
      return encoded
    })

  it('are accepted in their one encoding only, and used where they say (property)', () => {
    const { parts, a, b, c, bytesAt, polynomialAt } = loaded
    parts.chooseParameters(level)
    let accepted = 0
    let refused = 0
    fc.assert(
      fc.property(encodedHint, (encoded) => {
        bytesAt(c, encoded.length).set(encoded)
        const rows = unpackHint(encoded)
        expect(parts.isHintCanonical(c) === 1).toBe(rows !== undefined)
        if (rows === undefined) {
          refused += 1
          return
        }
        accepted += 1
        rows.forEach((row, i) => {
          polynomialAt(a).fill(5)
          parts.applyHints(a, b, c, i)
          const hinted = [...polynomialAt(b)].flatMap((high, at) => (high === hintedHigh(true, 5) ? [at] : []))
          expect(hinted).toEqual(row)
        })
      }),
      { seed: level, numRuns: 2_000 },
    )
    expect(Math.min(accepted, refused)).toBeGreaterThan(300)
  })
})
