import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxU64 } from './amount.ts'
import { canonicalDecode, canonicalEncode } from './canonical.ts'
import {
  bytesUpTo,
  type Codec,
  CodecFault,
  fixedBytes,
  listOf,
  nullable,
  record,
  taggedUnion,
  textUpTo,
  u64,
  uintUpTo,
} from './codec.ts'

function accepts(codec: Codec<never> | Codec<unknown>, raw: unknown): boolean {
  try {
    ;(codec as Codec<unknown>).decode(raw, 'here')
    return true
  } catch (fault) {
    if (!(fault instanceof CodecFault)) throw fault
    expect(fault.path.startsWith('here')).toBe(true)
    return false
  }
}
const asUnknown = <T>(codec: Codec<T>) => codec as unknown as Codec<unknown>
const wrongTypes = [undefined, null, true, 1.5, Number.NaN, 'text', {}, [], -1, -1n, new Uint8Array(99)]

describe('bytes', () => {
  it('fixedBytes takes exactly its length', () => {
    const codec = asUnknown(fixedBytes(32))
    expect([31, 32, 33].map((length) => accepts(codec, new Uint8Array(length)))).toEqual([false, true, false])
    for (const raw of wrongTypes) expect(accepts(codec, raw)).toBe(false)
  })

  it('bytesUpTo takes its length and not one more', () => {
    const codec = asUnknown(bytesUpTo(32))
    expect([0, 32, 33].map((length) => accepts(codec, new Uint8Array(length)))).toEqual([true, true, false])
    for (const raw of wrongTypes) expect(accepts(codec, raw)).toBe(false)
  })
})

describe('textUpTo', () => {
  const codec = asUnknown(textUpTo(12))

  it('counts bytes of UTF-8, not characters', () => {
    expect(accepts(codec, 'a'.repeat(12))).toBe(true)
    expect(accepts(codec, 'a'.repeat(13))).toBe(false)
    expect(accepts(codec, 'é'.repeat(6))).toBe(true)
    expect(accepts(codec, 'é'.repeat(7))).toBe(false)
    expect(accepts(codec, '€'.repeat(4))).toBe(true)
    expect(accepts(codec, '€'.repeat(5))).toBe(false)
    expect(accepts(codec, '😀'.repeat(3))).toBe(true)
    expect(accepts(codec, '😀'.repeat(4))).toBe(false)
  })

  it('agrees with the length of the encoding (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        expect(accepts(codec, text)).toBe(new TextEncoder().encode(text).length <= 12)
      }),
      { seed: 7, numRuns: 2_000 },
    )
  })

  it('writes no text that could not be read back as it was', () => {
    expect(() => canonicalEncode(textUpTo(12), '\ud800')).toThrow(CodecFault)
    expect(() => canonicalEncode(textUpTo(12), 'a\udc00b')).toThrow(CodecFault)
    expect(() => canonicalEncode(textUpTo(12), '\ufeffa')).toThrow(CodecFault)
    expect(() => canonicalEncode(asUnknown(textUpTo(12)), undefined)).toThrow(CodecFault)
    const inside = canonicalEncode(textUpTo(12), 'a\ufeff')
    expect(canonicalDecode(textUpTo(12), inside, 99)).toEqual({ ok: true, value: 'a\ufeff' })
  })

  it('takes text only', () => {
    for (const raw of wrongTypes) if (raw !== 'text') expect(accepts(codec, raw)).toBe(false)
  })
})

describe('integers', () => {
  it('uintUpTo takes 0 to its limit', () => {
    const codec = asUnknown(uintUpTo(10))
    expect([0, 10, 11].map((raw) => accepts(codec, raw))).toEqual([true, true, false])
    for (const raw of [...wrongTypes, 5n]) expect(accepts(codec, raw)).toBe(false)
  })

  it('uintUpTo without a limit ends at 2^53 − 1', () => {
    const codec = uintUpTo()
    const top = canonicalEncode(codec, Number.MAX_SAFE_INTEGER)
    expect(canonicalDecode(codec, top, 99)).toEqual({ ok: true, value: Number.MAX_SAFE_INTEGER })
    const above = canonicalEncode(u64, 2n ** 53n)
    expect(canonicalDecode(codec, above, 99)).toMatchObject({ error: { code: 'ENCODING_SCHEMA' } })
  })

  it('u64 gives bigint whatever the size, 0 to 2^64 − 1', () => {
    for (const value of [0n, 23n, 24n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, maxU64]) {
      expect(canonicalDecode(u64, canonicalEncode(u64, value), 99)).toEqual({ ok: true, value })
    }
    for (const raw of [...wrongTypes, maxU64 + 1n, 2 ** 53]) expect(accepts(asUnknown(u64), raw)).toBe(false)
  })
})

describe('composites', () => {
  it('nullable takes null and what is inside, never undefined', () => {
    const codec = asUnknown(nullable(uintUpTo(1)))
    expect([null, 1, undefined, 2].map((raw) => accepts(codec, raw))).toEqual([true, true, false, false])
  })

  it('listOf takes min to max entries', () => {
    const codec = asUnknown(listOf(uintUpTo(), { min: 1, max: 3 }))
    const lists = [[], [1], [1, 2, 3], [1, 2, 3, 4], [1, 'x'], { 0: 1, length: 1 }]
    expect(lists.map((raw) => accepts(codec, raw))).toEqual([false, true, true, false, false, false])
  })

  it('record is an array of exactly its fields, in the order of its schema', () => {
    const codec = record({ second: uintUpTo(), first: nullable(textUpTo(9)) })
    expect(codec.encode({ first: 'a', second: 2 })).toEqual([2, 'a'])
    expect(codec.decode([2, 'a'], '')).toEqual({ second: 2, first: 'a' })
    const raws = [[2], [2, 'a', null], ['a', 2], { second: 2, first: 'a' }]
    expect(raws.map((raw) => accepts(asUnknown(codec), raw))).toEqual([false, false, false, false])
  })

  it('taggedUnion tells its kinds apart by number and takes no other', () => {
    type Either = { readonly kind: 'a'; readonly n: number } | { readonly kind: 'b'; readonly t: string }
    const codec = taggedUnion<Either>({
      a: { wire: 1, codec: record({ n: uintUpTo() }) },
      b: { wire: 7, codec: record({ t: textUpTo(9) }) },
    })
    expect(codec.encode({ kind: 'b', t: 'x' })).toEqual([7, 'x'])
    expect(codec.decode([1, 5], '')).toEqual({ kind: 'a', n: 5 })
    const raws = [[2, 5], [1, 'x'], [1], [], [1, 5, 5], ['1', 5], null, [1n, 5]]
    for (const raw of raws) expect(accepts(asUnknown(codec), raw)).toBe(false)
  })
})
