/** What a secret looks like wherever it may have been left: as text, as bytes, and in the spellings of bytes. */
import { mnemonicToEntropy, mnemonicToSeedSync } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'

export interface Needle {
  /** Says what was found without saying it. */
  readonly name: string
  readonly bytes: Buffer
}

/** Words in a row that are as good as the whole phrase: nobody writes three of them by chance. */
export const wordsInARow = 3

/** Between words of a phrase, in texts, lists and JSON. */
const separators = [' ', '\n', '\r\n', ',', ', ', '","', '", "', '\0']

export function needlesOf(passwords: readonly string[], words: readonly string[]): Needle[] {
  const phrase = words.join(' ')
  return [
    ...passwords.flatMap((password, index) => typedNeedles(`password ${index + 1}`, password)),
    ...words.slice(0, 1 - wordsInARow).flatMap((_, start) =>
      separators.flatMap((separator) => {
        const row = words.slice(start, start + wordsInARow).join(separator)
        return textNeedles(`words ${start + 1} to ${start + wordsInARow}`, row)
      }),
    ),
    ...byteNeedles('entropy', Buffer.from(mnemonicToEntropy(phrase, wordlist))),
    ...byteNeedles('master seed', Buffer.from(mnemonicToSeedSync(phrase))),
  ]
}

/** Of a secret that somebody types: a password, a PIN. */
export function typedNeedles(name: string, typed: string): Needle[] {
  return [...textNeedles(name, typed), ...byteNeedles(name, Buffer.from(typed)).slice(1)]
}

function textNeedles(name: string, text: string): Needle[] {
  return [
    { name, bytes: Buffer.from(text, 'utf8') },
    { name: `${name}, in UTF-16`, bytes: Buffer.from(text, 'utf16le') },
  ]
}

function byteNeedles(name: string, bytes: Buffer): Needle[] {
  const hex = bytes.toString('hex')
  return [
    { name, bytes },
    { name: `${name}, in hex`, bytes: Buffer.from(hex) },
    { name: `${name}, in upper-case hex`, bytes: Buffer.from(hex.toUpperCase()) },
    { name: `${name}, as a list of numbers`, bytes: Buffer.from([...bytes].join(',')) },
    ...base64Needles(name, bytes),
  ]
}

/** In base64 a text looks different at each of three offsets; at its ends it mixes with what stands beside it. */
function base64Needles(name: string, bytes: Buffer): Needle[] {
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const core = whole.slice(offset === 0 ? 0 : 4, -4)
    const plain = { name: `${name}, in base64`, bytes: Buffer.from(core) }
    const forAddresses = core.replaceAll('+', '-').replaceAll('/', '_')
    return forAddresses === core ? [plain] : [plain, { name: plain.name, bytes: Buffer.from(forAddresses) }]
  })
}

/** Names of those that are in it. */
export function foundIn(haystack: Buffer, needles: readonly Needle[]): string[] {
  return needles.filter(({ bytes }) => haystack.includes(bytes)).map(({ name }) => name)
}
