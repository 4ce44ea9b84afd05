/**
 * From an input's text to bytes that can be overwritten. A browser holds the text of an input as a string that nobody can
 * overwrite; what is done here is that no second holder comes into being and the first is let go as soon as it was read.
 */

/** What `takeBytes` reads: an input element, or anything that holds a text. */
export interface TextHolder {
  value: string
}

/**
 * UTF-8 of the input's text in Unicode's NFC form (docs/vault-file.md, "vault.json": keys come from that form), and
 * empties the input.
 */
export function takeBytes(input: TextHolder): Uint8Array {
  const bytes = new TextEncoder().encode(input.value.normalize('NFC'))
  input.value = ''
  return bytes
}

/** The same without emptying, for what the person may have to correct. */
export function readBytes(input: TextHolder): Uint8Array {
  return new TextEncoder().encode(input.value.normalize('NFC'))
}

export function wipe(...buffers: readonly (Uint8Array | undefined)[]): void {
  for (const buffer of buffers) buffer?.fill(0)
}

/** Whether two inputs say the same, in the form in which they are used. */
export function saySame(a: TextHolder, b: TextHolder): boolean {
  return a.value.normalize('NFC') === b.value.normalize('NFC')
}

/** Characters as the vault counts them: code points. */
export function characterCount(input: TextHolder): number {
  return [...input.value.normalize('NFC')].length
}
