/**
 * One text a value: object keys in order, no white space, integers only. What is hashed, or bound as additional data,
 * is this text. It is RFC 8785 for the values our files hold (no fractions, no lone surrogates).
 */
import { invariant } from '../core/node-error.ts'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

export function canonicalJson(value: JsonValue): string {
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const members = sortedKeys(value).map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as JsonValue)}`)
    return `{${members.join(',')}}`
  }
  invariant(typeof value !== 'number' || Number.isSafeInteger(value), 'files of the vault hold whole numbers only')
  return JSON.stringify(value)
}

/** The same value laid out for a person to read, also one text a value; ends with a line feed. */
export function readableJson(value: JsonValue): string {
  return `${JSON.stringify(ordered(value), null, 2)}\n`
}

function ordered(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  // A null prototype, so that a key named __proto__ is a key like others.
  const sorted: Record<string, JsonValue> = Object.create(null)
  for (const key of sortedKeys(value)) sorted[key] = ordered(value[key] as JsonValue)
  return sorted
}

/** By UTF-16 code units (RFC 8785 §3.2.3). */
function sortedKeys(value: { readonly [key: string]: JsonValue }): string[] {
  return Object.keys(value).sort()
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
