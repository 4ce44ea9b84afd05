/**
 * The stake behind a vertex in one column of 36 bytes, big-endian: all stake (64 bits) and validators (32), then of
 * Confirming and of Confirmed the stake (64) and the validators whose it is (32).
 */
import type { VertexVotes } from '../types.ts'

const packedBytes = 36

export function packVotes({ totalStakeMicroRuv, validators, confirming, confirmed }: VertexVotes): Uint8Array {
  const packed = new Uint8Array(packedBytes)
  const view = new DataView(packed.buffer)
  const parts = [[totalStakeMicroRuv, validators], votesOf(confirming), votesOf(confirmed)] as const
  for (const [index, [stake, count]] of parts.entries()) {
    view.setBigUint64(12 * index, stake)
    view.setUint32(12 * index + 8, count)
  }
  return packed
}

/** Null for what is none. */
export function unpackVotes(packed: Uint8Array | null): VertexVotes | null {
  if (packed?.length !== packedBytes) return null
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length)
  const part = (index: number) => ({
    supportMicroRuv: view.getBigUint64(12 * index),
    supporters: view.getUint32(12 * index + 8),
  })
  const { supportMicroRuv: totalStakeMicroRuv, supporters: validators } = part(0)
  return { totalStakeMicroRuv, validators, confirming: part(1), confirmed: part(2) }
}

function votesOf({ supportMicroRuv, supporters }: VertexVotes['confirming']): readonly [bigint, number] {
  return [supportMicroRuv, supporters]
}
