/** An address in pieces that a person can compare: its prefix, then groups of four. */

const chunkCharacters = 4
/** Chunks shown at either end of an elided address: the prefix and 8 characters, and 8 or more at the end. */
const shownAtStart = 3
const shownAtEnd = 2

/** "ruvd1q9x7k2m4…" → ["ruvd1", "q9x7", "k2m4", …]. Joined they are the address. */
export function addressChunks(address: string): readonly string[] {
  const separator = address.lastIndexOf('1')
  const prefix = separator > 0 && separator < 8 ? address.slice(0, separator + 1) : ''
  const rest = address.slice(prefix.length)
  const chunks = rest.match(new RegExp(`.{1,${chunkCharacters}}`, 'g')) ?? []
  return prefix === '' ? chunks : [prefix, ...chunks]
}

/** The pieces at both ends; undefined where the whole is no longer. */
export function elidedChunks(address: string): { start: readonly string[]; end: readonly string[] } | undefined {
  const chunks = addressChunks(address)
  // A last group that is short is a poor one to compare by.
  const atEnd = (chunks.at(-1)?.length ?? 0) < chunkCharacters ? shownAtEnd + 1 : shownAtEnd
  if (chunks.length <= shownAtStart + atEnd + 1) return undefined
  return { start: chunks.slice(0, shownAtStart), end: chunks.slice(-atEnd) }
}
