/**
 * The words of a recovery phrase: BIP-39, English list of 2,048, in order. What is asked here is public; the answers about
 * a word that somebody types are not kept.
 */
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { limits } from './limits.ts'

/** Lower case, without what surrounds a word in a numbered list: "12. Abandon," is "abandon". */
export function normalWord(typed: string): string {
  return typed
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z]/g, '')
}

/** Place of a word in the list, 0 to 2,047; -1 where it is not in it. Takes the word as `normalWord` gives it. */
export function wordIndex(word: string): number {
  const at = firstNotBelow(word)
  return wordlist[at] === word ? at : -1
}

/** The words that start so, in the list's order, at most `count`. Nothing for an empty start. */
export function completions(start: string, count: number = limits.maxSuggestions): readonly string[] {
  if (start === '') return []
  const found: string[] = []
  for (let at = firstNotBelow(start); at < wordlist.length && found.length < count; at += 1) {
    const word = wordlist[at] as string
    if (!word.startsWith(start)) break
    found.push(word)
  }
  return found
}

/** The one word that a start can still become; undefined where there are several or none. A whole word is itself. */
export function onlyCompletion(start: string): string | undefined {
  if (wordIndex(start) >= 0) return start
  const found = completions(start, 2)
  return found.length === 1 ? found[0] : undefined
}

export type WordState =
  /** Nothing typed. */
  | 'empty'
  /** The start of a word, not one yet. */
  | 'partial'
  | 'known'
  /** No word starts so. */
  | 'unknown'

/** What a typed text is. `finished`: the cursor has left it, so that half a word is none. */
export function wordState(typed: string, finished: boolean): WordState {
  const word = normalWord(typed)
  if (word === '') return typed.trim() === '' ? 'empty' : 'unknown'
  if (wordIndex(word) >= 0) return 'known'
  return !finished && completions(word, 1).length > 0 ? 'partial' : 'unknown'
}

/** Binary search in the sorted list. */
function firstNotBelow(text: string): number {
  let low = 0
  let high = wordlist.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((wordlist[middle] as string) < text) low = middle + 1
    else high = middle
  }
  return low
}
