/** Draws of a simulation: one stream a purpose, so that a fault more does not change what clients do. */
import { bytesToNumber, utf8 } from '../core/bytes.ts'
import { type Rng, seededRng } from '../core/rng.ts'
import { sha256 } from '../crypto/hash.ts'

export interface Chance {
  readonly rng: Rng
  /** 0 … bound − 1. */
  below(bound: number): number
  /** low … high, both included. */
  between(low: number, high: number): number
  /** True in a share of all draws. @param share 0 to 1 */
  happens(share: number): boolean
  pick<T>(items: readonly T[]): T
  /** A copy in random order. */
  shuffle<T>(items: readonly T[]): T[]
}

/** Bytes drawn at once: a draw takes four of them. */
const blockBytes = 1_024

/** @param purpose names the stream; equal seed and purpose give equal draws */
export function createChance(seed: number, purpose: string): Chance {
  const rng = seededRng(Number(bytesToNumber(sha256(utf8(`${seed} ${purpose}`)).subarray(0, 4))))
  let block: DataView = new DataView(new ArrayBuffer(0))
  let offset = 0
  const draw = (): number => {
    if (offset >= block.byteLength) {
      const bytes = rng.bytes(blockBytes)
      block = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      offset = 0
    }
    const value = block.getUint32(offset, true)
    offset += 4
    return value
  }
  const below = (bound: number): number => Math.floor((draw() / 0x1_0000_0000) * bound)
  return {
    rng,
    below,
    between: (low, high) => low + below(high - low + 1),
    // No draw where the outcome is certain: switching a fault off leaves the stream as it would be without it.
    happens: (share) => share > 0 && (share >= 1 || draw() / 0x1_0000_0000 < share),
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    shuffle(items) {
      const copy = [...items]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1)
        const swapped = copy[i] as (typeof copy)[number]
        copy[i] = copy[j] as (typeof copy)[number]
        copy[j] = swapped
      }
      return copy
    },
  }
}
