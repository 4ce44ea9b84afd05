/**
 * Negative controls: a rule of the protocol taken away, and the attack that the rule prevents. A simulator that does not
 * notice them notices nothing. Source: docs/protocol.md, "Broken on purpose".
 */
import { type ProtocolRules, soundRules } from '../consensus/protocol-rules.ts'
import { type Attack, type Side, undirected } from './adversaries/cabal.ts'
import { lateLeaders, leadersLastAcross, sidesApart } from './hostile-links.ts'
import type { LinkRuleMaker } from './network.ts'
import { type ControlName, type SimOptions, simOptions } from './options.ts'

export interface Control {
  /** What must come of it. */
  readonly verdict: 'violated' | 'no-progress'
  readonly rules: Partial<ProtocolRules>
  /** The network and the attack; a caller's seed stands. */
  readonly setting: Partial<SimOptions>
  readonly attack: Attack
  /** A network that works against its validators; null for the one of the options. */
  readonly link: LinkRuleMaker | null
}

const plain: Control = { verdict: 'violated', rules: {}, setting: {}, attack: undirected, link: null }

/** How long the honest halves do not hear each other, as an asynchronous network may have it, in ms. */
const apartMs = 20_000

const halves = (sides: readonly Side[]): Pick<Control, 'attack' | 'link'> => ({
  attack: { ...undirected, sides, keepsHalvesApart: true },
  link: sidesApart(sides, apartMs),
})

export const controls: Readonly<Record<ControlName, Control>> = {
  /** Two of four: each half of the honest finds a quorum with them. */
  f: {
    ...plain,
    ...halves([0, 1, 0, 0]),
    setting: { nodes: 4, byzantine: 2, adversaries: ['equivocate'], seconds: 30 },
  },
  /** Sent before it is durable, then lost with a crash: the next vertex of the round is another one. */
  journal: {
    ...plain,
    rules: { journalsBeforeSending: false },
    setting: { nodes: 4, seconds: 60, randomCrashes: { meanIntervalMs: 500, maxKills: null, onlyAfterSending: true } },
  },
  /** Two quorums of four of seven meet in two validators, which are Byzantine. */
  quorum: {
    ...plain,
    ...halves([0, 0, 1, 1, 1, 0, 0]),
    rules: { quorumOf: (totalWeight) => (2n * totalWeight) / 3n },
    setting: { nodes: 7, byzantine: 2, adversaries: ['equivocate'], seconds: 30 },
  },
  /** Four of seven heads with a ninth of the stake. */
  heads: {
    ...plain,
    ...halves([0, 1, 1, 0, 0, 0, 0]),
    rules: { weightOf: () => 1n },
    setting: {
      nodes: 7,
      byzantine: 4,
      stakes: [10, 10, 12, 1, 1, 1, 1],
      adversaries: ['equivocate'],
      seconds: 30,
    },
  },
  /** A vertex that names both twins of a leader supports both, and each half commits the one it saw first. */
  support: {
    ...plain,
    rules: { allowsTwinParents: true },
    setting: { nodes: 4, byzantine: 1, adversaries: ['equivocate'], seconds: 30 },
    attack: { ...undirected, sides: [0, 1, 1, 0], isPatient: true, showsBoth: true },
  },
  /** Naming a twin counts against the leader's other vertex: whoever saw that one first skips what the others commit. */
  twin: {
    ...plain,
    rules: { countsTwinAsNonSupport: true },
    setting: { nodes: 7, byzantine: 2, adversaries: ['equivocate'], seconds: 30 },
    attack: { ...undirected, sides: [0, 1, 1, 1, 1, 1, 1], isPatient: true },
  },
  /** History is cut off below the newest anchor decided: after late leaders two validators order different histories. */
  horizon: {
    ...plain,
    rules: { horizonBelow: 'newest' },
    setting: { nodes: 4, seconds: 420, load: 0.5, livenessBoundMs: 500_000 },
    link: lateLeaders,
  },
  /** Nobody waits for leaders: one fast validator that omits them, and two distant pairs that never hear one in time. */
  wait: {
    ...plain,
    verdict: 'no-progress',
    rules: { waitsForLeader: false },
    setting: { nodes: 5, byzantine: 1, adversaries: ['omit'], seconds: 60, livenessBoundMs: 10_000 },
    attack: { ...undirected, hidesOwnLeadership: true, paceMs: 20 },
    link: leadersLastAcross,
  },
}

export function rulesOf(control: ControlName | null): ProtocolRules {
  return control === null ? soundRules : { ...soundRules, ...controls[control].rules }
}

/** The options of a control's attack, its rule taken away unless `control` is overridden with null. */
export function controlOptions(control: ControlName, overrides: Partial<SimOptions> = {}): SimOptions {
  return simOptions({ control, ...controls[control].setting, ...overrides, attack: control })
}
