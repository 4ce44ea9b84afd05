/** SHAKE256, the matrix and the challenge against their definitions in FIPS 202 and 204. */
import { shake128, shake256 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { seededRng } from '../../core/rng.ts'
import { type LoadedParts, loadParts, n, parameterSets, q } from './testing/load-parts.ts'

let loaded: LoadedParts
beforeAll(async () => {
  loaded = await loadParts()
})

describe('SHAKE256', () => {
  it('hashes any bytes in any pieces as the library does (property)', () => {
    const { parts, a, bytesAt } = loaded
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (pieces) => {
        parts.reset()
        for (const piece of pieces) {
          bytesAt(a, piece.length).set(piece)
          parts.absorb(a, piece.length)
        }
        parts.finish()
        const output = [...bytesAt(parts.sponge.value, 136)]
        parts.permute()
        output.push(...bytesAt(parts.sponge.value, 136))
        expect(output).toEqual([...shake256(Uint8Array.from(pieces.flatMap((piece) => [...piece])), { dkLen: 272 })])
      }),
      { seed: 11, numRuns: 300 },
    )
  })

  it('pads rightly at every length around a block', () => {
    const { parts, a, bytesAt } = loaded
    const text = seededRng(12).bytes(280)
    bytesAt(a, text.length).set(text)
    for (let length = 0; length <= text.length; length++) {
      parts.reset()
      parts.absorb(a, length)
      parts.finish()
      expect([...bytesAt(parts.sponge.value, 64)]).toEqual([...shake256(text.subarray(0, length), { dkLen: 64 })])
    }
  })
})

describe.each(parameterSets)('sampling, $level', ({ level, k, l, tau, challengeBytes }) => {
  const rng = seededRng(level)

  it('expands the matrix as algorithms 32 and 30 say', () => {
    const { parts, a, key, bytesAt, polynomialAt } = loaded
    parts.chooseParameters(level)
    for (let round = 0; round < 6; round++) {
      const rho = rng.bytes(32)
      bytesAt(a, 32).set(rho)
      parts.expandMatrix(a, key)
      for (let row = 0; row < k; row++) {
        for (let column = 0; column < l; column++) {
          const stream = shake128(Uint8Array.of(...rho, column, row), { dkLen: 1_008 })
          const expected: number[] = []
          for (let at = 0; expected.length < n; at += 3) {
            const [low, middle, high] = stream.subarray(at, at + 3) as unknown as [number, number, number]
            const candidate = low + 256 * middle + 65_536 * (high & 0x7f)
            if (candidate < q) expected.push(candidate)
          }
          expect([...polynomialAt(key + (row * l + column) * 1_024)]).toEqual(expected)
        }
      }
    }
  })

  it('draws the challenge as algorithm 29 says', () => {
    const { parts, a, b, bytesAt, polynomialAt } = loaded
    parts.chooseParameters(level)
    for (let round = 0; round < 200; round++) {
      const seed = rng.bytes(challengeBytes)
      bytesAt(a, challengeBytes).set(seed)
      parts.sampleInBall(a, b)
      const stream = shake256(seed, { dkLen: 1_000 })
      const expected = Array<number>(n).fill(0)
      let at = 8
      for (let i = n - tau; i < n; i++) {
        while ((stream[at] as number) > i) at += 1
        const j = stream[at] as number
        at += 1
        const bit = i + tau - n
        expected[i] = expected[j] as number
        expected[j] = (((stream[bit >> 3] as number) >> (bit & 7)) & 1) === 1 ? -1 : 1
      }
      expect([...polynomialAt(b)]).toEqual(expected)
    }
  })
})
