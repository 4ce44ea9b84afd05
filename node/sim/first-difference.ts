/**
 * Where two results differ that ought to be the same, down to the order of their entries: two executions of one commit are
 * compared by all they say, since equal roots would hide what no root covers.
 */
import { equalBytes } from '../core/bytes.ts'

/** Path of the first difference, `results[3].outcome`; null where there is none. Plain values, arrays, bytes and maps. */
export function firstDifference(first: unknown, second: unknown, path = ''): string | null {
  if (Object.is(first, second)) return null
  if (first instanceof Uint8Array && second instanceof Uint8Array) return equalBytes(first, second) ? null : path
  if (first instanceof Map && second instanceof Map) return inEntries([...first], [...second], path)
  if (Array.isArray(first) && Array.isArray(second)) return inEntries(first, second, path)
  if (!isRecord(first) || !isRecord(second)) return path
  const names = new Set([...Object.keys(first), ...Object.keys(second)])
  for (const name of names) {
    const found = firstDifference(first[name], second[name], path === '' ? name : `${path}.${name}`)
    if (found !== null) return found
  }
  return null
}

function inEntries(first: readonly unknown[], second: readonly unknown[], path: string): string | null {
  if (first.length !== second.length) return `${path}.length`
  for (const [index, entry] of first.entries()) {
    const found = firstDifference(entry, second[index], `${path}[${index}]`)
    if (found !== null) return found
  }
  return null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  return !Array.isArray(value) && !(value instanceof Map) && !(value instanceof Uint8Array)
}
