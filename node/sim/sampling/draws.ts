/** Numbers drawn by the million: an Rng read in blocks. */
import type { Rng } from '../../core/rng.ts'

const blockBytes = 65_536

export interface Draws {
  /** Uniform in 0 … 2^32 − 1. */
  uint32(): number
  /** Uniform in 0 … bound − 1; the bias is below bound / 2^32. */
  below(bound: number): number
}

export function createDraws(rng: Rng): Draws {
  const block = new Uint32Array(blockBytes / 4)
  let next = block.length
  const uint32 = (): number => {
    if (next === block.length) {
      const bytes = rng.bytes(blockBytes)
      const view = new DataView(bytes.buffer, bytes.byteOffset, blockBytes)
      for (let i = 0; i < block.length; i++) block[i] = view.getUint32(4 * i, true)
      next = 0
    }
    return block[next++] as number
  }
  return { uint32, below: (bound) => Math.floor((uint32() / 0x1_0000_0000) * bound) }
}
