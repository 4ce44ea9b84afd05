/** Networks that work against their validators: which message takes how long is the adversary's to say. */
import { consensusLimits } from '../consensus/limits.ts'
import type { Message } from '../consensus/messages.ts'
import type { Side } from './adversaries/cabal.ts'
import type { LinkRuleMaker, LinkSetting } from './network.ts'

/** Honest validators of different halves do not hear each other for a while; the Byzantine ones hear everybody. */
export function sidesApart(sides: readonly Side[], untilMs: number): LinkRuleMaker {
  return ({ options }) => {
    const honest = options.nodes - options.byzantine
    return (from, to, _, nowMs) =>
      nowMs < untilMs && from < honest && to < honest && sides[from] !== sides[to] ? 'lose' : undefined
  }
}

/** Two distant pairs and one validator that is near to all: across, a leader's vertex comes after its neighbour's. */
export const leadersLastAcross: LinkRuleMaker = (setting) => {
  const { leader } = setting
  const near = 4
  const pairOf = (node: number): number => Math.floor(node / 2)
  return (from, to, message) => {
    if (from === near || to === near) return 1
    if (pairOf(from) === pairOf(to)) return 5
    return carries(setting, message, (round, author) => leader(round) === author) ? 360 : 300
  }
}

/** Rounds whose leader comes too late for half of the network: more than the horizon. */
const lateRounds = consensusLimits.horizonRounds + 4
/** First of them: a few rounds commit before. */
const firstLateRound = 10
/** Rounds for which the one validator that decides by itself is not heard. */
const unheardRounds = 8

/**
 * For more than sixty rounds no leader is decided: each finds the support of half of the network, and what would tell the
 * others of it in time is held back until they have gone on without. Then a leader is certified by three of four, of whom
 * one is not heard for a while: that one decides by itself, and the others come to the same leader by a later anchor.
 */
export const lateLeaders: LinkRuleMaker = (setting) => {
  const { leader } = setting
  let decisive = firstLateRound + lateRounds
  // Nor may the others depend on the one that is not heard for the anchor that tells them.
  while ([1, 2, 3].some((above) => leader(decisive + above) === (leader(decisive) + 1) % 4)) decisive += 1
  const early = (leader(decisive) + 1) % 4
  const late = (leader(decisive) + 2) % 4
  /** Latest round of which a validator has sent a vertex of its own. */
  const made: number[] = []
  /** The leader of a late round and its neighbour, who alone hears it in time. */
  const isIn = (node: number, round: number): boolean => node === leader(round) || node === (leader(round) + 1) % 4
  const isLate = (round: number): boolean => round >= firstLateRound && round < decisive
  const isHeld = (round: number, author: number, to: number): boolean => {
    const hasMade = (other: number): boolean => (made[to] ?? 0) >= other
    if (isLate(round) && author === leader(round) && !isIn(to, round) && !hasMade(round + 1)) return true
    if (isLate(round - 1) && isIn(author, round - 1) && !isIn(to, round - 1) && !hasMade(round)) return true
    if (round === decisive + 2 && author === early && to !== early) return !hasMade(decisive + unheardRounds)
    // The one validator that does not hear of the leader in time, and sees too little of its support to certify it.
    if (to !== late) return false
    if (round === decisive && author === leader(decisive)) return !hasMade(decisive + 1)
    return round === decisive + 1 && author === early && !hasMade(decisive + 2)
  }
  return (from, to, message) => {
    if (message.kind !== 'vertices') return undefined
    for (const vertex of message.vertices) {
      const author = setting.authorOf(vertex)
      if (author === from) made[from] = Math.max(made[from] ?? 0, vertex.round)
    }
    return carries(setting, message, (round, author) => isHeld(round, author, to)) ? 'hold' : undefined
  }
}

function carries(setting: LinkSetting, message: Message, test: (round: number, author: number) => boolean): boolean {
  return message.kind === 'vertices' && message.vertices.some((vertex) => test(vertex.round, setting.authorOf(vertex)))
}
