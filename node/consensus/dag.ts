/** Stored vertices, by round and by hash, down to the horizon. */
import { bytesKey } from '../core/bytes.ts'
import type { Dag } from './commit-rule.ts'
import type { Vertex } from './vertex.ts'

export interface MutableDag extends Dag {
  add(vertex: Vertex): void
  forgetBelow(round: number): void
}

export function createDag(): MutableDag {
  const byRound = new Map<number, Vertex[]>()
  const byHash = new Map<string, Vertex>()
  return {
    add(vertex) {
      const key = bytesKey(vertex.hash)
      if (byHash.has(key)) return
      byHash.set(key, vertex)
      const round = byRound.get(vertex.round)
      if (round === undefined) byRound.set(vertex.round, [vertex])
      else round.push(vertex)
    },
    at: (round) => byRound.get(round) ?? [],
    byHash: (hash) => byHash.get(bytesKey(hash)),
    forgetBelow(lowestRound) {
      for (const [round, vertices] of byRound) {
        if (round >= lowestRound) continue
        for (const vertex of vertices) byHash.delete(bytesKey(vertex.hash))
        byRound.delete(round)
      }
    },
  }
}
