/**
 * Drawn graphs of several rounds, beyond what can be gone through one by one: every round has its leader, honest validators
 * name what they happen to have, older vertices included, miss rounds, and the Byzantine one shows several faces. Views are
 * drawn too. Leaders come from the real draw.
 */
import type { ProtocolRules } from '../../consensus/protocol-rules.ts'
import type { Vertex } from '../../consensus/vertex.ts'
import { checkVertexForm } from '../../consensus/vertex-form.ts'
import { bytesKey } from '../../core/bytes.ts'
import { type Rng, randomBelow, randomUint32 } from '../../core/rng.ts'
import { type Counterexample, createVerdicts, historyOf, type VerdictCounts } from './verdicts.ts'
import { byzantine, createWorld, honest, type World } from './world.ts'

export interface ManyLeadersReport {
  graphs: number
  readonly counts: VerdictCounts
  counterexample: Counterexample | null
}

/** Weights of A, B, C, X: below a third for X each, so that its word is never needed and never enough. */
const stakeChoices: readonly (readonly bigint[])[] = [
  [1n, 1n, 1n, 1n],
  [3n, 2n, 2n, 2n],
  [4n, 3n, 2n, 4n],
  [5n, 1n, 1n, 3n],
]

const viewsOfGraph = 12
const maxTwins = 3
/** How far below a vertex the older ones lie that it names. */
const reachRounds = 5

/** @param rounds of a graph; from 6 on an anchor can decide */
export function exploreManyLeaders(
  rules: ProtocolRules,
  { rounds, graphs, rng }: { rounds: number; graphs: number; rng: Rng },
): ManyLeadersReport {
  const report: ManyLeadersReport = {
    graphs: 0,
    counts: { views: 0, commits: 0, skips: 0, undecided: 0 },
    counterexample: null,
  }
  while (report.graphs < graphs) {
    const stakes = stakeChoices[randomBelow(rng, stakeChoices.length)] as readonly bigint[]
    const world = createWorld(rules, new Map(), { stakes, firstSeed: randomUint32(rng) })
    const all = drawGraph(world, rounds, rng)
    const stored = new Map(all.map((vertex) => [bytesKey(vertex.hash), vertex]))
    report.graphs += 1
    const verdicts = createVerdicts(world, report.counts)
    for (let view = 0; view < viewsOfGraph; view++) {
      const tips = view === 0 ? all : all.filter(({ round }) => round > rounds / 3 && randomBelow(rng, 8) === 0)
      if (tips.length === 0) continue
      if (verdicts.add(shuffled(historyOf(tips, stored), rng))) continue
      report.counterexample = verdicts.counterexample
      return report
    }
  }
  return report
}

function drawGraph(world: World, rounds: number, rng: Rng): Vertex[] {
  const all: Vertex[] = []
  /** One in how many: how often this graph's validators leave out a vertex they could name. */
  const omits = 2 + randomBelow(rng, 6)
  const latest: Vertex[] = []
  for (let round = 1; round <= rounds; round++) {
    const before = all.filter((vertex) => vertex.round === round - 1)
    const older = all.filter((vertex) => vertex.round < round - 1 && vertex.round >= round - reachRounds)
    const made: Vertex[] = []
    for (const author of honest) {
      if (round > 1 && randomBelow(rng, 20) === 0) continue
      const vertex = drawVertex(world, author, round, before, older, latest[author], omits, rng)
      if (vertex === undefined) continue
      made.push(vertex)
      latest[author] = vertex
    }
    const faces = randomBelow(rng, maxTwins + 1)
    for (let face = 0; face < faces; face++) {
      const own = shuffled([...before, ...older], rng).find((vertex) => world.indexOf(vertex) === byzantine)
      const vertex = drawVertex(world, byzantine, round, before, older, own, omits, rng)
      if (vertex !== undefined) made.push(vertex)
    }
    all.push(...made)
    if (made.length === 0) break
  }
  return all
}

/** Undefined where its round before has no quorum. */
function drawVertex(
  world: World,
  author: number,
  round: number,
  before: readonly Vertex[],
  older: readonly Vertex[],
  own: Vertex | undefined,
  omits: number,
  rng: Rng,
): Vertex | undefined {
  if (round === 1) return world.make(author, round, [])
  const chosen = new Map<string, Vertex>()
  const place = (vertex: Vertex): string => `${vertex.round} ${world.indexOf(vertex)}`
  const take = (vertex: Vertex): void => {
    const twins = world.rules.allowsTwinParents && randomBelow(rng, 2) === 0 ? bytesKey(vertex.hash) : ''
    if (world.indexOf(vertex) !== author && !chosen.has(place(vertex))) chosen.set(place(vertex) + twins, vertex)
  }
  if (own !== undefined && round - own.round <= reachRounds) chosen.set(place(own), own)
  const candidates = shuffled(before, rng)
  const left: Vertex[] = []
  for (const vertex of candidates) {
    if (randomBelow(rng, omits) === 0) left.push(vertex)
    else take(vertex)
  }
  for (const vertex of shuffled(older, rng)) if (randomBelow(rng, 3 * omits) === 0) take(vertex)
  for (;;) {
    const vertex = world.make(author, round, [...new Set(chosen.values())])
    if (vertex.parents.length > 0 && checkVertexForm(vertex, world.frame).ok) return vertex
    const next = left.pop()
    if (next === undefined) return undefined
    take(next)
  }
}

/** In another order; vertices stay behind their parents. */
function shuffled(vertices: readonly Vertex[], rng: Rng): Vertex[] {
  return vertices
    .map((vertex) => ({ vertex, draw: randomUint32(rng) }))
    .sort((a, b) => a.vertex.round - b.vertex.round || a.draw - b.draw)
    .map(({ vertex }) => vertex)
}
