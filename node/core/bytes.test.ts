import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesKey,
  bytesOfKey,
  bytesToNumber,
  compareBytes,
  concatBytes,
  equalBytes,
  fromHex,
  toHex,
  utf8,
} from './bytes.ts'

describe('hex', () => {
  it('goes there and back (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = toHex(bytes)
        expect(text).toBe([...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''))
        expect(fromHex(text)).toEqual(bytes)
        expect(fromHex(text.toUpperCase())).toEqual(bytes)
      }),
      { seed: 1 },
    )
  })

  it.each(['0', 'abc', 'zz', '0x00', ' 00', '00\n', '0 ', '+1', 'é0'])('refuses %j', (text) => {
    expect(fromHex(text)).toBeUndefined()
  })

  it('knows the digits among all code units, on either side', () => {
    const digits = '0123456789abcdefABCDEF'
    for (let unit = 0; unit < 65_536; unit++) {
      const character = String.fromCharCode(unit)
      const value = digits.includes(character) ? Number.parseInt(character, 16) : undefined
      if (fromHex(`${character}1`)?.[0] !== (value === undefined ? undefined : 16 * value + 1))
        throw new Error(`${unit}`)
      if (fromHex(`1${character}`)?.[0] !== (value === undefined ? undefined : 16 + value)) throw new Error(`${unit}`)
    }
  })

  it('takes the empty text for no bytes', () => expect(fromHex('')).toEqual(new Uint8Array()))
})

describe('concatBytes', () => {
  it('joins in order, and shares no memory with its parts', () => {
    const part = Uint8Array.of(1, 2)
    const joined = concatBytes(part, new Uint8Array(), Uint8Array.of(3))
    part[0] = 9
    expect(joined).toEqual(Uint8Array.of(1, 2, 3))
    expect(concatBytes()).toEqual(new Uint8Array())
  })
})

describe('order', () => {
  const anyBytes = fc.uint8Array({ maxLength: 6, max: 3 })

  it('is that of the hex texts, and 0 only for equal bytes (property)', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (a, b) => {
        const [x, y] = [toHex(a), toHex(b)]
        expect(Math.sign(compareBytes(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0)
        expect(equalBytes(a, b)).toBe(x === y)
      }),
      { seed: 2, numRuns: 2_000 },
    )
  })

  it('puts a start before its continuation', () => {
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0)
    expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false)
    expect(compareBytes(Uint8Array.of(0xff), Uint8Array.of(0x01, 0xff))).toBeGreaterThan(0)
  })
})

it('utf8 encodes text', () => expect(utf8('é€')).toEqual(Uint8Array.of(0xc3, 0xa9, 0xe2, 0x82, 0xac)))

describe('map keys', () => {
  it('stand for the bytes and sort as they do (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (a, b) => {
        expect(bytesOfKey(bytesKey(a))).toEqual(a)
        expect(bytesKey(a) < bytesKey(b)).toBe(toHex(a) < toHex(b))
      }),
      { seed: 2, numRuns: 500 },
    )
  })
})

it('bytesToNumber reads big-endian, nothing as 0', () => {
  expect(bytesToNumber(new Uint8Array())).toBe(0n)
  expect(bytesToNumber(Uint8Array.of(0, 1, 0))).toBe(256n)
  expect(bytesToNumber(new Uint8Array(32).fill(0xff))).toBe(2n ** 256n - 1n)
})
