/** Lists inside one column: small integers and byte strings, each after its length, as unsigned LEB128. */

function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length += 1
  return length
}

/** @returns offset after what was written */
function writeVarint(target: Uint8Array, start: number, value: number): number {
  let offset = start
  let rest = value
  while (rest >= 0x80) {
    target[offset++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  target[offset++] = rest
  return offset
}

function readVarint(source: Uint8Array, start: number): { value: number; end: number } {
  let value = 0
  let scale = 1
  for (let offset = start; offset < source.length; offset++) {
    const byte = source[offset] as number
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return { value, end: offset + 1 }
    scale *= 0x80
  }
  throw new RangeError('a packed list is cut off')
}

/** @param values integers from 0 to 2^53 − 1 */
export function packUints(values: readonly number[]): Uint8Array {
  let length = 0
  for (const value of values) length += varintLength(value)
  const packed = new Uint8Array(length)
  let offset = 0
  for (const value of values) offset = writeVarint(packed, offset, value)
  return packed
}

export function unpackUints(packed: Uint8Array): number[] {
  const values: number[] = []
  for (let offset = 0; offset < packed.length; ) {
    const { value, end } = readVarint(packed, offset)
    values.push(value)
    offset = end
  }
  return values
}

export function packByteStrings(values: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const value of values) length += varintLength(value.length) + value.length
  const packed = new Uint8Array(length)
  let offset = 0
  for (const value of values) {
    offset = writeVarint(packed, offset, value.length)
    packed.set(value, offset)
    offset += value.length
  }
  return packed
}

export function unpackByteStrings(packed: Uint8Array): Uint8Array[] {
  const values: Uint8Array[] = []
  for (let offset = 0; offset < packed.length; ) {
    const { value: length, end } = readVarint(packed, offset)
    if (end + length > packed.length) throw new RangeError('a packed list is cut off')
    values.push(packed.slice(end, end + length))
    offset = end + length
  }
  return values
}

/** Unsigned 64-bit integer as 8 bytes, big-endian. */
export function packU64(value: bigint): Uint8Array {
  const packed = new Uint8Array(8)
  new DataView(packed.buffer).setBigUint64(0, value)
  return packed
}

export function unpackU64(packed: Uint8Array): bigint {
  return new DataView(packed.buffer, packed.byteOffset, 8).getBigUint64(0)
}
