/** All vertices that were sent by anybody: what an adversary with full knowledge of the network sees, and what traces count. */
import { hashKey } from '../consensus/dag.ts'
import type { Vertex } from '../consensus/vertex.ts'

export interface WorldGraph {
  add(vertex: Vertex): void
  byKey(key: string): Vertex | undefined
  /** Of the newest epoch seen. */
  at(round: number): readonly Vertex[]
  readonly epoch: number
  readonly highestRound: number
}

/** Rounds below the highest that stay known: more than anybody may still name. */
const keptRounds = 200

export function createWorldGraph(): WorldGraph {
  let byRound = new Map<number, Vertex[]>()
  let byHash = new Map<string, Vertex>()
  let epoch = 0
  let highestRound = 0
  let floor = 1
  return {
    add(vertex) {
      if (vertex.epoch < epoch || vertex.round < floor) return
      if (vertex.epoch > epoch) {
        byRound = new Map()
        byHash = new Map()
        epoch = vertex.epoch
        highestRound = 0
        floor = 1
      }
      const key = hashKey(vertex.hash)
      if (byHash.has(key)) return
      byHash.set(key, vertex)
      const inRound = byRound.get(vertex.round)
      if (inRound === undefined) byRound.set(vertex.round, [vertex])
      else inRound.push(vertex)
      highestRound = Math.max(highestRound, vertex.round)
      for (; floor < highestRound - keptRounds; floor++) {
        for (const old of byRound.get(floor) ?? []) byHash.delete(hashKey(old.hash))
        byRound.delete(floor)
      }
    },
    byKey: (key) => byHash.get(key),
    at: (round) => byRound.get(round) ?? [],
    get epoch() {
      return epoch
    },
    get highestRound() {
      return highestRound
    },
  }
}
