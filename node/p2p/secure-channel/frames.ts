/**
 * Frames of a channel on the wire: a length of two bytes, big-endian, and that many bytes of ciphertext and tag. An empty
 * frame, a tag alone, says that its sender will send no more; a connection has no use for it.
 */

import type { CipherState } from './cipher-state.ts'
import { channelError } from './errors.ts'
import { limits } from './limits.ts'

const lengthBytes = 2

/** Bytes that one frame carries. */
export const maxPlaintextBytes = limits.maxFrameBytes - limits.tagBytes

/** What libp2p hands over: bytes, or a list of them that can be read as one. */
export interface ByteSource {
  readonly byteLength: number
  subarray(start?: number, end?: number): Uint8Array
}

function writeLength(target: Uint8Array, bytes: number): void {
  target[0] = bytes >> 8
  target[1] = bytes & 0xff
}

export function lengthPrefixed(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(lengthBytes + bytes.length)
  writeLength(out, bytes.length)
  out.set(bytes, lengthBytes)
  return out
}

/**
 * One frame.
 *
 * @param plaintext at most `maxPlaintextBytes`
 * @throws NodeError CHANNEL_EXHAUSTED
 */
export function sealFrame(send: CipherState, plaintext: Uint8Array): Uint8Array {
  const frame = send.seal(plaintext, lengthBytes)
  if (frame === undefined) throw channelError('CHANNEL_EXHAUSTED')
  writeLength(frame, frame.length - lengthBytes)
  return frame
}

export interface FrameReader {
  /**
   * Takes bytes as they come, in pieces of any size, and hands on the plaintext of each frame as soon as it is whole. Holds one
   * frame at most.
   *
   * @throws NodeError CHANNEL_FRAME_INVALID; what follows is not to be handed in
   */
  push(data: ByteSource, onFrame: (plaintext: Uint8Array) => void): void
}

export function createFrameReader(receive: CipherState): FrameReader {
  let prefixBytes = 0
  let frameBytes = 0
  let frame: Uint8Array | undefined
  let filledBytes = 0

  const open = (ciphertext: Uint8Array): Uint8Array => {
    prefixBytes = 0
    frameBytes = 0
    frame = undefined
    const plaintext = receive.open(ciphertext)
    if (plaintext === undefined) throw channelError('CHANNEL_FRAME_INVALID')
    return plaintext
  }

  return {
    push(data, onFrame) {
      const bytes = data.subarray()
      let offset = 0
      while (offset < bytes.length) {
        if (prefixBytes < lengthBytes) {
          frameBytes = frameBytes * 256 + (bytes[offset] as number)
          prefixBytes += 1
          offset += 1
          if (prefixBytes < lengthBytes) continue
          if (frameBytes < limits.tagBytes) throw channelError('CHANNEL_FRAME_INVALID')
        }
        const missingBytes = frameBytes - (frame === undefined ? 0 : filledBytes)
        const part = bytes.subarray(offset, offset + missingBytes)
        offset += part.length
        if (frame === undefined && part.length === frameBytes) {
          onFrame(open(part))
          continue
        }
        if (frame === undefined) {
          frame = new Uint8Array(frameBytes)
          filledBytes = 0
        }
        frame.set(part, filledBytes)
        filledBytes += part.length
        if (filledBytes === frameBytes) onFrame(open(frame))
      }
    },
  }
}
