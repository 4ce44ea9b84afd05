/**
 * Canonical bytes: DAG-CBOR with one accepted encoding a value. Rules: docs/protocol.md, "Canonical encoding".
 *
 * Decoding goes: length and depth limits → decode → schema → encode again → byte-equal, else invalid. The last step is
 * what makes the encoding unique: the library alone accepts unsorted keys, short floats and bad UTF-8.
 * Sources: RFC 8949 §4.2.1 (core deterministic encoding), IPLD DAG-CBOR specification.
 */
import { decode as decodeCbor, encode as encodeCbor } from '@ipld/dag-cbor'
import { equalBytes } from './bytes.ts'
import { type Codec, CodecFault } from './codec.ts'
import { err, ok, type Result } from './result.ts'

/** Nesting that any of our messages needs is below this; deeper input would overflow the decoder's stack. */
export const maxCanonicalDepth = 16

export type CanonicalError =
  /** Longer than the limit of its kind. */
  | { code: 'ENCODING_TOO_LONG'; sizeBytes: number; maxBytes: number }
  /** Arrays or maps nested too deeply. */
  | { code: 'ENCODING_TOO_DEEP'; maxDepth: number }
  /** Not CBOR, cut off, followed by further bytes, or with a type no message has (floats, tags, indefinite lengths). */
  | { code: 'ENCODING_MALFORMED'; reason: string }
  /** CBOR of another shape than the message: a field missing, of another type, or out of range. */
  | { code: 'ENCODING_SCHEMA'; path: string; reason: string }
  /** The same value has a shorter or differently ordered encoding, and only that one is accepted. */
  | { code: 'ENCODING_NOT_CANONICAL' }

export function canonicalEncode<T>(codec: Codec<T>, value: T): Uint8Array {
  return encodeCbor(codec.encode(value))
}

/** @param maxBytes limit on the encoding's length, checked before anything is parsed */
export function canonicalDecode<T>(codec: Codec<T>, bytes: Uint8Array, maxBytes: number): Result<T, CanonicalError> {
  if (bytes.length > maxBytes) return err({ code: 'ENCODING_TOO_LONG', sizeBytes: bytes.length, maxBytes })
  const shape = scanShape(bytes)
  if (!shape.ok) return shape
  let raw: unknown
  try {
    raw = decodeCbor(bytes)
  } catch (cause) {
    return err({ code: 'ENCODING_MALFORMED', reason: cause instanceof Error ? cause.message : 'not CBOR' })
  }
  let value: T
  try {
    value = codec.decode(raw, '')
  } catch (fault) {
    if (!(fault instanceof CodecFault)) throw fault
    return err({ code: 'ENCODING_SCHEMA', path: fault.path, reason: fault.reason })
  }
  return equalBytes(canonicalEncode(codec, value), bytes) ? ok(value) : err({ code: 'ENCODING_NOT_CANONICAL' })
}

/**
 * Walks the heads of all items without building anything: refuses what no message of ours contains, before the
 * decoder sees it, in one pass and without recursion.
 */
function scanShape(bytes: Uint8Array): Result<undefined, CanonicalError> {
  const malformed = (reason: string) => err({ code: 'ENCODING_MALFORMED' as const, reason })
  const remaining: number[] = [1]
  let offset = 0
  while (remaining.length > 0) {
    const top = remaining.length - 1
    if (remaining[top] === 0) {
      remaining.pop()
      continue
    }
    remaining[top] = (remaining[top] as number) - 1
    const head = bytes[offset]
    if (head === undefined) return malformed('cut off')
    offset += 1
    const major = head >> 5
    const info = head & 0x1f
    if (major === 7) {
      if (info === 20 || info === 21 || info === 22) continue
      return malformed('floats, undefined and simple values are not used')
    }
    if (major === 6) return malformed('tags are not used')
    if (major === 1) return malformed('negative integers are not used')
    let argument = info
    if (info >= 24) {
      if (info > 27) return malformed('indefinite lengths are not used')
      const width = 1 << (info - 24)
      if (offset + width > bytes.length) return malformed('cut off')
      argument = 0
      for (let i = 0; i < width; i++) argument = argument * 256 + (bytes[offset + i] as number)
      offset += width
    }
    if (major === 0) continue
    if (major === 2 || major === 3) {
      if (argument > bytes.length - offset) return malformed('cut off')
      offset += argument
      continue
    }
    const items = major === 4 ? argument : 2 * argument
    // An item takes a byte at least: a larger count is a lie, and must not be believed by an allocation.
    if (items > bytes.length - offset) return malformed('cut off')
    if (remaining.length > maxCanonicalDepth) return err({ code: 'ENCODING_TOO_DEEP', maxDepth: maxCanonicalDepth })
    remaining.push(items)
  }
  return offset === bytes.length ? ok(undefined) : malformed('bytes after the end')
}
