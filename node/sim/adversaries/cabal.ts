/**
 * What colluding adversaries share: everything that was ever sent, which half of the network sees which of their vertices,
 * and what they are up to at the moment.
 */
import type { Checkpoint } from '../../consensus/checkpoint.ts'
import { type Committee, createCommittee, leaderOf } from '../../consensus/committee.ts'
import { conflictKey } from '../../consensus/conflict.ts'
import { hashKey } from '../../consensus/dag.ts'
import type { ConflictSet } from '../../consensus/snow-messages.ts'
import type { Vertex } from '../../consensus/vertex.ts'
import { bytesKey, compareBytes } from '../../core/bytes.ts'
import type { Chance } from '../chance.ts'
import { simLimits } from '../limits.ts'
import type { AdversaryName } from '../options.ts'
import type { KnownTransaction } from '../transactions.ts'
import { happenings, type World } from '../world.ts'
import type { Observer } from './participant.ts'

export type Side = 0 | 1

export interface Cabal extends Observer {
  readonly attack: Attack
  /** Where all see the same, they see what this half does. */
  readonly mainSide: Side
  readonly world: World
  readonly chance: Chance
  /** The half of the network a validator is in. */
  sideOf(index: number): Side
  /** Whether two vertices a round are shown at the moment. */
  readonly isSplitting: boolean
  /** What a puppet does at the moment. */
  traitsOf(index: number): ReadonlySet<AdversaryName>
  readonly committee: Committee
  readonly epoch: number
  readonly closingHash: Uint8Array
  /** Ledger time at which the epoch began. */
  readonly epochStartMs: number
  leader(round: number): number
  /** The committee's index of a validator by its number. */
  committeeIndex(index: number): number
  /** What a half is meant to know of a round, one an author. */
  view(side: Side, round: number): readonly Vertex[]
  stakeOf(vertices: readonly Vertex[]): bigint
  /** A Byzantine validator made a vertex for a half. */
  made(vertex: Vertex, side: Side): void
  hear(transactions: readonly Uint8Array[]): void
  readonly transactions: readonly KnownTransaction[]
  /** Ids of the transactions heard of a conflict. */
  siblings(set: ConflictSet): readonly Uint8Array[]
  start(): void
}

/** A targeted attack: what chance alone would take too long to find. */
export interface Attack {
  /** Halves for good, by validator; null draws them anew from time to time. */
  readonly sides: readonly Side[] | null
  /** Puppets build on their own half's vertices only, so that each half sees a consistent history. */
  readonly keepsHalvesApart: boolean
  /** Twins are made in rounds whose leader is the puppet, and nowhere else. */
  readonly isPatient: boolean
  /** Both twins go to everybody, in a different order to each half. */
  readonly showsBoth: boolean
  /** A puppet makes no vertex in the rounds it leads. */
  readonly hidesOwnLeadership: boolean
  /** Time between the rounds of puppets, in ms. */
  readonly paceMs: number
}

export const undirected: Attack = Object.freeze({
  sides: null,
  keepsHalvesApart: false,
  isPatient: false,
  showsBoth: false,
  hidesOwnLeadership: false,
  paceMs: simLimits.roundIntervalMs,
})

export interface CabalOptions {
  readonly names: readonly AdversaryName[]
  readonly attack: Attack
}

/** How long the adversaries keep to one plan, in ms. */
const minPhaseMs = 1_000
const maxPhaseMs = 6_000
/** Heard transactions that may be repeated. */
const maxTransactions = 200
const puppetTraits: readonly AdversaryName[] = ['silent', 'slow', 'equivocate', 'withhold', 'omit', 'flood', 'future']

export function createCabal(world: World, { names, attack }: CabalOptions): Cabal {
  const { sides } = attack
  const chance = world.chanceOf('cabal')
  const { validators, graph } = world
  const isMixed = names.includes('mixed')
  const named = new Set(names)
  const sideOfVertex = new Map<string, Side>()
  const transactions: KnownTransaction[] = []
  const siblingsOf = new Map<string, readonly Uint8Array[]>()
  let traits: ReadonlySet<AdversaryName>[] = validators.map(() => named)
  let halves: readonly Side[] = sides ?? validators.map(({ index }) => (index % 2) as Side)
  let isSplitting = named.has('equivocate')
  let epoch = 0
  let closingHash = world.chainId
  let epochStartMs = 0
  let committee = createCommittee(world.validatorsOf(0), closingHash, world.rules)
  let indices = validators.map(({ id }) => committee.indexOf(id) ?? -1)
  const leaders = new Map<number, number>()

  const plan = (): void => {
    if (sides === null) halves = validators.map(() => chance.below(2) as Side)
    if (isMixed) {
      traits = validators.map(() => new Set(puppetTraits.filter(() => chance.happens(0.35))))
      isSplitting = traits.some((set) => set.has('equivocate'))
    } else isSplitting = named.has('equivocate') && (sides !== null || chance.happens(0.8))
    world.after(chance.between(minPhaseMs, maxPhaseMs), validators.length, happenings.adversary, plan)
  }

  const isOfSide = (vertex: Vertex, side: Side): boolean => {
    const made = sideOfVertex.get(hashKey(vertex.hash))
    return made === undefined || made === side
  }

  const remember = (known: KnownTransaction): void => {
    if (transactions.length >= maxTransactions) transactions.shift()
    transactions.push(known)
    const siblings = siblingsOf.get(known.conflict) ?? []
    if (!siblings.some((txId) => compareBytes(txId, known.transaction.txId) === 0)) {
      siblingsOf.set(known.conflict, [...siblings, known.transaction.txId])
    }
  }

  return {
    attack,
    mainSide: attack.isPatient ? 1 : 0,
    world,
    chance,
    sideOf: (index) => halves[index] ?? 0,
    get isSplitting() {
      return isSplitting
    },
    traitsOf: (index) => traits[index] ?? named,
    get committee() {
      return committee
    },
    get epoch() {
      return epoch
    },
    get closingHash() {
      return closingHash
    },
    get epochStartMs() {
      return epochStartMs
    },
    leader(round) {
      let leader = leaders.get(round)
      if (leader === undefined) {
        leader = leaderOf(committee, round)
        leaders.set(round, leader)
      }
      return leader
    },
    committeeIndex: (index) => indices[index] ?? -1,
    view(side, round) {
      const byAuthor = new Map<number, Vertex>()
      for (const vertex of graph.at(round)) {
        if (vertex.epoch !== epoch || !isOfSide(vertex, side)) continue
        const author = committee.indexOf(vertex.author)
        if (author === undefined || byAuthor.has(author)) continue
        // With halves for good, an honest validator's vertices stay in its own.
        const number = validators.findIndex(({ peer }) => peer === bytesKey(vertex.author))
        const isHonest = validators[number]?.isByzantine === false
        if (attack.keepsHalvesApart && isHonest && halves[number] !== side) continue
        byAuthor.set(author, vertex)
      }
      return [...byAuthor.values()]
    },
    stakeOf(vertices) {
      let stake = 0n
      for (const { author } of vertices) stake += committee.weights[committee.indexOf(author) ?? -1] ?? 0n
      return stake
    },
    made(vertex, side) {
      graph.add(vertex)
      if (isSplitting) sideOfVertex.set(hashKey(vertex.hash), side)
    },
    hear(heard) {
      for (const bytes of heard) {
        const known = world.book.read(bytes)
        if (known !== null) remember(known)
      }
    },
    siblings: (set) => siblingsOf.get(conflictKey(set)) ?? [],
    transactions,
    epochClosed(checkpoint: Checkpoint, hash) {
      if (checkpoint.epoch + 1 <= epoch) return
      epoch = checkpoint.epoch + 1
      closingHash = hash
      epochStartMs = checkpoint.commitTimeMs
      committee = createCommittee(world.validatorsOf(epoch), closingHash, world.rules)
      indices = validators.map(({ id }) => committee.indexOf(id) ?? -1)
      leaders.clear()
    },
    start: plan,
  }
}
