import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideLeaders } from './commit-rule.ts'
import { createDag, type Dag, type DagVertex, hashKey } from './dag.ts'
import { createScript } from './graph-test-support.ts'
import { soundRules } from './protocol-rules.ts'
import { referenceTo, type Vertex } from './vertex.ts'

const everybody = [0, 1, 2, 3]
const [A, B, C, D] = [0, 1, 2, 3] as const
const script = createScript([1n, 1n, 1n, 1n], [A, B])
const { committee, vertex, round } = script
const first = round(everybody, 1)
const entryOf = (dag: Dag, { hash }: Vertex): DagVertex => dag.byKey(hashKey(hash)) as DagVertex

function dagOf(...vertices: readonly Vertex[]) {
  const dag = createDag(committee)
  for (const made of vertices) dag.add(made)
  return dag
}

describe('graph', () => {
  it('finds vertices by hash, by round and by author, twins in the order they came', () => {
    const twin = vertex(D, 1, [], { salt: 1 })
    const dag = dagOf(...first, twin)
    expect(dag.at(1).map((entry) => entry.key)).toEqual([...first, twin].map(({ hash }) => hashKey(hash)))
    expect(dag.by(1, D).map((entry) => entry.key)).toEqual([first[D] as Vertex, twin].map(({ hash }) => hashKey(hash)))
    expect(dag.at(2)).toEqual([])
    expect(dag.by(1, 9)).toEqual([])
    expect(dag.add(twin)).toBe(entryOf(dag, twin))
    expect(dag.size).toBe(5)
  })

  it('says which parents are missing, and which are not what the reference says', () => {
    const dag = dagOf(...first.slice(0, 3))
    const above = vertex(A, 2, first)
    expect(dag.parentProblem(above)).toEqual({ kind: 'missing', references: [referenceTo(first[D] as Vertex)] })
    dag.add(first[D] as Vertex)
    expect(dag.parentProblem(above)).toBeUndefined()
    const wrong = (change: object) => ({
      ...above,
      parents: above.parents.map((parent, index) => (index === 0 ? { ...parent, ...change } : parent)),
    })
    expect(dag.parentProblem(wrong({ round: 2 }))).toEqual({ kind: 'mismatch' })
    expect(dag.parentProblem(wrong({ author: (first[C] as Vertex).author }))).toEqual({ kind: 'mismatch' })
    // Round 1 names the implicit round, which nobody stores.
    expect(createDag(committee).parentProblem(first[A] as Vertex)).toBeUndefined()
  })

  it('counts stake by round, and knows the highest round and the highest with a quorum', () => {
    const dag = dagOf(...first.slice(0, 2), vertex(A, 1, [], { salt: 1 }))
    expect([dag.stakeAt(0), dag.stakeAt(1), dag.stakeAt(2)]).toEqual([4n, 2n, 0n])
    expect([dag.highestRound, dag.quorumRound]).toEqual([1, 0])
    dag.add(first[C] as Vertex)
    expect(dag.quorumRound).toBe(1)
  })

  it('keeps every vertex that names another under one reference', () => {
    const copies = first.map((parent) => ({ ...parent, hash: parent.hash.slice(), author: parent.author.slice() }))
    const dag = dagOf(...first, vertex(A, 2, copies), vertex(B, 2, copies))
    const [one, other] = dag.at(2)
    for (const [index, parent] of (one as DagVertex).vertex.parents.entries()) {
      expect(other?.vertex.parents[index]).toBe(parent)
    }
    expect(one?.vertex.parents).toEqual(vertex(A, 2, copies).parents)
  })

  it('lets payloads go and says so', () => {
    const loaded = vertex(A, 1, [], { transactions: [Uint8Array.of(1)] })
    const dag = dagOf(loaded, first[B] as Vertex)
    dag.releasePayloadsBelow(2, () => false)
    expect(entryOf(dag, loaded).hasPayload).toBe(true)
    dag.releasePayloadsBelow(1, () => true)
    expect(entryOf(dag, loaded).hasPayload).toBe(true)
    dag.releasePayloadsBelow(2, () => true)
    expect(entryOf(dag, loaded).hasPayload).toBe(false)
    expect(entryOf(dag, loaded).vertex.transactions).toEqual([])
    expect(loaded.transactions).toHaveLength(1)
  })
})

describe('support and certificates', () => {
  it('supports the leader’s vertex that a vertex names', () => {
    const dag = dagOf(...first, vertex(B, 2, first), vertex(C, 2, first.slice(1)))
    const leader = entryOf(dag, first[A] as Vertex)
    expect(dag.by(2, B)[0]?.supports).toBe(leader)
    expect(dag.by(2, C)[0]?.supports).toBeNull()
    expect(leader.support.stakeMicroRuv).toBe(1n)
    expect(dag.nonSupport(1)).toBe(1n)
  })

  it('counts a vertex that names the twin neither for the leader’s vertex nor as non-support', () => {
    const twin = vertex(A, 1, [], { salt: 1 })
    const dag = dagOf(...first, twin, vertex(B, 2, [twin, ...first.slice(1)]))
    expect(entryOf(dag, first[A] as Vertex).support.stakeMicroRuv).toBe(0n)
    expect(entryOf(dag, twin).support.stakeMicroRuv).toBe(1n)
    expect(dag.nonSupport(1)).toBe(0n)
  })

  it('counts an author once, whatever it signs', () => {
    const dag = dagOf(...first)
    for (const salt of [0, 1, 2]) dag.add(vertex(D, 2, first, { salt }))
    for (const salt of [3, 4]) dag.add(vertex(D, 2, first.slice(1), { salt }))
    expect(entryOf(dag, first[A] as Vertex).support.stakeMicroRuv).toBe(1n)
    expect(dag.nonSupport(1)).toBe(1n)
    expect(dag.stakeAt(2)).toBe(1n)
  })

  it('certifies with a quorum of support among the parents, and not one short of it', () => {
    const second = [vertex(A, 2, first), vertex(B, 2, first), vertex(C, 2, first), vertex(D, 2, first.slice(1))]
    const full = vertex(A, 3, second.slice(0, 3))
    const short = vertex(B, 3, second.slice(1))
    const dag = dagOf(...first, ...second, full, short)
    const leader = entryOf(dag, first[A] as Vertex)
    expect(entryOf(dag, full).certifies).toBe(leader)
    expect(entryOf(dag, short).certifies).toBeNull()
    expect(leader.certificates.stakeMicroRuv).toBe(1n)
  })

  it('takes the stake of those who name a vertex, in whatever later round, for its votes', () => {
    const loaded = everybody.map((author) => vertex(author, 1, [], { transactions: [Uint8Array.of(author)] }))
    const second = round([A, B, C], 2, loaded.slice(0, 3))
    const late = vertex(A, 3, [...second, loaded[D] as Vertex])
    const dag = dagOf(...loaded, ...second, late)
    expect(entryOf(dag, loaded[D] as Vertex).named.stakeMicroRuv).toBe(1n)
    expect(entryOf(dag, loaded[A] as Vertex).named.stakeMicroRuv).toBe(3n)
    expect(entryOf(dag, late).loaded).toEqual([entryOf(dag, loaded[D] as Vertex)])
    // Nobody looks at the votes for what carries nothing.
    expect(entryOf(dag, second[B] as Vertex).named.stakeMicroRuv).toBe(0n)
  })

  it('supports both of two twins only where a vertex may name both', () => {
    const twin = vertex(A, 1, [], { salt: 1 })
    const dag = createDag(committee, { rules: { ...soundRules, allowsTwinParents: true } })
    const second = [A, B, C].map((author) => vertex(author, 2, [...first, twin]))
    const third = vertex(A, 3, second)
    for (const made of [...first, twin, ...second, third]) dag.add(made)
    for (const made of [first[A] as Vertex, twin]) {
      expect(entryOf(dag, made).support.stakeMicroRuv).toBe(3n)
      expect(entryOf(dag, made).certificates.stakeMicroRuv).toBe(1n)
    }
  })
})

describe('what memory no longer holds', () => {
  const second = round(everybody, 2, first)
  const third = round(everybody, 3, second)

  it('stays known by name', () => {
    const dag = dagOf(...first, ...second, ...third)
    dag.forgetBelow(3)
    expect(dag.lowestRound).toBe(3)
    expect(dag.size).toBe(4)
    expect(dag.at(2)).toEqual([])
    expect(dag.byKey(hashKey((second[A] as Vertex).hash))).toBeUndefined()
    expect(dag.has(referenceTo(second[A] as Vertex))).toBe(true)
    expect(dag.has(referenceTo(vertex(A, 2, first, { salt: 1 })))).toBe(false)
    const late = vertex(A, 3, second, { salt: 1 })
    expect(dag.parentProblem(late)).toBeUndefined()
    const misnamed = { ...late, parents: late.parents.map((parent) => ({ ...parent, round: 1 })) }
    expect(dag.parentProblem(misnamed)).toEqual({ kind: 'mismatch' })
  })

  it('holds nothing below it in memory', () => {
    const dag = dagOf(...first, ...second, ...third)
    const forgotten = dag.at(2)[0] as DagVertex
    expect(forgotten.supports).not.toBeNull()
    dag.forgetBelow(3)
    expect([forgotten.supports, forgotten.certifies, dag.parentsOf(forgotten)]).toEqual([null, null, []])
    expect(dag.nonSupport(1)).toBe(0n)
  })

  it('is not brought back by a late vertex, nor counted as non-support', () => {
    const dag = dagOf(...first, ...second, ...third)
    dag.forgetBelow(3)
    const late = vertex(D, 2, first, { salt: 5 })
    dag.add(late)
    expect([dag.at(2), dag.stakeAt(2), dag.size]).toEqual([[], 0n, 4])
    expect(dag.has(referenceTo(late))).toBe(true)
    dag.add(vertex(D, 3, second, { salt: 5 }))
    expect(dag.nonSupport(2)).toBe(0n)
  })

  it('may be told from the disk', () => {
    const dag = createDag(committee)
    for (const made of second) dag.addOlder(referenceTo(made))
    expect(dag.parentProblem(third[A] as Vertex)).toBeUndefined()
    expect(dag.parentProblem(second[A] as Vertex)).toMatchObject({ kind: 'missing' })
  })

  it('counts as stored below a snapshot, and names there count for what they name', () => {
    const dag = createDag(committee, { snapshotRound: 3 })
    expect(dag.parentProblem(third[A] as Vertex)).toBeUndefined()
    expect(dag.has(referenceTo(second[A] as Vertex))).toBe(true)
    dag.add(third[A] as Vertex)
    // It names the leader of round 2, which is not here: no support to count, and no non-support either.
    expect(dag.by(3, A)[0]?.supports).toBeNull()
    expect(dag.nonSupport(2)).toBe(0n)
    expect(dag.parentProblem(vertex(A, 4, third))).toMatchObject({ kind: 'missing' })
  })
})

describe('order of arrival', () => {
  it('changes no count and no decision (property)', () => {
    const drawn = fc.record({
      sets: fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 15 }), fc.nat(2)), { minLength: 12, maxLength: 40 }),
      keys: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
    })
    fc.assert(
      fc.property(drawn, ({ sets, keys }) => {
        const all: Vertex[] = [...first, vertex(D, 1, [], { salt: 9 })]
        for (const [index, [author, set, salt]] of sets.entries()) {
          const at = 2 + Math.floor(index / 7)
          // D alone signs twins.
          if (author !== D && all.some((made) => made.round === at && committee.indexOf(made.author) === author))
            continue
          const below = all.filter((made) => made.round === at - 1)
          const parents = everybody.flatMap((parent) => {
            const ofAuthor = below.filter((made) => committee.indexOf(made.author) === parent)
            return (set >> parent) & 1 ? ofAuthor.slice(salt % Math.max(1, ofAuthor.length)).slice(0, 1) : []
          })
          if (parents.length > 0) all.push(vertex(author, at, parents, { salt }))
        }
        const shuffled = all
          .map((made, index) => ({ made, key: keys[index] ?? 0 }))
          .sort((a, b) => a.made.round - b.made.round || a.key - b.key)
          .map(({ made }) => made)
        const told = [all, shuffled].map((order) => {
          const dag = dagOf(...order)
          const counts = order.map((made) => {
            const { key, support, certificates, named } = entryOf(dag, made)
            return [key, support.stakeMicroRuv, certificates.stakeMicroRuv, named.stakeMicroRuv]
          })
          const decisions = decideLeaders(dag, 1).map((decision) =>
            decision.kind === 'commit' ? decision.vertex.key : 'skip',
          )
          const rounds = [1, 2, 3, 4, 5, 6].map((at) => [dag.stakeAt(at), dag.nonSupport(at)])
          return { counts: counts.sort((a, b) => (`${a[0]}` < `${b[0]}` ? -1 : 1)), decisions, rounds }
        })
        expect(told[1]).toEqual(told[0])
      }),
      { seed: 3, numRuns: 200 },
    )
  })
})
