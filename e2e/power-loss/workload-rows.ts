/** What the workload writes in each round: rows that follow from the round's number alone. */

import type { AdmissionRow, CheckpointBatch, CommitBatch, JournalRow } from '../../node/storage/index.ts'
import {
  accountOf,
  admissionOf,
  bytesOf,
  checkpointOf,
  commitOf,
  finalOf,
  vertexOf,
} from '../../node/storage/test-support/rows.ts'

/** Half of them end in the next round's commit, half stay. */
const admissionsPerRound = 6

function numbersOfRound(round: number): number[] {
  return Array.from({ length: admissionsPerRound }, (_, index) => round * admissionsPerRound + index)
}

/** `nonce` is the number of the admission. */
export function admissionsOfRound(round: number): AdmissionRow[] {
  return numbersOfRound(round).map((number) => admissionOf(number, { bytes: bytesOf('bytes', number, 3_500) }))
}

export function vertexOfRound(round: number): JournalRow {
  return vertexOf(round, { bytes: bytesOf('vertex bytes', round, 20_000) })
}

export function commitOfRound(round: number): CommitBatch {
  const ended = round === 0 ? [] : numbersOfRound(round - 1).filter((number) => number % 2 === 0)
  return {
    commit: commitOf(round, { transactions: ended.length }),
    progress: [],
    finals: ended.map((number, position) => finalOf(number, { commitIndex: round, position })),
    balances: balancesOfRound(round),
  }
}

/** Two accounts change in each round, one of them in every round. */
function balancesOfRound(round: number): CommitBatch['balances'] {
  return [0, 1 + (round % 5)].map((number) => ({ account: accountOf(number), balanceMicroRuv: BigInt(round) }))
}

export function metaOfRound(round: number): Uint8Array {
  return bytesOf('meta', round)
}

export function checkpointOfRound(round: number): CheckpointBatch {
  const state = Array.from({ length: 20 }, (_, index) => ({
    key: bytesOf('key', (round * 7 + index) % 50),
    value: bytesOf('value', round),
  }))
  return { checkpoint: checkpointOf(round), state, pruneEmptyVertices: null }
}
