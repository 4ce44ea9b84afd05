/** Memos: the ledger counts their bytes, not their characters, and takes only text that can be read back as it was written. */

const encoder = new TextEncoder()

/** UTF-8 bytes. */
export function memoBytes(memo: string): number {
  return encoder.encode(memo).length
}

/** A surrogate on its own has no UTF-8: it would come back as another character. */
export function isWholeText(memo: string): boolean {
  return memo.isWellFormed()
}
