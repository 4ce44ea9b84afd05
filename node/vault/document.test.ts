import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { utf8 } from '../core/bytes.ts'
import { canonicalJson, type JsonValue, readableJson } from './canonical-json.ts'
import { decodeDocument, encodeDocument } from './document.ts'

const schema = z.strictObject({ kind: z.literal('test'), version: z.literal(2), name: z.string(), count: z.int() })
const form = { kind: 'test', version: 2, maxBytes: 400, schema }
const fields = { kind: 'test', version: 2, name: 'é"\\\u2028', count: 7 } as const
const text = new TextDecoder().decode(encodeDocument(fields))

const reasonOf = (bytes: Uint8Array): string => {
  const result = decodeDocument(bytes, form)
  return result.ok ? 'ok' : result.error.reason
}

describe('document', () => {
  it('reads back what it wrote', () => {
    expect(decodeDocument(encodeDocument(fields), form)).toEqual({ ok: true, value: fields })
  })

  it('refuses every changed bit', () => {
    const original = encodeDocument(fields)
    for (let bit = 0; bit < original.length * 8; bit++) {
      const changed = Uint8Array.from(original)
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(reasonOf(changed)).not.toBe('ok')
    }
  })

  it('refuses every beginning of itself, and anything after its end', () => {
    const original = encodeDocument(fields)
    for (let length = 0; length < original.length; length++) expect(reasonOf(original.slice(0, length))).not.toBe('ok')
    expect(reasonOf(utf8(`${text} `))).toBe('not-canonical')
    expect(reasonOf(utf8(`${text}{}`))).toBe('not-json')
  })

  it('says what is wrong', () => {
    expect(reasonOf(utf8(text.replace('test', 'tess')))).toBe('other-kind')
    expect(reasonOf(utf8(text.replace('"version": 2', '"version": 3')))).toBe('newer-version')
    expect(reasonOf(utf8(text.replace('"version": 2', '"version": 1')))).toBe('schema')
    expect(reasonOf(utf8(text.replace('"version": 2', '"version": 1e300')))).toBe('schema')
    expect(reasonOf(utf8(text.replace('"count": 7', '"count": 8')))).toBe('checksum')
    expect(reasonOf(utf8(text.replace('"count": 7', '"count": 7.0')))).toBe('not-canonical')
    expect(reasonOf(utf8(text.replace('"count": 7', '"count": 7, "count": 7')))).toBe('not-canonical')
    expect(reasonOf(utf8(text.replace('"count": 7', '"count": 7, "__proto__": {}')))).toBe('schema')
    expect(reasonOf(utf8(text.replaceAll('\n', '')))).toBe('not-canonical')
    expect(reasonOf(utf8(`\ufeff${text}`))).toBe('not-json')
    expect(reasonOf(utf8('[]'))).toBe('not-json')
    expect(reasonOf(utf8('null'))).toBe('not-json')
    expect(reasonOf(Uint8Array.of(0x22, 0xff, 0x22))).toBe('not-json')
    expect(reasonOf(new Uint8Array(401).fill(0x20))).toBe('too-large')
    expect(reasonOf(utf8('['.repeat(400)))).toBe('not-json')
  })

  it('never throws, whatever the bytes (property)', () => {
    const soup = fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.json().map(utf8),
      fc.tuple(fc.nat(text.length), fc.nat(20), fc.string()).map(([at, cut, insert]) => {
        return utf8(text.slice(0, at) + insert + text.slice(at + cut))
      }),
    )
    fc.assert(
      fc.property(soup, (bytes) => {
        const result = decodeDocument(bytes, form)
        if (result.ok) expect(bytes).toEqual(encodeDocument(fields))
      }),
      { numRuns: 500 },
    )
  })
})

describe('canonical JSON', () => {
  it('is one text whatever the order of keys (property)', () => {
    const value = fc.letrec<{ any: JsonValue }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.constant(null),
        fc.boolean(),
        fc.maxSafeInteger(),
        fc.string(),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('any'), { maxKeys: 4, noNullPrototype: false }),
      ),
    })).any
    const reversed = (json: JsonValue): JsonValue =>
      Array.isArray(json)
        ? json.map(reversed)
        : typeof json === 'object' && json !== null
          ? Object.fromEntries(
              Object.entries(json)
                .reverse()
                .map(([key, inner]) => [key, reversed(inner)]),
            )
          : json
    fc.assert(
      fc.property(value, (json) => {
        expect(canonicalJson(reversed(json))).toBe(canonicalJson(json))
        expect(canonicalJson(JSON.parse(readableJson(json)))).toBe(canonicalJson(json))
      }),
    )
  })

  it('is the text of RFC 8785', () => {
    expect(canonicalJson({ b: [1, { y: null, x: 'ö\n' }], a: true, '€': 0, '\r': 0, 1: -0 })).toBe(
      '{"\\r":0,"1":0,"a":true,"b":[1,{"x":"ö\\n","y":null}],"€":0}',
    )
  })

  it('refuses fractions', () => {
    expect(() => canonicalJson({ a: 0.5 })).toThrow('broken invariant')
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('broken invariant')
  })
})
