/**
 * Recovery phrase: BIP-39, 24 English words, optional passphrase.
 *
 * Bytes in, bytes out: words are looked up by comparing bytes with the public word list, so neither a phrase nor one of
 * its words becomes a JavaScript string (which nobody can zero). The exception is a passphrase with characters beyond
 * ASCII: NFKD exists for strings only, so it is one for the length of one call.
 */
import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { compareBytes, concatBytes, utf8 } from '../core/bytes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { sha256 } from '../crypto/hash.ts'
import { limits } from './limits.ts'
import { SecretBytes, wipeBytes } from './secrets.ts'

/** Bytes of entropy behind 24 words; one checksum byte follows (BIP-39, "Generating the mnemonic"). */
export const entropyBytes = 32
/** Bytes of the seed that BIP-39 makes of phrase and passphrase ("From mnemonic to seed"). */
export const masterSeedBytes = 64
export const phraseWords = 24

const bitsPerWord = 11
const pbkdf2Rounds = 2_048
const words: readonly Uint8Array[] = wordlist.map(utf8)
const pbkdf2Async = promisify(pbkdf2)

export type PhraseError =
  /** words is left out where the input is too long to be counted. */
  | { readonly code: 'PHRASE_WORD_COUNT'; readonly expectedWords: number; readonly words?: number }
  /** position 1 is the first word. The word itself is never repeated. */
  | { readonly code: 'PHRASE_UNKNOWN_WORD'; readonly position: number }
  | { readonly code: 'PHRASE_CHECKSUM' }

/** The phrase of 32 bytes of entropy: UTF-8, single spaces. The caller zeroes it. */
export function phraseOfEntropy(entropy: Uint8Array): Uint8Array {
  const packed = concatBytes(entropy, sha256(entropy).subarray(0, 1))
  const parts: Uint8Array[] = []
  for (let i = 0; i < phraseWords; i++) {
    if (i > 0) parts.push(space)
    parts.push(words[readBits(packed, i * bitsPerWord)] as Uint8Array)
  }
  wipeBytes(packed)
  return concatBytes(...parts)
}

const space = utf8(' ')

/** Entropy of a typed phrase; upper case and any amount of white space are accepted. The input is not changed. */
export function entropyOfPhrase(phrase: Uint8Array): Result<SecretBytes, PhraseError> {
  if (phrase.length > limits.maxPhraseBytes) return err({ code: 'PHRASE_WORD_COUNT', expectedWords: phraseWords })
  const typed = splitWords(phrase)
  const packed = new Uint8Array(entropyBytes + 1)
  try {
    if (typed.length !== phraseWords) {
      return err({ code: 'PHRASE_WORD_COUNT', expectedWords: phraseWords, words: typed.length })
    }
    for (const [i, word] of typed.entries()) {
      const index = indexOfWord(word)
      if (index < 0) return err({ code: 'PHRASE_UNKNOWN_WORD', position: i + 1 })
      writeBits(packed, i * bitsPerWord, index)
    }
    const entropy = SecretBytes.copyOf(packed.subarray(0, entropyBytes))
    if (entropy.use((bytes) => sha256(bytes)[0]) !== packed[entropyBytes]) {
      entropy.wipe()
      return err({ code: 'PHRASE_CHECKSUM' })
    }
    return ok(entropy)
  } finally {
    wipeBytes(packed, ...typed)
  }
}

/**
 * PBKDF2-HMAC-SHA512, 2,048 rounds, salt "mnemonic" ‖ passphrase (BIP-39, "From mnemonic to seed"). 64 bytes.
 *
 * @param passphrase UTF-8; NFKD is applied here. Not changed: its owner zeroes it.
 * @returns PASSPHRASE_INVALID where the passphrase is not UTF-8
 */
export async function masterSeedOfEntropy(
  entropy: SecretBytes,
  passphrase: Uint8Array = new Uint8Array(),
): Promise<Result<SecretBytes, { readonly code: 'PASSPHRASE_INVALID' }>> {
  const normalised = nfkd(passphrase)
  if (normalised === undefined) return err({ code: 'PASSPHRASE_INVALID' })
  const phrase = entropy.use(phraseOfEntropy)
  const salt = concatBytes(utf8('mnemonic'), normalised)
  try {
    return ok(new SecretBytes(await pbkdf2Async(phrase, salt, pbkdf2Rounds, masterSeedBytes, 'sha512')))
  } finally {
    wipeBytes(phrase, salt, normalised)
  }
}

/** A fresh buffer with the NFKD form, or undefined where the bytes are no UTF-8. ASCII is its own NFKD form. */
function nfkd(text: Uint8Array): Uint8Array | undefined {
  if (text.every((byte) => byte < 0x80)) return Uint8Array.from(text)
  try {
    return utf8(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text).normalize('NFKD'))
  } catch {
    return undefined
  }
}

/** Lower-case copies of the words. */
function splitWords(phrase: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  let start = -1
  for (let offset = 0; offset <= phrase.length; ) {
    const gap = offset === phrase.length ? 1 : whiteSpaceLength(phrase, offset)
    if (gap > 0 && start >= 0) {
      found.push(phrase.slice(start, offset).map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)))
      start = -1
    } else if (gap === 0 && start < 0) start = offset
    offset += Math.max(1, gap)
  }
  return found
}

/** Length in bytes of the white space at the offset, 0 where there is none: ASCII, and what documents paste instead. */
function whiteSpaceLength(bytes: Uint8Array, offset: number): number {
  const [first, second, third] = bytes.subarray(offset, offset + 3)
  if (first === undefined) return 0
  if (first === 0x20 || (first >= 0x09 && first <= 0x0d)) return 1
  if (first === 0xc2 && second === 0xa0) return 2 // U+00A0 no-break space
  if (first === 0xe2 && second === 0x80 && third !== undefined && third >= 0x80 && third <= 0x8b) return 3 // U+2000–200B
  if (first === 0xe3 && second === 0x80 && third === 0x80) return 3 // U+3000 ideographic space
  if (first === 0xef && second === 0xbb && third === 0xbf) return 3 // U+FEFF byte order mark
  return 0
}

/** Binary search: the list is in alphabetical order (BIP-39, "Wordlist", b). −1 where it is no word. */
function indexOfWord(word: Uint8Array): number {
  let low = 0
  let high = words.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = compareBytes(words[middle] as Uint8Array, word)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function readBits(bytes: Uint8Array, firstBit: number): number {
  let value = 0
  for (let bit = firstBit; bit < firstBit + bitsPerWord; bit++) {
    value = (value << 1) | (((bytes[bit >> 3] as number) >> (7 - (bit & 7))) & 1)
  }
  return value
}

function writeBits(bytes: Uint8Array, firstBit: number, value: number): void {
  for (let i = 0; i < bitsPerWord; i++) {
    const bit = firstBit + i
    bytes[bit >> 3] = (bytes[bit >> 3] as number) | (((value >> (bitsPerWord - 1 - i)) & 1) << (7 - (bit & 7)))
  }
}
