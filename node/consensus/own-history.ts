/**
 * What a validator's next vertex names: every stored vertex above the horizon that its history does not hold yet.
 * Source: docs/protocol.md, "Vertex DAG" (conduct).
 */
import type { Dag, DagVertex } from './dag.ts'
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

/** Vertices in the order they came, with a mark for each author and round, so that most parents need no look. */
interface Unnamed {
  readonly entries: Set<DagVertex>
  /** By round, how many of each author. */
  readonly counts: Map<number, Uint8Array>
}

export function createOwnHistory(dag: Dag): OwnHistory {
  const size = dag.committee.weights.length
  /** Stored and in no own vertex's history. */
  const unnamed: Unnamed = { entries: new Set(), counts: new Map() }

  const put = ({ entries, counts }: Unnamed, entry: DagVertex): void => {
    if (entries.has(entry)) return
    entries.add(entry)
    let ofRound = counts.get(entry.round)
    if (ofRound === undefined) {
      ofRound = new Uint8Array(size)
      counts.set(entry.round, ofRound)
    }
    // Twins beyond what a byte counts are looked for all the same.
    if ((ofRound[entry.author] as number) < maxCounted) ofRound[entry.author] = (ofRound[entry.author] as number) + 1
  }

  const take = ({ entries, counts }: Unnamed, entry: DagVertex): boolean => {
    if (!entries.delete(entry)) return false
    const ofRound = counts.get(entry.round)
    const count = ofRound?.[entry.author] ?? 0
    if (ofRound !== undefined && count < maxCounted) ofRound[entry.author] = count - 1
    return true
  }

  /** Takes the vertex and everything below it out of `from`. */
  const takeOut = (start: DagVertex, from: Unnamed): DagVertex[] => {
    const taken = [start]
    const open = [start]
    for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
      take(from, entry)
      const { places, vertex, round } = entry
      const { authors, before } = places
      let at = round - 1
      let counts = from.counts.get(at)
      for (let i = 0; i < authors.length; i++) {
        if (i >= before && vertex.parents[i]?.round !== at) {
          at = vertex.parents[i]?.round ?? 0
          counts = from.counts.get(at)
        }
        if (counts === undefined || counts[authors[i] as number] === 0) continue
        const below = dag.parentAt(entry, i)
        if (below === undefined || !take(from, below)) continue
        taken.push(below)
        open.push(below)
      }
    }
    return taken
  }

  return {
    add: (entry) => put(unnamed, entry),
    absorb: (own) => takeOut(own, unnamed),
    parents(round, before, own, mayName, lowestRound) {
      const rest: Unnamed = {
        entries: new Set(unnamed.entries),
        counts: new Map([...unnamed.counts].map(([at, counts]) => [at, counts.slice()])),
      }
      const reachable = round - consensusLimits.horizonRounds
      const isOwnReachable = own !== undefined && own.round >= Math.max(1, reachable)
      if (own !== undefined && !isOwnReachable) {
        // The history begins anew: nothing below the last own vertex counts as named any more.
        for (let at = Math.max(1, lowestRound); at < round; at++) for (const entry of dag.at(at)) put(rest, entry)
      }
      const chosen = [...before]
      for (const entry of before) takeOut(entry, rest)
      if (own !== undefined && isOwnReachable && !before.includes(own)) {
        chosen.push(own)
        takeOut(own, rest)
      }
      const taken = new Set(chosen.map((entry) => `${entry.round} ${entry.author}`))
      const candidates = [...rest.entries]
        .filter(
          (entry) => entry.round < round - 1 && entry.round >= Math.max(1, reachable, lowestRound) && mayName(entry),
        )
        .sort((a, b) => b.round - a.round)
      for (const entry of candidates) {
        const place = `${entry.round} ${entry.author}`
        if (!rest.entries.has(entry) || taken.has(place) || entry.author === own?.author) continue
        taken.add(place)
        chosen.push(entry)
        takeOut(entry, rest)
      }
      return chosen
    },
    forgetBelow(round) {
      for (const entry of unnamed.entries) if (entry.round < round) unnamed.entries.delete(entry)
      for (const at of unnamed.counts.keys()) if (at < round) unnamed.counts.delete(at)
    },
  }
}

/** Of one author and round. */
const maxCounted = 255
