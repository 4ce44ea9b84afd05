import { describe, expect, it } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { commitTimeOf, decideDirectly, decideLeaders, linearise } from './commit-rule.ts'
import { leaderOf } from './committee.ts'
import { createDag, type Dag, type DagVertex, hashKey } from './dag.ts'
import { createScript, type Script } from './graph-test-support.ts'
import { consensusLimits } from './limits.ts'
import { soundRules } from './protocol-rules.ts'
import type { Vertex } from './vertex.ts'
import { checkVertexForm } from './vertex-form.ts'

const everybody = [0, 1, 2, 3]
const [A, B, C, D] = [0, 1, 2, 3] as const
/** Leaders of rounds 1 to 6. */
const script = createScript([1n, 1n, 1n, 1n], [A, B, C, D, A, B])
const { vertex, round } = script
const first = round(everybody, 1)
const withoutLeader = first.slice(1)

function dagOf(vertices: readonly Vertex[], { committee, frame }: Script = script) {
  const dag = createDag(committee, { rules: frame.rules })
  for (const made of vertices) {
    if (frame.rules === soundRules) expect(checkVertexForm(made, frame).ok).toBe(true)
    dag.add(made)
  }
  return dag
}
const keyOf = (made: Vertex | undefined): string => hashKey((made as Vertex).hash)
const told = (dag: Dag, from = 1) =>
  decideLeaders(dag, from).map((decision) =>
    decision.kind === 'commit'
      ? `${decision.isDirect ? 'direct' : 'by anchor'} ${decision.vertex.key === keyOf(first[A]) ? 'A1' : 'other'}`
      : `skip ${decision.isDirect ? 'direct' : 'by anchor'}`,
  )
/** Rounds of everybody that name all of the round before, up to the given one. */
function grow(last: number, below: readonly Vertex[]): Vertex[] {
  const all: Vertex[] = []
  let before = below
  for (let at = (below[0] as Vertex).round + 1; at <= last; at++) {
    before = round(everybody, at, before)
    all.push(...before)
  }
  return all
}

describe('direct decision', () => {
  it('commits a leader with certificates of a quorum, and not with one short of it', () => {
    const second = round(everybody, 2, first)
    const third = round(everybody, 3, second)
    const dag = dagOf([...first, ...second, ...third.slice(0, 2)])
    expect(decideDirectly(dag, 1).kind).toBe('undecided')
    dag.add(third[2] as Vertex)
    expect(decideDirectly(dag, 1)).toMatchObject({ kind: 'commit', isDirect: true })
    expect(told(dag)).toEqual(['direct A1'])
  })

  it('does not take support for a certificate', () => {
    const dag = dagOf([...first, ...round(everybody, 2, first)])
    expect(decideDirectly(dag, 1).kind).toBe('undecided')
  })

  it('skips a leader that a quorum does not name, and not one short of it', () => {
    const dag = dagOf([...first, ...round([B, C], 2, withoutLeader)])
    expect(decideDirectly(dag, 1).kind).toBe('undecided')
    dag.add(vertex(D, 2, withoutLeader))
    expect(decideDirectly(dag, 1)).toEqual({ kind: 'skip', isDirect: true })
  })

  it('skips a leader of whom nothing was seen', () => {
    const dag = dagOf([...withoutLeader, ...round([B, C, D], 2, withoutLeader)])
    expect(told(dag)).toEqual(['skip direct'])
  })

  it('takes one who names a twin neither for support nor for non-support', () => {
    const twin = vertex(A, 1, [], { salt: 1 })
    const dag = dagOf([...first, twin, ...round([A, B], 2, first), ...round([C, D], 2, [twin, ...withoutLeader])])
    expect(decideDirectly(dag, 1).kind).toBe('undecided')
    expect(dag.nonSupport(1)).toBe(0n)
  })

  it('commits the twin that has the certificates, whichever came first', () => {
    const twin = vertex(A, 1, [], { salt: 1 })
    const second = round([A, B, C], 2, [twin, ...withoutLeader])
    const third = round([A, B, C], 3, second)
    for (const order of [
      [...first, twin],
      [twin, ...first],
    ]) {
      const decision = decideDirectly(dagOf([...order, ...second, ...third]), 1)
      expect(decision.kind === 'commit' && decision.vertex.key).toBe(keyOf(twin))
    }
  })

  it('counts stake, not heads', () => {
    const heavy = createScript([10n, 1n, 1n, 1n], [B])
    const below = heavy.round(everybody, 1)
    const second = heavy.round(everybody, 2, below)
    const light = heavy.round([B, C, D], 3, second)
    const dag = dagOf([...below, ...second, ...light], heavy)
    expect(decideDirectly(dag, 1).kind).toBe('undecided')
    dag.add(heavy.vertex(A, 3, second))
    expect(decideDirectly(dag, 1).kind).toBe('commit')
    // The heavy one alone is a quorum: its not naming the leader skips it.
    const without = heavy.vertex(
      A,
      2,
      below.filter((_, author) => author !== B),
    )
    expect(decideDirectly(dagOf([...below, without], heavy), 1).kind).toBe('skip')
  })

  it('counts an equivocator once', () => {
    const second = round(everybody, 2, first)
    const dag = dagOf([...first, ...second, vertex(B, 3, second)])
    for (const salt of [0, 1, 2]) dag.add(vertex(D, 3, second, { salt }))
    expect(decideDirectly(dag, 1).kind).toBe('undecided')
  })
})

describe('decision by a later anchor', () => {
  /** A1 is supported by A, B and D; only A3 and B3 certify it, so that nothing is decided directly. */
  const split = () => {
    const second = [vertex(A, 2, first), vertex(B, 2, first), vertex(C, 2, withoutLeader), vertex(D, 2, first)]
    const third = [
      vertex(A, 3, second),
      vertex(B, 3, second),
      vertex(C, 3, [second[A], second[B], second[C]] as Vertex[]),
      vertex(D, 3, [second[B], second[C], second[D]] as Vertex[]),
    ]
    return { second, third, all: [...first, ...second, ...third] }
  }

  it('waits while the anchor is undecided', () => {
    const { third, all } = split()
    expect(told(dagOf(all))).toEqual([])
    // Round 4's leader D is supported and not certified yet.
    expect(told(dagOf([...all, ...grow(5, third)]))).toEqual([])
  })

  it('commits what is certified in the history of the first anchor three above', () => {
    const { third, all } = split()
    const decisions = told(dagOf([...all, ...grow(6, third)]))
    expect(decisions[0]).toBe('by anchor A1')
    // Rounds 2 to 4 follow directly; 5 and 6 are too young.
    expect(decisions).toEqual(['by anchor A1', 'direct other', 'direct other', 'direct other'])
  })

  it('skips what is not', () => {
    // Nobody certifies A1: two support it, two do not.
    const second = [...round([A, B], 2, first), ...round([C, D], 2, withoutLeader)]
    const third = round(everybody, 3, second)
    const decisions = told(dagOf([...first, ...second, ...third, ...grow(6, third)]))
    expect(decisions[0]).toBe('skip by anchor')
    expect(decisions).toHaveLength(4)
  })

  it('does not ask anchors nearer than three rounds', () => {
    const { third, all } = split()
    const dag = dagOf([...all, ...grow(5, third)])
    // Rounds 2 and 3 are decided, yet the first waits.
    expect([2, 3].map((at) => decideDirectly(dag, at).kind)).toEqual(['commit', 'commit'])
    expect(told(dag)).toEqual([])
    expect(told(dag, 2)).toEqual(['direct other', 'direct other'])
  })

  it('asks the next one where an anchor is skipped', () => {
    const { third, all } = split()
    const fourth = round(everybody, 4, third)
    const withoutD = fourth.slice(0, 3)
    const fifth = round([A, B, C], 5, withoutD)
    const dag = dagOf([...all, ...fourth, ...fifth])
    expect(decideDirectly(dag, 4)).toEqual({ kind: 'skip', isDirect: true })
    // Round 4 is skipped; round 5's leader decides when it is committed.
    expect(told(dag)).toEqual([])
    const rest: Vertex[] = []
    let before: readonly Vertex[] = fifth
    for (let at = 6; at <= 7; at++) {
      before = round([A, B, C], at, before)
      rest.push(...before)
    }
    for (const made of rest) dag.add(made)
    expect(told(dag).slice(0, 4)).toEqual(['by anchor A1', 'direct other', 'direct other', 'skip direct'])
  })

  it('goes by the history of the anchor, not by all that is stored', () => {
    // C3 is the only certificate of A1, and the anchor D4 does not have it below it.
    const second = [vertex(A, 2, first), vertex(B, 2, first), vertex(C, 2, first), vertex(D, 2, withoutLeader)]
    const [a2, b2, c2, d2] = second as [Vertex, Vertex, Vertex, Vertex]
    const third = [
      vertex(A, 3, [a2, b2, d2]),
      vertex(B, 3, [a2, b2, d2]),
      vertex(C, 3, [a2, b2, c2]),
      vertex(D, 3, [b2, c2, d2]),
    ]
    const [a3, b3, , d3] = third as [Vertex, Vertex, Vertex, Vertex]
    const fourth = round([A, B, D], 4, [a3, b3, d3])
    const below = [...first, ...second, ...third, ...fourth]
    const fifth = round([A, B, D], 5, fourth)
    const dag = dagOf([...below, ...fifth, ...round([A, B, D], 6, fifth)])
    expect(dag.by(1, A)[0]?.certificates.stakeMicroRuv).toBe(1n)
    expect(told(dag)[0]).toBe('skip by anchor')
  })
})

describe('linearisation', () => {
  const all: Vertex[] = [...first, ...grow(4, first)]

  it('orders by round, author and hash, down to the horizon and without what was ordered before', () => {
    const dag = dagOf(all)
    const [anchor] = dag.by(4, D) as [DagVertex]
    const [taken] = dag.by(2, B) as [DagVertex]
    const order = linearise(dag, anchor, (entry) => entry === taken, 2)
    expect(order.map((entry) => entry.round)).toEqual([2, 2, 2, 3, 3, 3, 3, 4])
    expect(order).not.toContain(taken)
    const authors = order.slice(3, 7).map((entry) => toHex(entry.vertex.author))
    expect(authors).toEqual([...authors].sort())
  })

  it('orders twins by hash, also those that older parents bring in', () => {
    const twin = vertex(D, 1, [], { salt: 1 })
    const second = [vertex(A, 2, first), vertex(B, 2, [...first.slice(0, 3), twin]), vertex(C, 2, first)]
    const dag = dagOf([...first, twin, ...second, vertex(A, 3, second)])
    const twins = linearise(dag, dag.at(3)[0] as DagVertex, () => false, 1)
      .filter((entry) => entry.round === 1 && entry.author === D)
      .map(({ vertex: { hash } }) => toHex(hash))
    expect(twins).toEqual([first[D] as Vertex, twin].map(({ hash }) => toHex(hash)).sort())
  })

  it('leaves out what the anchor does not have below it', () => {
    const extra = vertex(D, 2, first, { salt: 1 })
    const dag = dagOf([...all, extra])
    const order = linearise(dag, dag.by(4, D)[0] as DagVertex, () => false, 1)
    expect(order.map(({ key }) => key)).not.toContain(keyOf(extra))
    expect(order).toHaveLength(13)
  })
})

/**
 * Seven validators; A to F leave out a vertex each round so that four of them certify each leader, and G's certificate is the
 * fifth. Nobody names G's. Who has G's vertices commits each leader as it goes; who has not finds out about 62 at once.
 */
describe('62 late leaders', () => {
  const others = [0, 1, 2, 3, 4, 5]
  const G = 6
  const lateRounds = consensusLimits.horizonRounds + 2
  const lastRound = lateRounds + 5
  const seven = createScript([1n, 1n, 1n, 1n, 1n, 1n, 1n], [A])
  const leaders = (at: number): number => leaderOf(seven.committee, at)

  const build = () => {
    const shared: Vertex[] = []
    const held: Vertex[] = []
    let before = seven.round(others, 1)
    let heldBefore = seven.vertex(G, 1)
    shared.push(...before)
    held.push(heldBefore)
    /** Who did not support the leader two rounds below. */
    let against = -1
    for (let at = 2; at <= lastRound; at++) {
      const leader = leaders(at - 1)
      const isLate = at <= lateRounds + 1
      // Names the leader below not; to be no certificate of the one two below, that leader must have supported it.
      const opponent = others.find((author) => ![leader, leaders(at), against].includes(author)) as number
      const spoiler = others.find((author) => ![leader, opponent].includes(author)) as number
      const spoiled = (by: number): number => others.find((author) => ![leader, against, by].includes(author)) as number
      const omitted = (author: number): number => {
        if (!isLate) return -1
        if (author === opponent) return leader === G ? spoiled(author) : leader
        return author === spoiler ? spoiled(author) : -1
      }
      const made = others.map((author) =>
        seven.vertex(
          author,
          at,
          before.filter((_, parent) => parent !== omitted(author)),
        ),
      )
      heldBefore = seven.vertex(G, at, [...before, heldBefore])
      shared.push(...made)
      held.push(heldBefore)
      against = opponent
      before = made
    }
    return { shared, held }
  }

  /** The order a node comes to, deciding after each vertex as they arrive. */
  const orderOf = (arriving: readonly Vertex[], horizonBelow: 'previous' | 'newest'): string[] => {
    const dag = createDag(seven.committee)
    const order: string[] = []
    const committed = new Set<DagVertex>()
    let nextRound = 1
    let previous = 0
    for (const made of arriving) {
      dag.add(made)
      const decisions = decideLeaders(dag, nextRound)
      nextRound += decisions.length
      const anchors = decisions.flatMap((decision) => (decision.kind === 'commit' ? [decision.vertex] : []))
      for (const anchor of anchors) {
        const below = horizonBelow === 'previous' ? previous : (anchors.at(-1) as DagVertex).round
        const ordered = linearise(
          dag,
          anchor,
          (entry) => committed.has(entry),
          Math.max(1, below - consensusLimits.horizonRounds),
        )
        for (const entry of ordered) {
          committed.add(entry)
          order.push(toHex(entry.vertex.hash))
        }
        previous = anchor.round
      }
    }
    return order
  }

  const { shared, held } = build()
  const early = [...shared, ...held].sort((a, b) => a.round - b.round)

  it('are valid vertices of honest validators, decided one by one where nothing is held back', () => {
    for (const made of early) expect(checkVertexForm(made, seven.frame).ok).toBe(true)
    const dag = createDag(seven.committee)
    for (const made of shared.filter(({ round: at }) => at <= lateRounds + 2)) dag.add(made)
    expect(decideLeaders(dag, 1)).toEqual([])
    const all = createDag(seven.committee)
    for (const made of early.filter(({ round: at }) => at <= 3)) all.add(made)
    expect(decideLeaders(all, 1)).toHaveLength(1)
  })

  it('lead to one order with the horizon below the previous anchor', () => {
    const one = orderOf(early, 'previous')
    const other = orderOf(shared, 'previous')
    const length = Math.min(one.length, other.length)
    expect(length).toBeGreaterThan(6 * lateRounds)
    expect(one.slice(0, length)).toEqual(other.slice(0, length))
  })

  it('fork with the horizon below the newest anchor', () => {
    const one = orderOf(early, 'newest')
    const other = orderOf(shared, 'newest')
    const length = Math.min(one.length, other.length)
    expect(one.slice(0, length)).not.toEqual(other.slice(0, length))
  })
})

describe('ledger time', () => {
  const times = createScript([5n, 2n, 2n], [A])
  const below = [7_000, 1_000, 2_000].map((timestampMs, author) => times.vertex(author, 1, [], { timestampMs }))
  const dag = createDag(times.committee)
  for (const made of below) dag.add(made)

  it('is the stake-weighted median of the parents’ timestamps: the smallest that reaches half', () => {
    const anchor = dag.add(times.vertex(0, 2, below))
    expect(commitTimeOf(dag, anchor, 0)).toBe(7_000)
    expect(commitTimeOf(dag, dag.add(times.vertex(0, 2, below.slice(1))), 0)).toBe(1_000)
    expect(commitTimeOf(dag, dag.add(times.vertex(0, 2, below.slice(0, 2))), 0)).toBe(7_000)
  })

  it('never goes back, and stands for parents that carry none', () => {
    const anchor = dag.add(times.vertex(0, 2, below))
    expect(commitTimeOf(dag, anchor, 50_000)).toBe(50_001)
    expect(commitTimeOf(dag, dag.at(1)[0] as DagVertex, 41)).toBe(42)
  })

  it('ignores parents of older rounds', () => {
    const second = times.round([0, 1], 2, below)
    for (const made of second) dag.add(made)
    const anchor = dag.add(times.vertex(0, 3, [...second, below[2] as Vertex]))
    expect(commitTimeOf(dag, anchor, 0)).toBe(2_000)
  })
})

describe('decisions', () => {
  it('stay the same once they are made (as a graph grows round by round)', () => {
    const all = [...first, ...grow(9, first)]
    const dag = createDag(script.committee)
    let before: string[] = []
    for (const made of all) {
      dag.add(made)
      const now = told(dag)
      expect(now.slice(0, before.length)).toEqual(before)
      before = now
    }
    expect(before).toHaveLength(7)
  })
})
