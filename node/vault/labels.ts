/** Names of accounts: what a person may type, and when two names are the same. */
import { limits } from './limits.ts'

/** Control, format (bidirectional overrides, zero width), private, unassigned, line and paragraph separators. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/u
/** A name that reads like an address could make somebody pay the wrong account. */
const looksLikeAddress = /^ruv[a-z]?1/i

/** Trimmed, in Unicode's NFC form: what is stored. */
export function normalLabel(typed: string): string {
  return typed.normalize('NFC').trim()
}

/** Why a normal label is refused; undefined when it is fine. @param maxChars code points */
export function labelFault(
  label: string,
  maxChars: number = limits.maxLabelChars,
): 'empty' | 'too-long' | 'not-normal' | 'invisible' | 'address' | undefined {
  if (label === '') return 'empty'
  if (label.length > 4 * maxChars || [...label].length > maxChars) return 'too-long'
  if (!label.isWellFormed() || invisible.test(label)) return 'invisible'
  if (normalLabel(label) !== label) return 'not-normal'
  return looksLikeAddress.test(label) ? 'address' : undefined
}

/** Labels with the same key are the same name: case and compatibility forms do not tell names apart. */
export function labelKey(label: string): string {
  return label.normalize('NFKC').toLowerCase()
}
