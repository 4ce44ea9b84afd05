/**
 * Byzantine nodes of the sampling simulator. They act as one, answer each poll as they like, and except for `estimate`
 * and the two that do not look, they know every honest preference.
 */
import type { Draws } from './draws.ts'
import type { SamplingStrategy } from './parameters.ts'
import { type Answer, blue, type Colour, coin, red, silence } from './poll-outcomes.ts'

/** What an informed adversary sees. */
export interface NetworkView {
  readonly honest: number
  readonly byzantine: number
  readonly k: number
  /** Honest nodes that prefer, or have decided, red. */
  red(): number
  /** Honest nodes that have decided on a colour. */
  decided(colour: Colour): number
  prefers(node: number): Colour
  /** Chance that a Snowflake poll by a node of one colour leaves it red, where all Byzantine nodes answer as given. */
  chanceOfRed(own: Colour, answer: Colour): number
}

export interface Adversary {
  /** Called before the polls of each round. */
  beginRound(view: NetworkView): void
  /** What all Byzantine nodes in the sample answer this poll. @param node number of the honest node that polls */
  answer(node: number, view: NetworkView): Answer
}

/** Share of honest nodes that `split` means to mislead, for each colour; the others are only kept in balance. */
const splitTargets = 0.2

const minorityOf = (red_: number, all: number): Colour => (2 * red_ < all ? red : blue)

const makers: Readonly<Record<SamplingStrategy, (draws: Draws) => Adversary>> = {
  /** Votes for the colour that fewer honest nodes prefer: it holds the network where neither can win. */
  minority: () => ({
    beginRound: () => undefined,
    answer: (_, view) => minorityOf(view.red(), view.honest),
  }),

  /** The same without sight: what its nodes learn from one poll of k honest nodes each a round is all it knows. */
  estimate: (draws) => {
    let minority: Colour = red
    return {
      beginRound(view) {
        const polled = view.byzantine * view.k
        const reds = view.red()
        let seen = 0
        for (let i = 0; i < polled; i++) if (draws.below(view.honest) < reds) seen++
        minority = minorityOf(seen, polled)
      },
      answer: () => minority,
    }
  },

  random: () => ({ beginRound: () => undefined, answer: () => coin }),

  silent: () => ({ beginRound: () => undefined, answer: () => silence }),

  /**
   * Wants a decision for each colour. It lets one colour lead as far as it can still be turned, tells its targets
   * nothing but that colour until one of them decides, then turns the others round and does the same with the second.
   */
  split: (draws) => {
    let aim: Colour = red
    /** Chance that a node which is no target is told the colour aimed at. */
    let push = 0
    const other = (): Colour => (aim === red ? blue : red)
    const isTarget = (node: number, { honest }: NetworkView): boolean =>
      aim === red ? node < honest * splitTargets : node >= honest * (1 - splitTargets)
    return {
      beginRound(view) {
        if (view.decided(aim) > 0 && view.decided(other()) === 0) aim = other()
        const byzantineShare = view.byzantine / (view.byzantine + view.honest)
        // Beyond ½ / (1 − f) no vote of all Byzantine nodes turns it round. Chance moves a share by 1 / (2 √honest).
        const lead = 1 / (2 * (1 - byzantineShare)) - 1 / Math.sqrt(view.honest)
        const wanted = view.honest * (aim === red ? lead : 1 - lead)
        // Red nodes to be expected of the targets, and of the others if told the colour aimed at, or the other one.
        let [ofTargets, helped, hindered] = [0, 0, 0]
        for (let node = 0; node < view.honest; node++) {
          const own = view.prefers(node)
          if (isTarget(node, view)) ofTargets += view.chanceOfRed(own, aim)
          else {
            helped += view.chanceOfRed(own, aim)
            hindered += view.chanceOfRed(own, other())
          }
        }
        const needed = helped === hindered ? 0 : (wanted - ofTargets - hindered) / (helped - hindered)
        push = Math.min(1, Math.max(0, needed))
      },
      answer: (node, view) => (isTarget(node, view) || draws.uint32() < push * 0x1_0000_0000 ? aim : other()),
    }
  },
}

export function createAdversary(strategy: SamplingStrategy, draws: Draws): Adversary {
  return makers[strategy](draws)
}
