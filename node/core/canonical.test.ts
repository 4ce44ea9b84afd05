import { encode as encodeCbor } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxU64 } from './amount.ts'
import { concatBytes, equalBytes, fromHex } from './bytes.ts'
import { canonicalDecode, canonicalEncode, maxCanonicalDepth } from './canonical.ts'
import {
  bytesUpTo,
  type Codec,
  type CodecValue,
  fixedBytes,
  listOf,
  nullable,
  record,
  taggedUnion,
  textUpTo,
  u64,
  uintUpTo,
} from './codec.ts'

const maxBytes = 4_096
const seed = 20_250_601

/** Takes whatever CBOR is let through, so that what refuses is the decode rule and not a schema. */
const anything: Codec<unknown> = { encode: (value) => value, decode: (raw) => raw }

type Shape = { readonly kind: 'point'; readonly x: number } | { readonly kind: 'label'; readonly text: string | null }
const message = record({
  id: fixedBytes(4),
  payload: bytesUpTo(64),
  count: uintUpTo(),
  amount: u64,
  note: nullable(textUpTo(300)),
  shapes: listOf(
    taggedUnion<Shape>({
      point: { wire: 1, codec: record({ x: uintUpTo(1_000) }) },
      label: { wire: 2, codec: record({ text: nullable(textUpTo(40)) }) },
    }),
    { max: 5 },
  ),
})
type Message = CodecValue<typeof message>

/** Texts that have a canonical encoding: well-formed Unicode that does not begin with a byte order mark. */
function anyText(maxTextBytes: number): fc.Arbitrary<string> {
  return fc
    .string({ unit: 'binary', maxLength: maxTextBytes })
    .filter((text) => !text.startsWith('\ufeff') && new TextEncoder().encode(text).length <= maxTextBytes)
}

const anyShape: fc.Arbitrary<Shape> = fc.oneof(
  fc.record({ kind: fc.constant('point' as const), x: fc.integer({ min: 0, max: 1_000 }) }),
  fc.record({ kind: fc.constant('label' as const), text: fc.option(anyText(40)) }),
)
const anyMessage: fc.Arbitrary<Message> = fc.record({
  id: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  payload: fc.uint8Array({ maxLength: 64 }),
  count: fc.maxSafeNat(),
  amount: fc.bigInt({ min: 0n, max: maxU64 }),
  note: fc.option(anyText(300)),
  shapes: fc.array(anyShape, { maxLength: 5 }),
})

function codeOf(hex: string, codec: Codec<unknown> = anything): string {
  const bytes = fromHex(hex.replaceAll(' ', ''))
  if (bytes === undefined) throw new Error(`not hex: ${hex}`)
  const decoded = canonicalDecode(codec, bytes, maxBytes)
  return decoded.ok ? 'ok' : decoded.error.code
}

describe('canonicalDecode: what it takes', () => {
  it.each([
    ['the integer 0', '00'],
    ['the largest integer of one byte', '17'],
    ['the smallest of two', '1818'],
    ['2^64 − 1', '1bffffffffffffffff'],
    ['true', 'f5'],
    ['null', 'f6'],
    ['an empty array', '80'],
    ['a map in order of key length, then bytes', 'a2 6162 01 626161 02'],
  ])('%s', (_, hex) => expect(codeOf(hex)).toBe('ok'))
})

describe('canonicalDecode: one encoding a value', () => {
  it.each([
    ['an integer below 24 in two bytes', '1817', 'ENCODING_NOT_CANONICAL'],
    ['an integer below 256 in three bytes', '1900ff', 'ENCODING_NOT_CANONICAL'],
    ['an integer in five bytes that fits three', '1a0000ffff', 'ENCODING_NOT_CANONICAL'],
    ['an integer in nine bytes that fits five', '1b00000000ffffffff', 'ENCODING_NOT_CANONICAL'],
    ['an array with a long count', '980100', 'ENCODING_NOT_CANONICAL'],
    ['a byte string with a long length', '580100', 'ENCODING_NOT_CANONICAL'],
    ['a text with a long length', '780161', 'ENCODING_NOT_CANONICAL'],
    ['a map in the wrong order', 'a2 626161 02 6162 01', 'ENCODING_NOT_CANONICAL'],
    ['a text that is no UTF-8', '62fffe', 'ENCODING_NOT_CANONICAL'],
    ['an overlong UTF-8 form', '62c080', 'ENCODING_NOT_CANONICAL'],
    ['half of a surrogate pair in UTF-8', '63eda080', 'ENCODING_NOT_CANONICAL'],
    ['a text behind a byte order mark', '64efbbbf61', 'ENCODING_NOT_CANONICAL'],
    ['a long text that is no UTF-8', `7850ff${'61'.repeat(79)}`, 'ENCODING_NOT_CANONICAL'],
  ])('%s is refused', (_, hex, code) => {
    // The library alone may refuse it too, as malformed; taking it is what must not happen.
    expect([code, 'ENCODING_MALFORMED']).toContain(codeOf(hex))
  })

  it.each([
    ['nothing at all', ''],
    ['a half-precision float', 'f93c00'],
    ['a single-precision float', 'fa3f800000'],
    ['a double', 'fb3ff0000000000000'],
    ['NaN', 'fb7ff8000000000000'],
    ['undefined', 'f7'],
    ['a simple value', 'f8ff'],
    ['a break code alone', 'ff'],
    ['a negative integer', '20'],
    ['a large negative integer', '3bffffffffffffffff'],
    ['a tag', 'c000'],
    ['a link, the one tag DAG-CBOR has', 'd82a450001710000'],
    ['an array of indefinite length', '9f01ff'],
    ['a map of indefinite length', 'bf616101ff'],
    ['a byte string of indefinite length', '5f4101ff'],
    ['a text of indefinite length', '7f6161ff'],
    ['a reserved length', '1c'],
    ['a reserved array length', '9e'],
    ['a head cut off', '19'],
    ['a length cut off', '1b00000000'],
    ['a byte string cut off', '4401'],
    ['an array cut off', '8201'],
    ['a map without its last value', 'a16161'],
    ['a byte after the end', '0000'],
    ['a second item after the end', '8100 8100'],
    ['a map with a key twice', 'a2 6161 01 6161 02'],
    ['a map with an integer key', 'a10102'],
    ['bytes of 4 GB', '5b0000000100000000'],
    ['bytes of 2^64 − 1', '5bffffffffffffffff'],
    ['a text of 2^63', '7b8000000000000000'],
    ['an array of 2^32', '9b0000000100000000'],
    ['an array of 2^64 − 1', '9bffffffffffffffff'],
    ['a map of 2^64 − 1', 'bbffffffffffffffff'],
    ['an array that claims one entry more than there are bytes', '830101'],
  ])('%s is malformed', (_, hex) => expect(codeOf(hex)).toBe('ENCODING_MALFORMED'))

  it('refuses counts that no input can hold before anything is built for them', () => {
    // Every level claims as many entries as bytes are left: what an allocation by count would pay for sixteen times over.
    const levels = Array.from({ length: maxCanonicalDepth }, () => fromHex('9a00ffffff') as Uint8Array)
    const bytes = concatBytes(...levels, new Uint8Array(1_000))
    const decoded = canonicalDecode(anything, bytes, bytes.length)
    expect(decoded).toEqual({ ok: false, error: { code: 'ENCODING_MALFORMED', reason: 'cut off' } })
  })

  it('takes 16 levels and refuses the 17th', () => {
    const nested = (depth: number) => concatBytes(new Uint8Array(depth).fill(0x81), Uint8Array.of(0))
    expect(canonicalDecode(anything, nested(maxCanonicalDepth), maxBytes).ok).toBe(true)
    const deeper = canonicalDecode(anything, nested(maxCanonicalDepth + 1), maxBytes)
    expect(deeper).toEqual({ ok: false, error: { code: 'ENCODING_TOO_DEEP', maxDepth: maxCanonicalDepth } })
  })

  it.each([
    ['arrays', 0x81],
    ['maps', 0xa1],
  ])('refuses 20,000 nested %s without touching the stack', (_, head) => {
    const unit = head === 0x81 ? Uint8Array.of(head) : Uint8Array.of(head, 0x61, 0x61)
    const bytes = concatBytes(...Array.from({ length: 20_000 }, () => unit), Uint8Array.of(0))
    const decoded = canonicalDecode(anything, bytes, bytes.length)
    expect(decoded.ok ? 'ok' : decoded.error.code).toBe('ENCODING_TOO_DEEP')
  })

  it('measures the length before it parses: one byte over is refused, at the limit it is read', () => {
    const bytes = encodeCbor('a'.repeat(98))
    expect(bytes.length).toBe(100)
    expect(canonicalDecode(anything, bytes, 100).ok).toBe(true)
    expect(canonicalDecode(anything, bytes, 99)).toEqual({
      ok: false,
      error: { code: 'ENCODING_TOO_LONG', sizeBytes: 100, maxBytes: 99 },
    })
    expect(canonicalDecode(anything, new Uint8Array(100).fill(0xff), 99)).toMatchObject({
      error: { code: 'ENCODING_TOO_LONG' },
    })
  })

  it('names the place where the schema is broken', () => {
    const codec = record({ items: listOf(record({ n: uintUpTo(9) }), { max: 3 }) })
    const decoded = canonicalDecode(codec, encodeCbor([[[1], [10]]]), maxBytes)
    expect(decoded).toMatchObject({ error: { code: 'ENCODING_SCHEMA', path: 'items[1].n' } })
  })

  it('lets a fault of our own through: only what the input caused is a value', () => {
    const broken: Codec<never> = {
      encode: (value) => value,
      decode: () => {
        throw new TypeError('broken')
      },
    }
    expect(() => canonicalDecode(broken, Uint8Array.of(0), maxBytes)).toThrow(TypeError)
  })

  it('shares no memory with the input', () => {
    const bytes = canonicalEncode(record({ data: fixedBytes(40) }), { data: new Uint8Array(40).fill(7) })
    const decoded = canonicalDecode(record({ data: fixedBytes(40) }), bytes, maxBytes)
    bytes.fill(0)
    expect(decoded).toEqual({ ok: true, value: { data: new Uint8Array(40).fill(7) } })
  })
})

describe('canonical encoding, properties', () => {
  it('decode(encode(x)) = x', () => {
    fc.assert(
      fc.property(anyMessage, (value) => {
        expect(canonicalDecode(message, canonicalEncode(message, value), maxBytes)).toEqual({ ok: true, value })
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('two values of one encoding are one value', () => {
    fc.assert(
      fc.property(anyMessage, anyMessage, (a, b) => {
        const same = equalBytes(canonicalEncode(message, a), canonicalEncode(message, b))
        if (same) expect(a).toEqual(b)
      }),
      { seed, numRuns: 500 },
    )
  })

  it('never throws on random bytes, and what it takes encodes to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        for (const codec of [anything, message as Codec<unknown>]) {
          const decoded = canonicalDecode(codec, bytes, maxBytes)
          if (decoded.ok) expect(canonicalEncode(codec, decoded.value)).toEqual(bytes)
        }
      }),
      { seed, numRuns: 20_000 },
    )
  })

  it('never throws on a message with bytes changed, cut, doubled or put in, and takes none of another value twice', () => {
    let taken = 0
    fc.assert(
      fc.property(
        anyMessage,
        fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (value, edits) => {
          const original = canonicalEncode(message, value)
          let bytes = original
          for (const [where, how, byte] of edits) {
            const at = bytes.length === 0 ? 0 : where % bytes.length
            if (how === 0) bytes = bytes.map((old, index) => (index === at ? byte : old))
            else if (how === 1) bytes = bytes.slice(0, at)
            else if (how === 2) bytes = concatBytes(bytes.slice(0, at), bytes.slice(at), bytes.slice(at))
            else bytes = concatBytes(bytes.slice(0, at), Uint8Array.of(byte), bytes.slice(at))
          }
          const decoded = canonicalDecode(message, bytes, maxBytes)
          if (!decoded.ok) return
          taken += 1
          expect(canonicalEncode(message, decoded.value)).toEqual(bytes)
          if (!equalBytes(bytes, original)) expect(decoded.value).not.toEqual(value)
        },
      ),
      { seed, numRuns: 5_000 },
    )
    // Changes inside a byte string leave a sound message: without any, the test would have looked at nothing.
    expect(taken).toBeGreaterThan(100)
  })
})
