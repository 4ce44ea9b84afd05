/** What views of one graph decided, and the first two of them that contradict each other. */
import { decideLeaders, linearise } from '../../consensus/commit-rule.ts'
import type { DagVertex } from '../../consensus/dag.ts'
import { consensusLimits } from '../../consensus/limits.ts'
import type { Vertex } from '../../consensus/vertex.ts'
import { bytesKey } from '../../core/bytes.ts'
import type { World } from './world.ts'

/** What an honest node has stored, in the order it came. */
export type View = readonly Vertex[]

/** Two honest views that order differently. */
export interface Counterexample {
  readonly round: number
  /** Every vertex of either view: `B2 <- A1 B1 X1'`. */
  readonly vertices: readonly string[]
  readonly leaders: readonly string[]
  readonly views: readonly { readonly has: readonly string[]; readonly decides: string }[]
}

export interface Verdicts {
  /** Takes in what a view decides. False once two views contradict each other. */
  add(view: View): boolean
  /** Verdicts that begin with what was taken in here, for views of larger graphs. */
  fork(): Verdicts
  readonly counterexample: Counterexample | null
  /** Views with each outcome of the first round, and all of them. */
  readonly counts: VerdictCounts
}

export interface VerdictCounts {
  views: number
  commits: number
  skips: number
  undecided: number
}

interface Decided {
  readonly outcome: string
  /** What the commit orders, in order; empty for a skip. */
  readonly order: string
  readonly view: View
}

/** @param counts goes on counting where another graph's verdicts stopped */
export function createVerdicts(world: World, counts: VerdictCounts, inherited: readonly Decided[] = []): Verdicts {
  const decided: (Decided | undefined)[] = [...inherited]
  let counterexample: Counterexample | null = null
  return {
    counts,
    get counterexample() {
      return counterexample
    },
    add(view) {
      const dag = world.graph(view)
      const decisions = decideLeaders(dag, 1)
      counts.views += 1
      const first = decisions[0]
      if (first === undefined) counts.undecided += 1
      else if (first.kind === 'commit') counts.commits += 1
      else counts.skips += 1
      const committed = new Set<DagVertex>()
      let previousRound = 0
      for (const [index, decision] of decisions.entries()) {
        let order = ''
        let outcome = 'skip'
        if (decision.kind === 'commit') {
          const lowest = Math.max(1, previousRound - consensusLimits.horizonRounds)
          const entries = linearise(dag, decision.vertex, (entry) => committed.has(entry), lowest)
          for (const entry of entries) committed.add(entry)
          previousRound = decision.vertex.round
          order = entries.map(({ key }) => key).join('')
          outcome = decision.vertex.key
        }
        const before = decided[index]
        if (before === undefined) decided[index] = { outcome, order, view }
        else if (before.outcome !== outcome || before.order !== order) {
          counterexample ??= tell(world, index + 1, [before, { outcome, order, view }])
          return false
        }
      }
      return true
    },
    fork: () => createVerdicts(world, counts, decided as Decided[]),
  }
}

function tell(world: World, round: number, decided: readonly Decided[]): Counterexample {
  const all = [...new Set(decided.flatMap(({ view }) => view))].sort(
    (a, b) => a.round - b.round || world.indexOf(a) - world.indexOf(b),
  )
  const names = new Map<string, string>()
  const used = new Map<string, number>()
  for (const vertex of all) {
    const name = `${'ABCX'[world.indexOf(vertex)]}${vertex.round}`
    const twins = used.get(name) ?? 0
    used.set(name, twins + 1)
    names.set(bytesKey(vertex.hash), name + "'".repeat(twins))
  }
  const nameOf = (hash: Uint8Array): string => names.get(bytesKey(hash)) ?? '?'
  const highest = Math.max(...all.map((vertex) => vertex.round))
  const dag = world.graph([])
  return {
    round,
    vertices: all.map(({ round: at, hash, parents }) =>
      at === 1
        ? nameOf(hash)
        : `${nameOf(hash)} <- ${parents
            .map((parent) => nameOf(parent.hash))
            .reverse()
            .join(' ')}`,
    ),
    leaders: Array.from({ length: highest }, (_, index) => 'ABCX'[dag.leader(index + 1)] as string),
    views: decided.map(({ view, outcome }) => ({
      has: view.map(({ hash }) => nameOf(hash)),
      decides: outcome === 'skip' ? `skip round ${round}` : `commit ${names.get(outcome)}`,
    })),
  }
}

/** The vertex and all below it, out of these; parents first. */
export function historyOf(starts: readonly Vertex[], all: ReadonlyMap<string, Vertex>): Vertex[] {
  const found = new Map<string, Vertex>(starts.map((vertex) => [bytesKey(vertex.hash), vertex]))
  for (const vertex of found.values()) {
    for (const parent of vertex.parents) {
      const key = bytesKey(parent.hash)
      const stored = all.get(key)
      if (stored !== undefined) found.set(key, stored)
    }
  }
  return [...found.values()].sort((a, b) => a.round - b.round)
}
