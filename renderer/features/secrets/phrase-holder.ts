/**
 * A recovery phrase as it came from the node, for as long as it is shown: bytes, of which single words become text when
 * they are written into the page or compared, and which are overwritten at the end.
 */

export interface PhraseHolder {
  readonly wordCount: number
  /** @param position 1 for the first word; '' once it was wiped */
  word(position: number): string
  /** Whether a typed word is the one at that position; false once it was wiped. */
  matches(position: number, word: string): boolean
  /** Overwrites the bytes. Nothing is known after it. */
  wipe(): void
}

const space = 0x20

/** Takes the bytes over: the caller keeps no copy. UTF-8, words parted by single spaces. */
export function holdPhrase(phrase: Uint8Array): PhraseHolder {
  const starts: number[] = phrase.length === 0 ? [] : [0]
  for (let at = 0; at < phrase.length; at += 1) if (phrase[at] === space) starts.push(at + 1)
  const bytesOf = (position: number) =>
    phrase.subarray(starts[position - 1] ?? phrase.length, (starts[position] ?? phrase.length + 1) - 1)
  return {
    get wordCount() {
      return starts.length
    },
    word: (position) => new TextDecoder().decode(bytesOf(position)),
    matches(position, word) {
      const held = bytesOf(position)
      const typed = new TextEncoder().encode(word)
      return held.length > 0 && held.length === typed.length && held.every((byte, at) => byte === typed[at])
    },
    wipe() {
      phrase.fill(0)
      starts.length = 0
    },
  }
}
