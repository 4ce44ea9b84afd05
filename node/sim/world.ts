/** What everything in a simulation shares: time, names, keys, and who hears whom. */
import { type Committee, createCommittee, type Validator } from '../consensus/committee.ts'
import type { Message } from '../consensus/messages.ts'
import type { ProtocolRules } from '../consensus/protocol-rules.ts'
import { type Vertex, vertexMessage } from '../consensus/vertex.ts'
import type { Chance } from './chance.ts'
import { type SimSignatures, type SimValidator, validatorSuite } from './identities.ts'
import type { SimOptions } from './options.ts'
import type { TransactionBook } from './transactions.ts'
import type { WorldGraph } from './world-graph.ts'

/** Kinds of events, as the trace counts them. */
export const happenings = {
  deliver: 1,
  verified: 2,
  signed: 3,
  journalled: 4,
  tick: 5,
  crash: 6,
  restart: 7,
  submit: 8,
  adversary: 9,
  commit: 10,
  certified: 11,
  watch: 12,
  hold: 13,
  join: 14,
} as const
export type Happening = (typeof happenings)[keyof typeof happenings]

export interface World {
  readonly options: SimOptions
  readonly chainId: Uint8Array
  readonly rules: ProtocolRules
  readonly validators: readonly SimValidator[]
  readonly signatures: SimSignatures
  readonly book: TransactionBook
  /** Every vertex that was ever sent: what colluding adversaries know. */
  readonly graph: WorldGraph
  /** Virtual, from 0. */
  readonly nowMs: number
  /** True once load and random faults have ended and what is under way comes to its end. */
  readonly isDraining: boolean
  /** Runs after `delayMs`. @param content a hash for the trace */
  after(delayMs: number, node: number, what: Happening, run: () => void, content?: Uint8Array | null): void
  send(from: number, to: number, message: Message, extraDelayMs?: number): void
  chanceOf(purpose: string): Chance
  validatorsOf(epoch: number): readonly Validator[]
  /** Whether the author has signed this vertex; found once for each. */
  isSigned(vertex: Vertex): boolean
}

/** Checks vertices' signatures, each vertex once. */
export function createVertexCheck(
  chainId: Uint8Array,
  signatures: SimSignatures,
  publicKeyOf: (author: Uint8Array) => Uint8Array | undefined,
): (vertex: Vertex) => boolean {
  const known = new WeakMap<Vertex, boolean>()
  return (vertex) => {
    let isGood = known.get(vertex)
    if (isGood === undefined) {
      const publicKey = publicKeyOf(vertex.author)
      isGood =
        publicKey !== undefined &&
        signatures.verify(validatorSuite, publicKey, vertexMessage(chainId, vertex), vertex.signature)
      known.set(vertex, isGood)
    }
    return isGood
  }
}

/** The committee as sound validators of the first epoch see it. */
export function committeeOf(world: Pick<World, 'validators' | 'chainId' | 'rules'>): Committee {
  return createCommittee(world.validators, world.chainId, world.rules)
}
