/** Account and nonce as one text: what maps of siblings are keyed by. */
import { bytesKey, bytesOfKey } from '../core/bytes.ts'
import type { ConflictSet } from './snow-messages.ts'

export function conflictKey({ account, nonce }: ConflictSet): string {
  return `${nonce} ${bytesKey(account)}`
}

/** Undefined for a text that conflictKey did not make. */
export function conflictOfKey(key: string): ConflictSet | undefined {
  const end = key.indexOf(' ')
  const nonce = Number(key.slice(0, Math.max(0, end)))
  return end > 0 && Number.isSafeInteger(nonce) ? { nonce, account: bytesOfKey(key.slice(end + 1)) } : undefined
}
