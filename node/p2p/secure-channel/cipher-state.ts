/**
 * One direction of a channel after the handshake: seals or opens frames in order, counts them, and changes its key at fixed
 * counts. CipherState of the Noise Protocol Framework (revision 34, §5.1), with Rekey() at counts that both sides know (§11.3).
 */
import { limits } from './limits.ts'
import type { ChannelPrimitives } from './primitives.ts'

export interface CipherState {
  /** Frames so far. */
  readonly frames: number
  /** Ciphertext and tag behind so many free bytes, or undefined where the channel has carried all it may. */
  seal(plaintext: Uint8Array, headroomBytes?: number): Uint8Array | undefined
  /** Undefined where the frame is not the next one of the other side, or the channel has carried all it may. */
  open(ciphertext: Uint8Array): Uint8Array | undefined
  /** Clears the key; nothing is sealed or opened any more. */
  destroy(): void
}

export interface CipherBounds {
  readonly rekeyAfterFrames: number
  readonly maxFrames: number
}

const nonceBytes = 12
const noData = new Uint8Array()
/** All bits of the counter: reserved for rekeying (§5.1). */
const rekeyNonce = Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255)
const zeroKey = new Uint8Array(32)

/** Four zero bytes and the counter, little-endian (§12.3). @param counter up to 2^53 − 1 */
export function nonceOf(counter: number): Uint8Array {
  const nonce = new Uint8Array(nonceBytes)
  const view = new DataView(nonce.buffer)
  view.setUint32(4, counter % 0x1_0000_0000, true)
  view.setUint32(8, Math.floor(counter / 0x1_0000_0000), true)
  return nonce
}

/** @param key 32 bytes, taken over: it is cleared when it has served */
export function createCipherState(
  key: Uint8Array,
  primitives: Pick<ChannelPrimitives, 'seal' | 'open'>,
  bounds: CipherBounds = limits,
): CipherState {
  let current: Uint8Array | undefined = key
  let frames = 0

  const destroy = (): void => {
    current?.fill(0)
    current = undefined
  }

  /** The key of the next frame; undefined after destroy() or the last frame. */
  const keyOfNext = (): Uint8Array | undefined => {
    if (current === undefined || frames >= bounds.maxFrames) return undefined
    if (frames > 0 && frames % bounds.rekeyAfterFrames === 0 && rekeyedAt !== frames) {
      const next = primitives.seal(current, rekeyNonce, noData, zeroKey).slice(0, zeroKey.length)
      current.fill(0)
      current = next
      rekeyedAt = frames
    }
    return current
  }
  let rekeyedAt = 0

  return {
    get frames() {
      return frames
    },
    seal(plaintext, headroomBytes) {
      const key = keyOfNext()
      if (key === undefined) return undefined
      const sealed = primitives.seal(key, nonceOf(frames), noData, plaintext, headroomBytes)
      frames += 1
      return sealed
    },
    open(ciphertext) {
      if (ciphertext.length < limits.tagBytes) return undefined
      const key = keyOfNext()
      if (key === undefined) return undefined
      const opened = primitives.open(key, nonceOf(frames), noData, ciphertext)
      // Whatever follows a frame that does not fit is not trusted either.
      if (opened === undefined) destroy()
      else frames += 1
      return opened
    },
    destroy,
  }
}
