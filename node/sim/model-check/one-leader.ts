/**
 * Every way in which one leader's vertices can be supported, certified and found by an anchor, and every honest view of it.
 *
 * The leader is that of round 1, honest or Byzantine; round 4 has an anchor, committed by rounds 5 and 6. For the decision
 * about round 1 a vertex of round 2 counts by what it supports, one of round 3 by what it certifies, and an anchor by what
 * those below it certify. So vertices of one author that do the same are interchangeable, and of each kind one is made:
 * which kinds there are is found by making a vertex with every valid set of parents. Honest validators that lead nothing
 * may change places. What is covered: docs/protocol.md, "Model check".
 */
import type { ProtocolRules } from '../../consensus/protocol-rules.ts'
import type { Vertex } from '../../consensus/vertex.ts'
import { bytesKey } from '../../core/bytes.ts'
import { type Counterexample, createVerdicts, historyOf, type VerdictCounts, type Verdicts } from './verdicts.ts'
import { byzantine, createWorld, honest, type World } from './world.ts'

export interface OneLeaderReport {
  /** Graphs of three rounds that differ in what counts. */
  graphs: number
  /** Anchors put on top of them. */
  anchors: number
  readonly counts: VerdictCounts
  counterexample: Counterexample | null
}

/** A vertex by what it does for the leader. */
interface Kind {
  readonly name: string
  readonly parents: readonly Vertex[]
}

interface Made {
  readonly kind: string
  readonly vertex: Vertex
}

const anchorRound = 4

/** @param maxTwins vertices the Byzantine validator makes a round at most */
export function exploreOneLeader(rules: ProtocolRules, maxTwins: number): OneLeaderReport {
  const report: OneLeaderReport = {
    graphs: 0,
    anchors: 0,
    counts: { views: 0, commits: 0, skips: 0, undecided: 0 },
    counterexample: null,
  }
  // What is most likely to go wrong comes first: a leader that lies as much as it can.
  for (const leader of [byzantine, honest[0] as number]) {
    // The anchor is the Byzantine's: it may name whatever an honest one may.
    const world = createWorld(
      rules,
      new Map([
        [1, leader],
        [anchorRound, byzantine],
      ]),
    )
    const fewest = leader === byzantine ? 0 : 1
    const most = leader === byzantine ? maxTwins : 1
    for (let twins = most; twins >= fewest; twins--) {
      if (!explore(world, leader, twins, maxTwins, report)) return report
    }
  }
  return report
}

function explore(world: World, leader: number, twins: number, maxTwins: number, report: OneLeaderReport): boolean {
  const first = [
    ...honest.map((author) => world.make(author, 1, [])),
    ...Array.from({ length: twins }, () => world.make(byzantine, 1, [])),
  ]
  const leaders = first.filter((vertex) => world.indexOf(vertex) === leader)
  // Which twin came first must not matter: each is the first once.
  const orders = leaders.map((_, turn) => [
    ...first.filter((vertex) => !leaders.includes(vertex)),
    ...leaders.slice(turn),
    ...leaders.slice(0, turn),
  ])
  if (orders.length === 0) orders.push(first)
  const peers = honest.filter((author) => author !== leader)
  const see = (verdicts: Verdicts, above: readonly Vertex[]): boolean => {
    for (const order of orders) {
      if (verdicts.add([...order, ...above])) continue
      report.counterexample = verdicts.counterexample
      return false
    }
    return true
  }

  for (const second of roundsOf(world, 2, first, first, leaders, maxTwins, isOrdered(peers, []))) {
    const verdicts = createVerdicts(world, report.counts)
    const above = second.map(({ vertex }) => vertex)
    for (const view of subsets(above)) if (!see(verdicts, view)) return false
    const base = [...first, ...above]
    for (const third of roundsOf(world, 3, above, base, leaders, maxTwins, isOrdered(peers, second))) {
      report.graphs += 1
      const fork = verdicts.fork()
      for (const view of viewsOf(above, third)) if (!see(fork, view)) return false
      const anchored = new Set<string>()
      const tops = third.map(({ vertex }) => vertex)
      for (const parents of world.parentChoices(byzantine, anchorRound, tops)) {
        const kinds = parents.map((parent) => third.find(({ vertex }) => vertex === parent)?.kind).sort()
        const key = kinds.join()
        if (anchored.has(key)) continue
        anchored.add(key)
        report.anchors += 1
        const stored = new Map([...above, ...tops].map((vertex) => [bytesKey(vertex.hash), vertex]))
        const crown = crowned(world, parents)
        // Of two crowns at most one can come to be, so each is held against the views below alone.
        const under = fork.fork()
        if (!see(under, [...historyOf(parents, stored), ...crown])) return false
        if (!see(under, [...above, ...tops, ...crown])) return false
      }
    }
  }
  return true
}

/** The anchor, and two rounds that commit it and bring in as little else as they can. */
function crowned(world: World, parents: readonly Vertex[]): Vertex[] {
  const authors = parents.map((parent) => world.indexOf(parent)).filter((author) => author !== byzantine)
  const crown: Vertex[] = []
  let before = parents
  for (let round = anchorRound; round <= anchorRound + 2; round++) {
    const below = before
    before = [byzantine, ...authors.slice(0, 2)].map((author) => world.make(author, round, below))
    crown.push(...before)
  }
  return crown
}

/** All rounds on top of `before`, by kind of vertex. @param isFirst whether no other, with honest validators changed, stands for it */
function* roundsOf(
  world: World,
  round: number,
  before: readonly Vertex[],
  base: readonly Vertex[],
  leaders: readonly Vertex[],
  maxTwins: number,
  isFirst: (kinds: readonly string[]) => boolean,
): Generator<readonly Made[]> {
  const made = (author: number, kind: Kind): Made => ({
    kind: kind.name,
    vertex: world.make(author, round, kind.parents),
  })
  const kinds = [...honest, byzantine].map((author) => kindsOf(world, author, round, before, base, leaders))
  const lies = multisets(kinds[byzantine] as Kind[], maxTwins)
  for (const truth of product(honest.map((author) => kinds[author] as Kind[]))) {
    if (!isFirst(truth.map(({ name }) => name))) continue
    const told = truth.map((kind, author) => made(author, kind))
    for (const lie of lies) yield [...told, ...lie.map((kind) => made(byzantine, kind))]
  }
}

/** What a vertex of the author can do for the leader, with one set of parents each. */
function kindsOf(
  world: World,
  author: number,
  round: number,
  before: readonly Vertex[],
  base: readonly Vertex[],
  leaders: readonly Vertex[],
): Kind[] {
  const kinds = new Map<string, Kind>()
  for (const parents of world.parentChoices(author, round, before)) {
    const dag = world.graph([...base, world.make(author, round, parents)])
    const does = leaders.map((leader) => {
      const entry = dag.byKey(bytesKey(leader.hash))
      return `${Number(round === 2 ? entry?.support.has(author) : entry?.certificates.has(author))}`
    })
    const name = does.join('')
    if (!kinds.has(name)) kinds.set(name, { name, parents })
  }
  // Those that say most about the leader come first.
  return [...kinds.values()].reverse()
}

/** Of the graphs that differ by honest validators that changed places, the one whose kinds ascend. */
function isOrdered(peers: readonly number[], below: readonly Made[]): (kinds: readonly string[]) => boolean {
  return (kinds) =>
    peers.every((author, index) => {
      const next = peers[index + 1]
      if (next === undefined || below[author]?.kind !== below[next]?.kind) return true
      return (kinds[author] as string) <= (kinds[next] as string)
    })
}

/** Closed views that reach the third round: some of its vertices, all they name, and any others of the second. */
function* viewsOf(second: readonly Vertex[], third: readonly Made[]): Generator<readonly Vertex[]> {
  for (const tops of subsets(third.map(({ vertex }) => vertex))) {
    const named = new Set(tops.flatMap(({ parents }) => parents.map(({ hash }) => bytesKey(hash))))
    const needed = second.filter(({ hash }) => named.has(bytesKey(hash)))
    const rest = second.filter(({ hash }) => !named.has(bytesKey(hash)))
    for (const more of [[], ...subsets(rest)]) yield [...needed, ...more, ...tops]
  }
}

/** All but the empty one. */
function* subsets<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let set = 1; set < 1 << items.length; set++) yield items.filter((_, index) => (set >> index) & 1)
}

function product<T>(lists: readonly (readonly T[])[]): T[][] {
  let rows: T[][] = [[]]
  for (const list of lists) rows = rows.flatMap((row) => list.map((item) => [...row, item]))
  return rows
}

/** Up to `size` of them, with repetition, without regard to order. */
function multisets<T>(items: readonly T[], size: number): T[][] {
  const found: T[][] = [[]]
  let last: { readonly taken: T[]; readonly from: number }[] = [{ taken: [], from: 0 }]
  for (let count = 1; count <= size; count++) {
    last = last.flatMap(({ taken, from }) =>
      items.slice(from).map((item, index) => ({ taken: [...taken, item], from: from + index })),
    )
    found.push(...last.map(({ taken }) => taken))
  }
  return found
}
