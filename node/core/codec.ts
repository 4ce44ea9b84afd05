/**
 * Schemas of canonical messages. A message is a CBOR array of its fields in the order of its schema: no key names on
 * the wire, one place for the order. Integers up to 2^53 − 1 are numbers (nonces, rounds, times), amounts are bigint.
 */
import { maxU64 } from './amount.ts'

export interface Codec<T> {
  encode(value: T): unknown
  /** @throws CodecFault where the raw value does not fit; path says where in the message */
  decode(raw: unknown, path: string): T
  /** How many fields a record has on the wire; undefined for what is no record. */
  readonly fields?: number
}

export type CodecValue<C> = C extends Codec<infer T> ? T : never

/**
 * Thrown inside a decode and turned into ENCODING_SCHEMA by its one caller, canonicalDecode; inside an encode it is a
 * fault of our own, for the rules refuse such a value before (hasCanonicalText).
 */
export class CodecFault extends Error {
  readonly path: string
  readonly reason: string
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`)
    this.path = path
    this.reason = reason
  }
}

/** Byte string of exactly `length` bytes. */
export function fixedBytes(length: number): Codec<Uint8Array> {
  return {
    encode: (value) => value,
    decode: (raw, path) => {
      if (!(raw instanceof Uint8Array) || raw.length !== length) throw new CodecFault(path, `${length} bytes expected`)
      return raw
    },
  }
}

export function bytesUpTo(maxBytes: number): Codec<Uint8Array> {
  return {
    encode: (value) => value,
    decode: (raw, path) => {
      if (!(raw instanceof Uint8Array) || raw.length > maxBytes) {
        throw new CodecFault(path, `at most ${maxBytes} bytes expected`)
      }
      return raw
    },
  }
}

/**
 * False for text that would not be read back as it was written: half of a surrogate pair has no UTF-8 form, and a decoder
 * takes a byte order mark at the start away (WHATWG Encoding, "UTF-8 decode").
 */
export function hasCanonicalText(text: string): boolean {
  return text.isWellFormed() && !text.startsWith('\ufeff')
}

/** Text of at most `maxBytes` bytes of UTF-8. */
export function textUpTo(maxBytes: number): Codec<string> {
  const encoder = new TextEncoder()
  return {
    encode: (value) => {
      // Encoders are handed what a file claims to be a text, too.
      if (typeof value !== 'string' || !hasCanonicalText(value))
        throw new CodecFault('', 'text without a canonical encoding')
      return value
    },
    decode: (raw, path) => {
      // A code unit takes at most three bytes, so only texts near the limit need counting.
      if (typeof raw !== 'string' || raw.length > maxBytes)
        throw new CodecFault(path, `at most ${maxBytes} bytes of text`)
      if (raw.length * 3 > maxBytes && encoder.encode(raw).length > maxBytes) {
        throw new CodecFault(path, `at most ${maxBytes} bytes of text`)
      }
      return raw
    },
  }
}

/** Integer from 0 to `max`, at most 2^53 − 1. */
export function uintUpTo(max: number = Number.MAX_SAFE_INTEGER): Codec<number> {
  return {
    encode: (value) => value,
    decode: (raw, path) => {
      if (typeof raw !== 'number' || !Number.isSafeInteger(raw) || raw < 0 || raw > max) {
        throw new CodecFault(path, `integer from 0 to ${max} expected`)
      }
      return raw
    },
  }
}

/** Unsigned 64-bit integer as bigint: amounts. */
export const u64: Codec<bigint> = {
  encode: (value) => value,
  decode: (raw, path) => {
    const value = typeof raw === 'number' && Number.isSafeInteger(raw) ? BigInt(raw) : raw
    if (typeof value !== 'bigint' || value < 0n || value > maxU64) {
      throw new CodecFault(path, 'unsigned 64-bit integer expected')
    }
    return value
  },
}

export function nullable<T>(codec: Codec<T>): Codec<T | null> {
  return {
    encode: (value) => (value === null ? null : codec.encode(value)),
    decode: (raw, path) => (raw === null ? null : codec.decode(raw, path)),
  }
}

export function listOf<T>(codec: Codec<T>, limits: { min?: number; max: number }): Codec<readonly T[]> {
  const min = limits.min ?? 0
  return {
    encode: (values) => values.map((value) => codec.encode(value)),
    decode: (raw, path) => {
      if (!Array.isArray(raw) || raw.length < min || raw.length > limits.max) {
        throw new CodecFault(path, `${min} to ${limits.max} entries expected`)
      }
      return raw.map((entry, index) => codec.decode(entry, `${path}[${index}]`))
    },
  }
}

// Codec is invariant in T, so a table of differing codecs has no narrower common type.
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyCodec = Codec<any>
type Fields = Readonly<Record<string, AnyCodec>>
type RecordValue<F extends Fields> = { readonly [K in keyof F]: CodecValue<F[K]> }

/** An array of the fields in the order they are written here. */
export function record<F extends Fields>(fields: F): Codec<RecordValue<F>> {
  const entries = Object.entries(fields)
  return {
    fields: entries.length,
    encode: (value) => entries.map(([name, codec]) => codec.encode((value as Record<string, unknown>)[name])),
    decode: (raw, path) => {
      if (!Array.isArray(raw) || raw.length !== entries.length) {
        throw new CodecFault(path, `${entries.length} fields expected`)
      }
      const value: Record<string, unknown> = {}
      for (let i = 0; i < entries.length; i++) {
        const [name, codec] = entries[i] as [string, Codec<unknown>]
        value[name] = codec.decode(raw[i], path === '' ? name : `${path}.${name}`)
      }
      return value as RecordValue<F>
    },
  }
}

/**
 * A record to which a field was added later: it stands last, or is not there at all. One form for each value, since an absent field
 * is undefined and a present one never is; what was written before the field existed reads as it did.
 */
export function withOptional<Base extends object, Name extends string, T>(
  base: Codec<Base>,
  name: Name,
  codec: Codec<T>,
): Codec<Base & { readonly [K in Name]?: T }> {
  type Value = Base & { readonly [K in Name]?: T }
  const baseFields = base.fields
  if (baseFields === undefined) throw new Error('broken invariant: only a record can have a field more')
  return {
    encode: (value) => {
      const fields = base.encode(value) as unknown[]
      const last = (value as { readonly [K in Name]?: T })[name]
      return last === undefined ? fields : [...fields, codec.encode(last)]
    },
    decode: (raw, path) => {
      if (!Array.isArray(raw)) throw new CodecFault(path, 'a list of fields expected')
      if (raw.length !== baseFields + 1) return base.decode(raw, path) as Value
      const value = base.decode(raw.slice(0, baseFields), path)
      const last = codec.decode(raw[baseFields], path === '' ? name : `${path}.${name}`)
      return { ...value, [name]: last } as Value
    },
  }
}

/** One of several records told apart by a leading small integer. @param variants kind → wire number and its fields */
export function taggedUnion<V extends { readonly kind: string }>(
  variants: { readonly [K in V['kind']]: { readonly wire: number; readonly codec: AnyCodec } },
): Codec<V> {
  const byWire = new Map<number, { kind: string; codec: Codec<unknown> }>()
  for (const [kind, variant] of Object.entries(variants) as [string, { wire: number; codec: Codec<unknown> }][]) {
    byWire.set(variant.wire, { kind, codec: variant.codec })
  }
  return {
    encode: (value) => {
      const variant = variants[value.kind as V['kind']]
      return [variant.wire, ...(variant.codec.encode(value) as unknown[])]
    },
    decode: (raw, path) => {
      if (!Array.isArray(raw) || typeof raw[0] !== 'number') throw new CodecFault(path, 'a kind number expected')
      const variant = byWire.get(raw[0])
      if (variant === undefined) throw new CodecFault(path, `unknown kind ${raw[0]}`)
      const fields = variant.codec.decode(raw.slice(1), path) as object
      return { kind: variant.kind, ...fields } as unknown as V
    },
  }
}
