/**
 * Byte strings on the wire: both ends of a connection must be given this, or a Uint8Array arrives as an object of numbers.
 * Hex, because it needs nothing that a browser or an older Electron lacks. The text in between is a string that nobody can
 * overwrite; the buffers on either side are overwritten by whoever holds them.
 */
import { fromHex, toHex } from '../../core/bytes.ts'

/** Above the library's own types, which it keeps below 20. */
const bytesType = 40

export const bytesSerializer = {
  type: bytesType,
  condition: (data: unknown): boolean => data instanceof Uint8Array,
  serialize: (data: Uint8Array): string => toHex(data),
  deserialize: (serialized: unknown): Uint8Array => {
    const bytes = typeof serialized === 'string' ? fromHex(serialized) : undefined
    if (bytes === undefined) throw new TypeError('bytes must be hex text')
    return bytes
  },
}

/** For `customJsonSerializers` of every handler and link. */
export const jsonSerializers = [bytesSerializer] as const
