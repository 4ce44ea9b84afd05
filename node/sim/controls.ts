/**
 * Negative controls: a rule of the protocol taken away, and the attack that the rule prevents. A simulator that does not
 * notice them notices nothing. Source: docs/protocol.md, "Broken on purpose".
 */
import { type ProtocolRules, soundRules } from '../consensus/protocol-rules.ts'
import type { Side } from './adversaries/cabal.ts'
import type { LinkRule } from './network.ts'
import { type ControlName, type SimOptions, simOptions } from './options.ts'

export interface Control {
  /** What must come of it. */
  readonly verdict: 'violated' | 'no-progress'
  readonly rules: Partial<ProtocolRules>
  /** The network and the attack; a caller's seed stands. */
  readonly setting: Partial<SimOptions>
  /** Halves of the network, each shown a consistent history, by validator. */
  readonly sides: readonly Side[] | null
  /** Time between the rounds of puppets, in ms. */
  readonly paceMs: number | null
  readonly link: ((options: SimOptions) => LinkRule) | null
}

const plain: Control = { verdict: 'violated', rules: {}, setting: {}, sides: null, paceMs: null, link: null }

/** The honest halves do not hear each other for a while, as an asynchronous network may have it. */
const cut = (groups: readonly number[]): SimOptions['partitions'] => [
  { startMs: 0, durationMs: 20_000, groups, isOneWay: false },
]

export const controls: Readonly<Record<ControlName, Control>> = {
  /** Two of four: each half of the honest finds a quorum with them. */
  f: {
    ...plain,
    setting: { nodes: 4, byzantine: 2, adversaries: ['equivocate'], seconds: 30, partitions: cut([1, 1, 2]) },
    sides: [0, 1, 0, 0],
  },
  /** Sent before it is durable, then lost with a crash: the next vertex of the round is another one. */
  journal: {
    ...plain,
    rules: { journalsBeforeSending: false },
    setting: { nodes: 4, seconds: 60, randomCrashes: { meanIntervalMs: 3_000, maxKills: null } },
  },
  /** Two quorums of four of seven meet in one validator, which is Byzantine. */
  quorum: {
    ...plain,
    rules: { quorumOf: (totalWeight) => (2n * totalWeight) / 3n },
    setting: { nodes: 7, byzantine: 2, adversaries: ['equivocate'], seconds: 30, partitions: cut([2, 3, 2]) },
    sides: [0, 0, 1, 1, 1, 0, 0],
  },
  /** Four of seven heads with a ninth of the stake. */
  heads: {
    ...plain,
    rules: { weightOf: () => 1n },
    setting: {
      nodes: 7,
      byzantine: 4,
      stakes: [10, 10, 12, 1, 1, 1, 1],
      adversaries: ['equivocate'],
      seconds: 30,
      partitions: cut([1, 2, 4]),
    },
    sides: [0, 1, 1, 0, 0, 0, 0],
  },
  /** A vertex that names both twins of a leader supports both. */
  support: {
    ...plain,
    rules: { allowsTwinParents: true },
    setting: { nodes: 4, byzantine: 1, adversaries: ['equivocate'], seconds: 60 },
  },
  /** Naming a twin counts against the leader's other vertex: one half commits what the other skips. */
  twin: {
    ...plain,
    rules: { countsTwinAsNonSupport: true },
    setting: { nodes: 7, byzantine: 2, adversaries: ['equivocate'], seconds: 60 },
  },
  /** Decisions look no further back than the newest anchor allows: after late leaders two validators see different histories. */
  horizon: {
    ...plain,
    rules: { horizonBelow: 'newest' },
    setting: { nodes: 4, seconds: 60 },
  },
  /** Nobody waits for leaders: one fast validator that omits them, and two distant pairs that never hear a leader in time. */
  wait: {
    ...plain,
    verdict: 'no-progress',
    rules: { waitsForLeader: false },
    setting: { nodes: 5, byzantine: 1, adversaries: ['omit'], seconds: 60 },
    paceMs: 20,
    link: () => (from, to) => {
      const pairOf = (node: number): number => Math.floor(node / 2)
      if (from === 4 || to === 4) return 1
      return pairOf(from) === pairOf(to) ? 5 : 300
    },
  },
}

export function rulesOf(control: ControlName | null): ProtocolRules {
  return control === null ? soundRules : { ...soundRules, ...controls[control].rules }
}

/** The options of a control's attack with a seed. */
export function controlOptions(control: ControlName, overrides: Partial<SimOptions> = {}): SimOptions {
  return simOptions({ ...controls[control].setting, ...overrides, control })
}
