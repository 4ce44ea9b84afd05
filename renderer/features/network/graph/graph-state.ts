/** The vertex graph as it is shown: a snapshot of the node, and what its events change of it. Values; bounded. */
import type {
  GraphCommit,
  GraphRound,
  GraphVertex,
  NetworkGraph,
  NodeEventMessage,
  VertexChange,
} from '../../../../node/api/contract/index.ts'
import { graphLimits as limits } from './limits.ts'

export interface GraphState {
  readonly epoch: number
  /** How many of them there are, and what all their stake is. */
  readonly validators: number
  readonly totalStake: bigint
  readonly vertices: ReadonlyMap<string, GraphVertex>
  /** Of each round that is there, its vertices by author. */
  readonly byRound: ReadonlyMap<number, readonly GraphVertex[]>
  readonly outcomes: ReadonlyMap<number, GraphRound['outcome']>
  /** 0 where there is nothing. */
  readonly lowestRound: number
  readonly highestRound: number
}

export const emptyGraph: GraphState = {
  epoch: 0,
  validators: 0,
  totalStake: 0n,
  vertices: new Map(),
  byRound: new Map(),
  outcomes: new Map(),
  lowestRound: 0,
  highestRound: 0,
}

export function graphOf(graph: NetworkGraph): GraphState {
  const { epoch, validators, totalStake, vertices, rounds } = graph
  return settle(
    { ...emptyGraph, epoch, validators, totalStake: BigInt(totalStake) },
    new Map(vertices.map((vertex) => [vertex.hash, vertex])),
    new Map(rounds.map(({ round, outcome }) => [round, outcome])),
  )
}

/**
 * After these events, in order. `isStale`: they do not tell all that happened, or are of another epoch; a new snapshot does.
 */
export function graphAfter(
  state: GraphState,
  events: readonly NodeEventMessage[],
): { readonly state: GraphState; readonly isStale: boolean } {
  const vertices = new Map(state.vertices)
  const outcomes = new Map(state.outcomes)
  let isStale = false
  let isChanged = false
  for (const event of events) {
    if (event.type !== 'network.vertex' && event.type !== 'network.vertex.state' && event.type !== 'network.commit')
      continue
    const { epoch, left } = event.data
    // What comes late of an epoch that is over is of no rounds that are here.
    if (epoch < state.epoch) continue
    if (epoch > state.epoch || left > 0) isStale = true
    if (epoch > state.epoch) continue
    isChanged = true
    if (event.type === 'network.vertex') addVertices(vertices, event.data.vertices)
    else if (event.type === 'network.vertex.state') changeVertices(vertices, event.data.changes)
    else addCommits(outcomes, event.data.commits)
  }
  return { state: isChanged ? settle(state, vertices, outcomes) : state, isStale }
}

/** A snapshot may be ahead of the events that come after it: what is there is not taken back. */
function addVertices(vertices: Map<string, GraphVertex>, added: readonly GraphVertex[]): void {
  for (const vertex of added) {
    const known = vertices.get(vertex.hash)
    if (known === undefined || rank[vertex.state] > rank[known.state]) vertices.set(vertex.hash, vertex)
  }
}

function changeVertices(vertices: Map<string, GraphVertex>, changes: readonly VertexChange[]): void {
  for (const change of changes) {
    const known = vertices.get(change.hash)
    if (known === undefined || rank[change.state] < rank[known.state]) continue
    vertices.set(change.hash, { ...known, ...change })
  }
}

function addCommits(outcomes: Map<number, GraphRound['outcome']>, commits: readonly GraphCommit[]): void {
  for (const { leaderRound, skipped } of commits) {
    outcomes.set(leaderRound, 'committed')
    for (const round of skipped) outcomes.set(round, 'skipped')
  }
}

const rank: Readonly<Record<GraphVertex['state'], number>> = {
  stored: 0,
  voting: 1,
  confirming: 2,
  confirmed: 3,
  skipped: 4,
  committed: 5,
}

/** With what is too old gone, and by rounds. */
function settle(
  state: GraphState,
  vertices: ReadonlyMap<string, GraphVertex>,
  outcomes: ReadonlyMap<number, GraphRound['outcome']>,
): GraphState {
  const byRound = new Map<number, GraphVertex[]>()
  for (const vertex of vertices.values()) {
    const at = byRound.get(vertex.round)
    if (at === undefined) byRound.set(vertex.round, [vertex])
    else at.push(vertex)
  }
  const rounds = [...byRound.keys()].sort((a, b) => b - a)
  const kept = new Map<string, GraphVertex>()
  const keptRounds = new Map<number, readonly GraphVertex[]>()
  for (const round of rounds.slice(0, limits.maxRounds)) {
    const at = (byRound.get(round) ?? []).sort((a, b) => a.author - b.author || (a.hash < b.hash ? -1 : 1))
    if (keptRounds.size > 0 && kept.size + at.length > limits.maxVertices) break
    keptRounds.set(round, at)
    for (const vertex of at) kept.set(vertex.hash, vertex)
  }
  const highestRound = rounds[0] ?? 0
  const lowestRound = highestRound === 0 ? 0 : Math.min(...keptRounds.keys())
  return {
    ...state,
    vertices: kept,
    byRound: keptRounds,
    outcomes: new Map([...outcomes].filter(([round]) => round >= lowestRound)),
    lowestRound,
    highestRound,
  }
}

/** Those that name it, of the rounds that are there. */
export function childrenOf({ byRound }: GraphState, { hash, round }: GraphVertex): readonly GraphVertex[] {
  const children: GraphVertex[] = []
  for (const [at, vertices] of byRound) {
    if (at > round) children.push(...vertices.filter(({ parents }) => parents.includes(hash)))
  }
  return children
}
