/**
 * Where a vertex' parents stand in the committee, found once for each vertex: its form, its parents and the history below it
 * are all asked for by these numbers, and with a thousand validators a round has a million of them.
 */
import type { Committee } from './committee.ts'
import type { VertexHeader } from './vertex.ts'

export interface ParentPlaces {
  /** Committee index of each parent's author, in the vertex' order; `nobody` where it is of no member. */
  readonly authors: Uint16Array
  /** How many of them, from the first on, are of the round just before. */
  readonly before: number
  /** Their hashes: looked at without the references around them. */
  readonly hashes: readonly Uint8Array[]
}

/** Above every index of a committee. */
export const nobody = 0xffff

export const noPlaces: ParentPlaces = Object.freeze({ authors: new Uint16Array(0), before: 0, hashes: [] })

/** A committee is one object for all engines of a process, and so is a vertex that they hand to one another. */
const known = new WeakMap<Committee, WeakMap<VertexHeader['parents'], ParentPlaces>>()

export function parentPlaces(committee: Committee, { round, parents }: VertexHeader): ParentPlaces {
  let ofCommittee = known.get(committee)
  if (ofCommittee === undefined) {
    ofCommittee = new WeakMap()
    known.set(committee, ofCommittee)
  }
  let places = ofCommittee.get(parents)
  if (places === undefined) {
    places = find(committee, round, parents)
    ofCommittee.set(parents, places)
  }
  return places
}

function find(committee: Committee, round: number, parents: VertexHeader['parents']): ParentPlaces {
  const authors = new Uint16Array(parents.length)
  for (const [index, { author }] of parents.entries()) authors[index] = committee.indexOf(author) ?? nobody
  let before = 0
  while (before < parents.length && parents[before]?.round === round - 1) before += 1
  return { authors, before, hashes: parents.map(({ hash }) => hash) }
}
