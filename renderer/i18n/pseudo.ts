/** The pseudo-locale: every letter accented, a third longer, in brackets. ICU placeholders stay as they are. */
import type { Catalogue } from './translation.ts'

const plain = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const accented = 'åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ'
const accents = new Map([...plain].map((letter, index) => [letter, [...accented][index] as string]))

/** Accents what is text at the top level and inside plural and select branches; names of arguments and branches stay. */
export function pseudoText(message: string): string {
  let out = ''
  let letters = 0
  // What each open brace holds: an argument's own syntax, or the text of one of its branches.
  const open: ('argument' | 'branch')[] = []
  for (const char of message) {
    const inside = open.at(-1)
    if (char === '{') open.push(inside === 'argument' ? 'branch' : 'argument')
    else if (char === '}') open.pop()
    const isText = inside !== 'argument' && char !== '{' && char !== '}'
    const letter = isText ? accents.get(char) : undefined
    if (letter !== undefined) letters += 1
    out += letter ?? char
  }
  return `[${out}${'·'.repeat(Math.ceil(letters / 3))}]`
}

export function pseudoCatalogue<T extends Catalogue>(english: T): { [Key in keyof T]: string } {
  return Object.fromEntries(Object.entries(english).map(([key, text]) => [key, pseudoText(text)])) as {
    [Key in keyof T]: string
  }
}
