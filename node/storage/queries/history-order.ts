/**
 * The order of the history as one integer: `finals.id`. Committed: commit index × 2^20 + position, so rows are appended
 * as commits come. Without a commit: −1, −2, −3 … in order of recording, apart from the others so that appending stays appending.
 */
import { invalidRow } from '../errors.ts'
import type { HistoryCursor } from '../types.ts'

const positionsPerCommit = 2 ** 20
/** Above it the integer would leave the safe range: 27 years at ten commits a second. */
const maxCommitIndex = 2 ** 33 - 1
/** Commit index in the cursor of a row that has none: it stands above all of them. */
const noCommitIndex = Number.MAX_SAFE_INTEGER

/** @throws NodeError STORAGE_ROW_INVALID */
export function committedId(commitIndex: number, position: number): number {
  if (commitIndex > maxCommitIndex || position >= positionsPerCommit) {
    throw invalidRow(`commit ${commitIndex}, position ${position} is outside the history`)
  }
  return commitIndex * positionsPerCommit + position
}

export function rejectedId(number: number): number {
  return -number
}

export function placeOf(id: number): { commitIndex: number | null; position: number | null } {
  if (id < 0) return { commitIndex: null, position: null }
  return { commitIndex: Math.floor(id / positionsPerCommit), position: id % positionsPerCommit }
}

export function cursorOf(id: number): HistoryCursor {
  return id < 0
    ? { commitIndex: noCommitIndex, position: -id }
    : { commitIndex: Math.floor(id / positionsPerCommit), position: id % positionsPerCommit }
}

/**
 * Where reading goes on: rows without a commit have ids above `rejectedAbove` (ascending is newest first), committed ones
 * below `committedBelow`. rejectedAbove is null where all of the former have been read.
 */
export function boundsOf(before: HistoryCursor | undefined): { rejectedAbove: number | null; committedBelow: number } {
  const all = { rejectedAbove: -Number.MAX_SAFE_INTEGER, committedBelow: Number.MAX_SAFE_INTEGER }
  if (before === undefined) return all
  if (before.commitIndex > maxCommitIndex) return { ...all, rejectedAbove: -before.position }
  const position = Math.min(before.position, positionsPerCommit)
  return { rejectedAbove: null, committedBelow: before.commitIndex * positionsPerCommit + position }
}
