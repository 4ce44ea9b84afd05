import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createScript } from './graph-test-support.ts'
import { consensusLimits } from './limits.ts'
import { soundRules } from './protocol-rules.ts'
import { chainId, testValidator } from './test-support.ts'
import { epochRootReference, referenceTo, type Vertex, type VertexReference } from './vertex.ts'
import { checkVertexForm, compareReferences } from './vertex-form.ts'

const { frame, vertex, round } = createScript([1n, 1n, 1n, 1n])
const everybody = [0, 1, 2, 3]
const first = round(everybody, 1)
const second = round(everybody, 2, first)
const third = round(everybody, 3, second)
const codeOf = (header: Vertex, at = frame) => {
  const checked = checkVertexForm(header, at)
  return checked.ok ? 'ok' : checked.error.code
}
/** A vertex of validator 0 in round 3 with these references as they stand. */
const naming = (...parents: readonly VertexReference[]): Vertex => ({ ...vertex(0, 3), parents })
const named = (...parents: readonly Vertex[]): Vertex => naming(...parents.map(referenceTo).sort(compareReferences))
const [a1, b1, , d1] = first as [Vertex, Vertex, Vertex, Vertex]
const [a2, b2, c2, d2] = second as [Vertex, Vertex, Vertex, Vertex]

describe('form of a vertex', () => {
  it('takes vertices that name a quorum of the round before, and tells their author', () => {
    for (const [author, made] of [...first, ...second, ...third].entries()) {
      expect(checkVertexForm(made, frame)).toEqual({ ok: true, value: author % 4 })
    }
    expect(codeOf(named(a2, b2, c2))).toBe('ok')
  })

  it('refuses another epoch, a stranger and round 0', () => {
    expect(codeOf({ ...a2, epoch: 1 })).toBe('VERTEX_EPOCH')
    expect(codeOf({ ...a2, author: testValidator(99).id })).toBe('VERTEX_AUTHOR_UNKNOWN')
    expect(codeOf({ ...a2, round: 0 })).toBe('VERTEX_ROUND')
  })

  it('asks for more than two thirds of the round before by stake, not by heads', () => {
    expect(codeOf(named(a2, b2))).toBe('VERTEX_PARENTS')
    expect(codeOf(named(a2, b2, b1, d1))).toBe('VERTEX_PARENTS')
    const heavy = createScript([6n, 1n, 1n, 1n])
    const below = heavy.round(everybody, 1)
    const above = (...authors: number[]) =>
      heavy.vertex(
        3,
        2,
        authors.map((author) => below[author] as Vertex),
      )
    expect(codeOf(above(1, 2, 3), heavy.frame)).toBe('VERTEX_PARENTS')
    expect(codeOf(above(0, 3), heavy.frame)).toBe('ok')
  })

  it('takes older parents beside them, down to the horizon and not below round 1', () => {
    expect(codeOf(named(b2, c2, d2, a1))).toBe('ok')
    const at = (number: number, older: number): Vertex => {
      const reference = (author: number, atRound: number) => ({
        ...referenceTo(vertex(author, atRound)),
        round: atRound,
      })
      const parents = [0, 1, 2].map((author) => reference(author, number - 1)).sort(compareReferences)
      return { ...vertex(0, number), parents: [...parents, reference(3, older)] }
    }
    const horizon = consensusLimits.horizonRounds
    expect(codeOf(at(100, 100 - horizon))).toBe('ok')
    expect(codeOf(at(100, 100 - horizon - 1))).toBe('VERTEX_PARENTS')
    expect(codeOf(at(5, 1))).toBe('ok')
    expect(codeOf(at(5, 0))).toBe('VERTEX_PARENTS')
  })

  it('refuses parents of its own round or later', () => {
    for (const later of [3, 4]) {
      const parents = [{ ...referenceTo(d2), round: later }, ...[a2, b2, c2].map(referenceTo).sort(compareReferences)]
      expect(codeOf(naming(...parents))).toBe('VERTEX_PARENTS')
    }
  })

  it('refuses twins among the parents, and a second own parent', () => {
    const twin = vertex(1, 2, first, { salt: 1 })
    expect(codeOf(named(a2, b2, twin, c2))).toBe('VERTEX_PARENTS')
    expect(codeOf(named(a2, b2, c2, a1))).toBe('VERTEX_PARENTS')
    expect(codeOf(named(b2, c2, d2))).toBe('ok')
    const broken = { ...frame, rules: { ...soundRules, allowsTwinParents: true } }
    expect(codeOf(named(a2, b2, twin, c2), broken)).toBe('ok')
    // Twice the same is no twin.
    expect(codeOf(naming(...[a2, b2, b2, c2].map(referenceTo).sort(compareReferences)), broken)).toBe('VERTEX_PARENTS')
  })

  it('refuses a stranger among the parents', () => {
    const stranger = { ...referenceTo(d2), author: testValidator(99).id }
    expect(codeOf(naming(...[...[a2, b2, c2].map(referenceTo), stranger].sort(compareReferences)))).toBe(
      'VERTEX_PARENTS',
    )
  })

  it('takes the implicit round 0 of this epoch for round 1, and nothing else', () => {
    const roots = frame.committee.validators.map(({ id }) => epochRootReference(frame.closingHash, id))
    const other = frame.committee.validators.map(({ id }) => epochRootReference(new Uint8Array(32), id))
    expect(codeOf({ ...vertex(0, 1), parents: roots.slice(0, 3) })).toBe('ok')
    expect(codeOf({ ...vertex(0, 1), parents: roots.slice(0, 2) })).toBe('VERTEX_PARENTS')
    expect(codeOf({ ...vertex(0, 1), parents: other })).toBe('VERTEX_PARENTS')
    expect(codeOf({ ...vertex(0, 1), parents: first.map(referenceTo).sort(compareReferences) })).toBe('VERTEX_PARENTS')
    expect(codeOf({ ...vertex(0, 2), parents: roots })).toBe('VERTEX_PARENTS')
    expect(chainId).not.toEqual(new Uint8Array(32))
  })

  it('knows one order of parents (property): any other is refused', () => {
    const sorted = [a2, b2, c2, d1].map(referenceTo).sort(compareReferences)
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: 4 }), (parents) => {
        const isSorted = parents.every((parent, index) => parent === sorted[index])
        expect(codeOf(naming(...parents))).toBe(isSorted ? 'ok' : 'VERTEX_PARENTS')
      }),
      { seed: 1 },
    )
  })
})
