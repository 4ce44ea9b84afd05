/** How a message goes into a module that takes it in pieces of its buffer's size. */
import type { Address } from './instantiate.ts'

export interface AbsorbingExports {
  absorbMessage(sizeBytes: number): void
  readonly messageBuffer: Address
  readonly messageBufferBytes: Address
}

/**
 * Absorbs M′ = 0 ‖ length of the context ‖ context ‖ message (FIPS 204 algorithms 2 and 3).
 *
 * @param bytes all of the module's memory  @param context at most 255 bytes
 */
export type Absorber = (bytes: Uint8Array, message: Uint8Array, context: Uint8Array) => void

export function absorberOf(exports: AbsorbingExports): Absorber {
  const buffer = exports.messageBuffer.value
  const bufferBytes = exports.messageBufferBytes.value
  return (bytes, message, context) => {
    const headBytes = 2 + context.length
    bytes[buffer] = 0
    bytes[buffer + 1] = context.length
    bytes.set(context, buffer + 2)
    let end = Math.min(message.length, bufferBytes - headBytes)
    bytes.set(message.length === end ? message : message.subarray(0, end), buffer + headBytes)
    exports.absorbMessage(headBytes + end)
    while (end < message.length) {
      const piece = message.subarray(end, end + bufferBytes)
      bytes.set(piece, buffer)
      exports.absorbMessage(piece.length)
      end += piece.length
    }
  }
}
