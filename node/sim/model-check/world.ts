/** Four validators, one of them Byzantine, and vertices of theirs that nobody had to sign. */

import { type Committee, createCommittee, leaderOf, type Validator } from '../../consensus/committee.ts'
import { createDag, type MutableDag } from '../../consensus/dag.ts'
import type { ProtocolRules } from '../../consensus/protocol-rules.ts'
import { epochRootReference, referenceTo, transactionsRoot, type Vertex } from '../../consensus/vertex.ts'
import { checkVertexForm, compareReferences, type EpochFrame } from '../../consensus/vertex-form.ts'
import { toHex } from '../../core/bytes.ts'
import { invariant } from '../../core/node-error.ts'
import { sha3 } from '../../crypto/hash.ts'

/** Index in the committee of the one that lies; the others are honest. */
export const byzantine = 3
export const honest: readonly number[] = [0, 1, 2]

/** Seeds tried until the draw falls on the wanted leaders: two rounds of one in four take 16 on average, ten a million. */
const maxSeedsTried = 10_000_000

export interface World {
  readonly rules: ProtocolRules
  readonly frame: EpochFrame
  readonly committee: Committee
  /** A vertex with these parents in their order, whether it is valid or not. Every call makes another one. */
  make(author: number, round: number, parents: readonly Vertex[]): Vertex
  /** Whether an honest validator takes it, and, where an honest one is said to have made it, could have. */
  isValid(vertex: Vertex): boolean
  /** All sets of parents out of these, of the round before, with which the author's vertex is valid. */
  parentChoices(author: number, round: number, before: readonly Vertex[]): readonly (readonly Vertex[])[]
  /** A graph of these, in this order: parents first. */
  graph(vertices: readonly Vertex[]): MutableDag
  indexOf(vertex: Vertex): number
}

/**
 * @param leaders wanted leader of some rounds, by committee index; drawn by the real draw from a seed that is looked for
 * @param stakes of A, B, C, X
 * @param firstSeed where the search begins: with no leader wanted, the draw of this very seed
 */
export function createWorld(
  rules: ProtocolRules,
  leaders: ReadonlyMap<number, number>,
  { stakes = [1n, 1n, 1n, 1n], firstSeed = 0 }: { stakes?: readonly bigint[]; firstSeed?: number } = {},
): World {
  const ids = [0, 1, 2, 3].map((seed) => sha3(Uint8Array.of(seed))).sort((a, b) => (toHex(a) < toHex(b) ? -1 : 1))
  const validators = ids.map((id, index): Validator => ({ id, publicKey: id, stakeMicroRuv: stakes[index] as bigint }))
  const closingHash = seedFor(validators, leaders, rules, firstSeed)
  const committee = createCommittee(validators, closingHash, rules)
  const frame: EpochFrame = { number: 0, committee, closingHash, rules }
  const roots = validators.map(({ id }) => epochRootReference(closingHash, id))
  const root = transactionsRoot([])
  let made = 0

  const world: World = {
    rules,
    frame,
    committee,
    make(author, round, parents) {
      made += 1
      const hash = new Uint8Array(32)
      new DataView(hash.buffer).setUint32(0, made)
      return {
        epoch: 0,
        round,
        author: ids[author] as Uint8Array,
        parents: round === 1 ? roots : parents.map(referenceTo).sort(compareReferences),
        transactionsRoot: root,
        transactionCount: 0,
        timestampMs: round,
        lastCommit: 0,
        hash,
        transactions: [],
        signature: root,
      }
    },
    isValid(vertex) {
      const form = checkVertexForm(vertex, frame)
      if (!form.ok) return false
      // Conduct of the honest: each goes on from its own vertex of the round before.
      return form.value === byzantine || vertex.round === 1 || namesOwn(vertex)
    },
    parentChoices(author, round, before) {
      const choices: Vertex[][] = []
      for (let set = 0; set < 1 << before.length; set++) {
        const parents = before.filter((_, index) => (set >> index) & 1)
        if (parents.length > 0 && world.isValid(world.make(author, round, parents))) choices.push(parents)
      }
      return choices
    },
    graph(vertices) {
      const dag = createDag(committee, { rules })
      for (const vertex of vertices) dag.add(vertex)
      return dag
    },
    indexOf: (vertex) => committee.indexOf(vertex.author) as number,
  }
  return world
}

const namesOwn = ({ author, round, parents }: Vertex): boolean =>
  parents.some((parent) => parent.round === round - 1 && toHex(parent.author) === toHex(author))

function seedFor(
  validators: readonly Validator[],
  leaders: ReadonlyMap<number, number>,
  rules: ProtocolRules,
  firstSeed: number,
): Uint8Array {
  for (let number = 0; number < maxSeedsTried; number++) {
    const bytes = new DataView(new ArrayBuffer(4))
    bytes.setUint32(0, (firstSeed + number) >>> 0)
    const closingHash = sha3(new Uint8Array(bytes.buffer))
    const committee = createCommittee(validators, closingHash, rules)
    if ([...leaders].every(([round, leader]) => leaderOf(committee, round) === leader)) return closingHash
  }
  invariant(false, 'some seed draws the wanted leaders')
}
