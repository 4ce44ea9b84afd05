import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../../../node/api/contract/index.ts'
import { checkpointPageSize, mergeCheckpoints, nextCheckpoints } from './checkpoints.ts'

const checkpoint = (seq: number) => ({ seq }) as Checkpoint
const seqs = (list: readonly Checkpoint[]) => list.map(({ seq }) => seq)

describe('nextCheckpoints', () => {
  it('begins at the latest, and goes on below the lowest', () => {
    expect(nextCheckpoints(undefined, 20)).toEqual([20, 19, 18, 17, 16, 15, 14, 13])
    expect(nextCheckpoints(13, 20)[0]).toBe(12)
    expect(nextCheckpoints(13, 20)).toHaveLength(checkpointPageSize)
  })

  it('ends at the first', () => {
    expect(nextCheckpoints(3, 20)).toEqual([2, 1])
    expect(nextCheckpoints(1, 20)).toEqual([])
    expect(nextCheckpoints(undefined, undefined)).toEqual([])
  })
})

describe('mergeCheckpoints', () => {
  it('has each once, newest first', () => {
    expect(
      seqs(mergeCheckpoints([checkpoint(5), checkpoint(4)], [checkpoint(6), checkpoint(5), checkpoint(1)])),
    ).toEqual([6, 5, 4, 1])
  })
})
