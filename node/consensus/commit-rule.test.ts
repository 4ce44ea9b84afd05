import { describe, expect, it } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { commitTimeOf, isDirectlyCommitted, isSupportedByQuorum, linearise } from './commit-rule.ts'
import { createCommittee, leaderOf, stakeOf, type Validator } from './committee.ts'
import { createDag } from './dag.ts'
import { chainId, testSignature, testValidator } from './test-support.ts'
import { epochRootReference, transactionsRoot, type Vertex, type VertexReference, vertexHash } from './vertex.ts'

const fourEqual = [1, 2, 3, 4].map((seed) => testValidator(seed))
const referenceTo = ({ round, author, hash }: Vertex): VertexReference => ({ round, author, hash })

function vertexOf(
  author: Validator,
  round: number,
  parents: readonly VertexReference[],
  timestampMs = 1_000 * round,
): Vertex {
  const header = {
    epoch: 0,
    round,
    author: author.id,
    parents,
    transactionsRoot: transactionsRoot([]),
    transactionCount: 0,
    timestampMs,
    lastCommit: 0,
  }
  return { ...header, hash: vertexHash(chainId, header), transactions: [], signature: testSignature(chainId) }
}

/** A round of vertices by the given authors, each naming all of the round before. */
function round(authors: readonly Validator[], number: number, before: readonly Vertex[]): Vertex[] {
  return authors.map((author) =>
    vertexOf(author, number, number === 1 ? [epochRootReference(chainId, author.id)] : before.map(referenceTo)),
  )
}

describe('committee', () => {
  it('takes more than two thirds of the stake for a quorum', () => {
    for (const [stakes, quorum] of [
      [[1n], 1n],
      [[1n, 1n, 1n, 1n], 3n],
      [[3n, 3n, 3n], 7n],
      [[10n, 1n, 1n, 1n], 9n],
    ] as const) {
      const committee = createCommittee(
        stakes.map((stake, index) => testValidator(index, stake)),
        chainId,
      )
      expect(committee.quorumMicroRuv).toBe(quorum)
    }
  })

  it('counts an author once, and strangers not at all', () => {
    const committee = createCommittee(fourEqual, chainId)
    const [a, b] = fourEqual as [Validator, Validator]
    expect(stakeOf(committee, [a.id, a.id, b.id, testValidator(9).id])).toBe(2_000n)
  })

  it('draws leaders by stake, alike for everybody', () => {
    const heavy = testValidator(1, 9_000n)
    const committee = createCommittee([heavy, testValidator(2, 1_000n)], chainId)
    const again = createCommittee([testValidator(2, 1_000n), heavy], chainId)
    let heavyRounds = 0
    for (let number = 1; number <= 2_000; number++) {
      const leader = leaderOf(committee, number)
      expect(toHex(leaderOf(again, number).id)).toBe(toHex(leader.id))
      if (leader.id === heavy.id) heavyRounds += 1
    }
    expect(heavyRounds / 2_000).toBeGreaterThan(0.87)
    expect(heavyRounds / 2_000).toBeLessThan(0.93)
  })
})

describe('commit rule', () => {
  it('commits a leader with certificates of a quorum, and not with one short of it', () => {
    const committee = createCommittee(fourEqual, chainId)
    const first = round(fourEqual, 1, [])
    const second = round(fourEqual, 2, first)
    const third = round(fourEqual, 3, second)
    const leader = first[0] as Vertex
    const dag = createDag()
    for (const vertex of [...first, ...second, ...third.slice(0, 2)]) dag.add(vertex)
    expect(isSupportedByQuorum(dag, committee, leader)).toBe(true)
    expect(isDirectlyCommitted(dag, committee, leader)).toBe(false)
    dag.add(third[2] as Vertex)
    expect(isDirectlyCommitted(dag, committee, leader)).toBe(true)
  })

  it('counts stake, not heads: three light supporters do not outweigh a heavy one', () => {
    const validators = [testValidator(1, 10n), testValidator(2, 1n), testValidator(3, 1n), testValidator(4, 1n)]
    const committee = createCommittee(validators, chainId)
    const first = round(validators, 1, [])
    const dag = createDag()
    for (const vertex of [...first, ...round(validators.slice(1), 2, first)]) dag.add(vertex)
    expect(isSupportedByQuorum(dag, committee, first[0] as Vertex)).toBe(false)
  })

  it('counts two vertices of one author as one supporter', () => {
    const committee = createCommittee(fourEqual, chainId)
    const first = round(fourEqual, 1, [])
    const [a, b] = fourEqual as [Validator, Validator]
    const dag = createDag()
    for (const vertex of first) dag.add(vertex)
    const parents = first.map(referenceTo)
    for (const vertex of [vertexOf(a, 2, parents), vertexOf(a, 2, parents, 9), vertexOf(b, 2, parents)]) dag.add(vertex)
    expect(isSupportedByQuorum(dag, committee, first[0] as Vertex)).toBe(false)
  })

  it('orders an anchor’s history by round, author and hash, down to the horizon and without what was ordered before', () => {
    const dag = createDag()
    let before: Vertex[] = []
    const all: Vertex[] = []
    for (let number = 1; number <= 4; number++) {
      before = round(fourEqual, number, before)
      for (const vertex of before) dag.add(vertex)
      all.push(...before)
    }
    const anchor = all.at(-1) as Vertex
    const taken = all[5] as Vertex
    const order = linearise(dag, anchor, (vertex) => vertex === taken, 2)
    expect(order.map(({ round: number }) => number)).toEqual([2, 2, 2, 3, 3, 3, 3, 4])
    expect(order).not.toContain(taken)
    const authors = order.slice(3, 7).map(({ author }) => toHex(author))
    expect(authors).toEqual([...authors].sort())
  })

  it('takes the stake-weighted median of the parents’ timestamps as ledger time, and never goes back', () => {
    const validators = [testValidator(1, 5n), testValidator(2, 2n), testValidator(3, 2n)]
    const committee = createCommittee(validators, chainId)
    const dag = createDag()
    const stamps = [7_000, 1_000, 2_000]
    const first = validators.map((author, index) =>
      vertexOf(author, 1, [epochRootReference(chainId, author.id)], stamps[index] as number),
    )
    for (const vertex of first) dag.add(vertex)
    const anchor = vertexOf(validators[0] as Validator, 2, first.map(referenceTo))
    expect(commitTimeOf(dag, committee, anchor, 0)).toBe(7_000)
    expect(commitTimeOf(dag, committee, anchor, 50_000)).toBe(50_001)
    const light = vertexOf(validators[0] as Validator, 2, first.slice(1).map(referenceTo))
    expect(commitTimeOf(dag, committee, light, 0)).toBe(1_000)
  })
})
