import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxU64 } from '../core/amount.ts'
import { packByteStrings, packU64, packUints, unpackByteStrings, unpackU64, unpackUints } from './packing.ts'

describe('packed columns', () => {
  it('give back every list of integers up to 2^53 − 1', () => {
    const uint = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 127, 128, Number.MAX_SAFE_INTEGER))
    fc.assert(
      fc.property(fc.array(uint), (values) => {
        expect(unpackUints(packUints(values))).toEqual(values)
      }),
      { seed: 11 },
    )
  })

  it('give back every list of byte strings, empty ones too', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (values) => {
        expect(unpackByteStrings(packByteStrings(values))).toEqual(values)
      }),
      { seed: 12 },
    )
  })

  it('give back every unsigned 64-bit amount, above what a signed one holds too', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: maxU64 }), (value) => {
        expect(unpackU64(packU64(value))).toBe(value)
      }),
      { seed: 13 },
    )
    expect(unpackU64(packU64(maxU64))).toBe(maxU64)
  })

  it('refuse a list that is cut off', () => {
    const packed = packByteStrings([new Uint8Array(40)])
    expect(() => unpackByteStrings(packed.subarray(0, 40))).toThrow(RangeError)
    expect(() => unpackUints(Uint8Array.of(0x80))).toThrow(RangeError)
  })
})
