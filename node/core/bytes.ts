/** Byte strings: hex, concatenation, comparison. Browser-safe, so no Buffer. */

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += hexOfByte[bytes[i] as number]
  return text
}

/** Above every value of a digit. */
const noDigit = 255
/** Value of a hex digit by its code unit. A table, since signed transactions of 11,000 digits come in by the thousand. */
const valueOfDigit = new Uint8Array(128).fill(noDigit)
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16)
  valueOfDigit[digit.charCodeAt(0)] = value
  valueOfDigit[digit.toUpperCase().charCodeAt(0)] = value
}

/** Bytes of a hex text, or undefined where it is not an even number of hex digits. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = valueOfDigit[text.charCodeAt(2 * i)] ?? noDigit
    const low = valueOfDigit[text.charCodeAt(2 * i + 1)] ?? noDigit
    if (high === noDigit || low === noDigit) return undefined
    bytes[i] = 16 * high + low
  }
  return bytes
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Equality of public bytes. Not constant time: never for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Lexicographic order: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const utf8Encoder = new TextEncoder()

export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text)
}

/** Big-endian unsigned integer. */
export function bytesToNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`)
}

/** Short map key of bytes: each as a Latin-1 code unit. Sorts as the bytes do; never shown. */
export function bytesKey(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[])
}

/** The bytes a key of bytesKey stands for. */
export function bytesOfKey(key: string): Uint8Array {
  return Uint8Array.from(key, (unit) => unit.charCodeAt(0))
}
