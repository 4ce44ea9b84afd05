/** Account and nonce as one text: what maps of siblings are keyed by. */
import { bytesKey } from '../core/bytes.ts'
import type { ConflictSet } from './snow-messages.ts'

export function conflictKey({ account, nonce }: ConflictSet): string {
  return `${nonce} ${bytesKey(account)}`
}
