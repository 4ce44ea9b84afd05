/**
 * What a validator's next vertex names: every stored vertex above the horizon that its history does not hold yet.
 * Source: docs/protocol.md, "Vertex DAG" (conduct).
 */
import { type Dag, type DagVertex, hashKey } from './dag.ts'
import { consensusLimits } from './limits.ts'

export interface OwnHistory {
  /** A vertex was stored. */
  add(entry: DagVertex): void
  /** An own vertex was stored: with its parents, everything below them is history. Returns what is new to it, itself included. */
  absorb(own: DagVertex): readonly DagVertex[]
  /**
   * Parents for an own vertex of this round.
   *
   * @param before what is named of the round before
   * @param mayName whether an older vertex may be named directly
   * @param own latest own vertex; named wherever it lies within reach
   */
  parents(
    round: number,
    before: readonly DagVertex[],
    own: DagVertex | undefined,
    mayName: (entry: DagVertex) => boolean,
    lowestRound: number,
  ): DagVertex[]
  forgetBelow(round: number): void
}

export function createOwnHistory(dag: Dag): OwnHistory {
  /** Stored and in no own vertex's history; in the order they came. */
  const unnamed = new Map<string, DagVertex>()

  /** Takes the vertex and everything below it out of `from`. */
  const takeOut = (start: DagVertex, from: Map<string, DagVertex>): DagVertex[] => {
    const taken = [start]
    const open = [start]
    for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
      from.delete(entry.key)
      if (entry.round <= 1) continue
      for (const parent of entry.vertex.parents) {
        const below = from.get(hashKey(parent.hash))
        if (below === undefined) continue
        from.delete(below.key)
        taken.push(below)
        open.push(below)
      }
    }
    return taken
  }

  return {
    add: (entry) => void unnamed.set(entry.key, entry),
    absorb: (own) => takeOut(own, unnamed),
    parents(round, before, own, mayName, lowestRound) {
      const rest = new Map(unnamed)
      const reachable = round - consensusLimits.horizonRounds
      const isOwnReachable = own !== undefined && own.round >= Math.max(1, reachable)
      if (own !== undefined && !isOwnReachable) {
        // The history begins anew: nothing below the last own vertex counts as named any more.
        for (let at = Math.max(1, lowestRound); at < round; at++)
          for (const entry of dag.at(at)) rest.set(entry.key, entry)
      }
      const chosen = [...before]
      for (const entry of before) takeOut(entry, rest)
      if (own !== undefined && isOwnReachable && !before.includes(own)) {
        chosen.push(own)
        takeOut(own, rest)
      }
      const taken = new Set(chosen.map((entry) => `${entry.round} ${entry.author}`))
      const candidates = [...rest.values()]
        .filter(
          (entry) => entry.round < round - 1 && entry.round >= Math.max(1, reachable, lowestRound) && mayName(entry),
        )
        .sort((a, b) => b.round - a.round)
      for (const entry of candidates) {
        const place = `${entry.round} ${entry.author}`
        if (!rest.has(entry.key) || taken.has(place) || entry.author === own?.author) continue
        taken.add(place)
        chosen.push(entry)
        takeOut(entry, rest)
      }
      return chosen
    },
    forgetBelow(round) {
      for (const [key, entry] of unnamed) if (entry.round < round) unnamed.delete(key)
    },
  }
}
