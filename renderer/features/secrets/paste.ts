/** A phrase that is pasted: words out of lines, numbered lists and commas. */
import { limits } from './limits.ts'
import { normalWord } from './word-list.ts'

/**
 * The words in a text, in order, lower case; numbers and punctuation between them are dropped. More than a phrase has are
 * cut off after one too many, so that a caller sees that there were too many.
 */
export function wordsIn(text: string): readonly string[] {
  const words: string[] = []
  for (const part of text.slice(0, limits.maxPastedCharacters).split(/[^\p{L}\p{M}]+/u)) {
    const word = normalWord(part)
    if (word !== '') words.push(word)
    if (words.length > limits.phraseWords) break
  }
  return words
}

/** Whether a text is more than one word, so that it is spread over the fields and not put into one. */
export function isSeveralWords(text: string): boolean {
  return wordsIn(text).length > 1
}
