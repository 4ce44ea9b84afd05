/**
 * Frames on a link: `length (4) | version (1) | type (1) | flags (1) | payload`, big-endian, the length being the payload's.
 * The decoder checks length, version, type and flags before it takes memory for a payload. Layout: docs/protocol.md, "Wire".
 */
import { wireLimits } from './limits.ts'

export const frameVersion = 1

export const frameTypes = {
  /** Who speaks: the first frame of each side, and only the first. */
  hello: 1,
  /** Begins a message: class (1), length of the whole (4), and its first bytes. */
  begin: 2,
  /** Goes on with the message of its class (1). */
  more: 3,
} as const

export const frameFlags = {
  /** The message is compressed by zstd; on `begin` alone. */
  zstd: 1,
} as const

export const frameHeaderBytes = 7

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly payload: Uint8Array
}

/** A frame of these parts in one piece. */
export function encodeFrame(type: number, flags: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const bytes = new Uint8Array(frameHeaderBytes + length)
  new DataView(bytes.buffer).setUint32(0, length)
  bytes[4] = frameVersion
  bytes[5] = type
  bytes[6] = flags
  let offset = frameHeaderBytes
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

export interface FrameDecoder {
  /**
   * Takes bytes as they come, however they are cut. False where they are no frame: nothing more is to be fed then.
   *
   * @param take what to do with a frame that is complete; false ends it, too
   */
  push(bytes: Uint8Array, take: (frame: Frame) => boolean): boolean
  /** Held for a frame that is not complete. */
  readonly heldBytes: number
}

export function createFrameDecoder(): FrameDecoder {
  const header = new Uint8Array(frameHeaderBytes)
  const view = new DataView(header.buffer)
  let headerFilled = 0
  let payload: Uint8Array | null = null
  let payloadFilled = 0

  return {
    get heldBytes() {
      return headerFilled + (payload?.length ?? 0)
    },
    push(bytes, take) {
      let offset = 0
      while (offset < bytes.length || (payload !== null && payload.length === 0)) {
        if (payload === null) {
          const part = bytes.subarray(offset, offset + frameHeaderBytes - headerFilled)
          header.set(part, headerFilled)
          headerFilled += part.length
          offset += part.length
          if (headerFilled < frameHeaderBytes) return true
          if (!isSound(view)) return false
          payload = new Uint8Array(view.getUint32(0))
          payloadFilled = 0
        }
        const part = bytes.subarray(offset, offset + payload.length - payloadFilled)
        payload.set(part, payloadFilled)
        payloadFilled += part.length
        offset += part.length
        if (payloadFilled < payload.length) return true
        const frame: Frame = { type: view.getUint8(5), flags: view.getUint8(6), payload }
        payload = null
        headerFilled = 0
        if (!take(frame)) return false
      }
      return true
    },
  }
}

function isSound(header: DataView): boolean {
  const length = header.getUint32(0)
  const type = header.getUint8(5)
  const flags = header.getUint8(6)
  if (header.getUint8(4) !== frameVersion) return false
  if (type === frameTypes.hello) return flags === 0 && length <= wireLimits.maxHelloBytes
  if (type === frameTypes.begin) return (flags & ~frameFlags.zstd) === 0 && length <= wireLimits.maxFramePayloadBytes
  return type === frameTypes.more && flags === 0 && length <= wireLimits.maxFramePayloadBytes
}
