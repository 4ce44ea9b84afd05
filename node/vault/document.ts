/**
 * The form that all files of the vault share: one JSON object with `kind`, `version`, its fields, and `checksum`.
 *
 * There is exactly one text of a document, so a changed byte anywhere, white space included, is seen. The checksum
 * (SHA-256 of the canonical JSON of the rest) has no key: it tells an accident (a bad disk, an editor) before a
 * password is asked for. Against intent it is no help; that is what the encryption's tag is for. docs/vault-file.md.
 */
import type { z } from 'zod'
import { equalBytes, toHex, utf8 } from '../core/bytes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { sha256 } from '../crypto/hash.ts'
import { canonicalJson, type JsonValue, readableJson } from './canonical-json.ts'

export interface DocumentFields {
  readonly kind: string
  readonly version: number
  readonly [field: string]: JsonValue
}

export interface DocumentForm<T> {
  readonly kind: string
  readonly version: number
  readonly maxBytes: number
  /** Of all fields but the checksum; strict, so that an unknown field is a fault. */
  readonly schema: z.ZodType<T>
}

export type DocumentFault =
  | { readonly reason: 'too-large' | 'not-json' | 'other-kind' | 'schema' | 'checksum' | 'not-canonical' }
  | { readonly reason: 'newer-version'; readonly version: number }

export function encodeDocument(fields: DocumentFields): Uint8Array {
  return utf8(readableJson({ ...fields, checksum: checksumOf(fields) }))
}

/** Size first, then JSON, kind, version, checksum, schema, and last that these are the very bytes we would write. */
export function decodeDocument<T extends DocumentFields>(
  bytes: Uint8Array,
  form: DocumentForm<T>,
): Result<T, DocumentFault> {
  if (bytes.length > form.maxBytes) return err({ reason: 'too-large' })
  const document = parseObject(bytes)
  if (document === undefined) return err({ reason: 'not-json' })
  const { checksum, ...fields } = document
  if (fields.kind !== form.kind) return err({ reason: 'other-kind' })
  const { version } = fields
  if (typeof version === 'number' && Number.isSafeInteger(version) && version > form.version) {
    return err({ reason: 'newer-version', version })
  }
  const parsed = form.schema.safeParse(fields)
  if (!parsed.success) return err({ reason: 'schema' })
  if (checksum !== checksumOf(parsed.data)) return err({ reason: 'checksum' })
  return equalBytes(encodeDocument(parsed.data), bytes) ? ok(parsed.data) : err({ reason: 'not-canonical' })
}

function checksumOf(fields: DocumentFields): string {
  return toHex(sha256(utf8(canonicalJson(fields))))
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
