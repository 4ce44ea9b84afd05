/** Which checkpoints the view has asked for: from the latest down, a page at a time. */
import type { Checkpoint } from '../../../node/api/contract/index.ts'

/** Checkpoints of a page: as many calls go out together. */
export const checkpointPageSize = 8

/** Numbers of the next page below the lowest that is there; checkpoints are counted from 1. */
export function nextCheckpoints(lowest: number | undefined, latest: number | undefined): readonly number[] {
  if (latest === undefined) return []
  const from = lowest === undefined ? latest : lowest - 1
  return Array.from({ length: checkpointPageSize }, (_, index) => from - index).filter((seq) => seq >= 1)
}

/** Newest first, each once. */
export function mergeCheckpoints(known: readonly Checkpoint[], more: readonly Checkpoint[]): readonly Checkpoint[] {
  const bySeq = new Map([...known, ...more].map((checkpoint) => [checkpoint.seq, checkpoint]))
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq)
}
