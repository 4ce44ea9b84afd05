/**
 * Whether 24 words are a phrase: BIP-39, "Generating the mnemonic". 24 words of 11 bits are 256 bits of entropy and the
 * first 8 bits of their SHA-256. Works on places in the list and overwrites what it unpacks, so no phrase becomes a string.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { limits } from './limits.ts'

const bitsPerWord = 11
const entropyBytes = 32

/** @param indices places in the word list, 24 of them; -1 fits no phrase */
export function hasChecksum(indices: ArrayLike<number>): boolean {
  if (indices.length !== limits.phraseWords) return false
  const packed = new Uint8Array(entropyBytes + 1)
  for (let word = 0; word < indices.length; word += 1) {
    const index = indices[word] as number
    if (index < 0 || index >= 1 << bitsPerWord) return false
    for (let bit = 0; bit < bitsPerWord; bit += 1) {
      const at = word * bitsPerWord + bit
      if (((index >> (bitsPerWord - 1 - bit)) & 1) === 1)
        packed[at >> 3] = (packed[at >> 3] as number) | (0x80 >> (at & 7))
    }
  }
  const entropy = packed.subarray(0, entropyBytes)
  const digest = sha256(entropy)
  const fits = digest[0] === packed[entropyBytes]
  packed.fill(0)
  digest.fill(0)
  return fits
}

/** What can be said of a phrase while it is typed, without a word of it. */
export type PhraseStatus =
  | { readonly kind: 'incomplete'; readonly known: number; readonly unknownAt: readonly number[] }
  /** All 24 are words of the list, and together they are no phrase. */
  | { readonly kind: 'checksum' }
  | { readonly kind: 'complete' }

export interface TypedWord {
  readonly state: 'empty' | 'partial' | 'known' | 'unknown'
  /** Place in the list, -1 where it has none. */
  readonly index: number
}

/** The checksum is looked at only when all words are there: before that it could only be wrong. Positions start at 1. */
export function phraseStatus(words: readonly TypedWord[]): PhraseStatus {
  const unknownAt = words.flatMap(({ state }, at) => (state === 'unknown' ? [at + 1] : []))
  const known = words.filter(({ state }) => state === 'known').length
  if (known < limits.phraseWords) return { kind: 'incomplete', known, unknownAt }
  return hasChecksum(words.map(({ index }) => index)) ? { kind: 'complete' } : { kind: 'checksum' }
}
