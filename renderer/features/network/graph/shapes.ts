/**
 * What a state looks like: a shape and a colour of its own, the same on the canvas and in the legend. Paths are SVG data
 * around the origin, with a radius of 10.
 */
import type { VertexState } from '../../../../node/api/contract/index.ts'

export interface VertexLook {
  /** Outline; filled with `fill`, or hollow. */
  readonly outline: string
  /** Inside it, filled with the line's colour. */
  readonly mark?: string
  /** Tokens of tokens.css. */
  readonly line: string
  readonly fill: string
}

const circle = (radius: number): string =>
  `M ${-radius} 0 A ${radius} ${radius} 0 1 0 ${radius} 0 A ${radius} ${radius} 0 1 0 ${-radius} 0 Z`
const diamond = 'M 0 -10 L 10 0 L 0 10 L -10 0 Z'
const square = 'M -8 -8 L 8 -8 L 8 8 L -8 8 Z'
const cross = 'M -6.5 -6.5 L 6.5 6.5 M 6.5 -6.5 L -6.5 6.5'

export const vertexLooks: Readonly<Record<VertexState, VertexLook>> = {
  stored: { outline: circle(6), line: '--line-strong', fill: '--surface-1' },
  voting: { outline: circle(8), mark: circle(3), line: '--pending', fill: '--surface-1' },
  confirming: { outline: diamond, mark: 'M 0 -10 L 0 10 L -10 0 Z', line: '--pending', fill: '--surface-1' },
  confirmed: { outline: diamond, line: '--pending', fill: '--pending' },
  committed: { outline: square, line: '--good', fill: '--good' },
  skipped: { outline: cross, line: '--warn', fill: '--surface-1' },
}

/** Around a leader's vertex. */
export const leaderRing = circle(14)
/** Beside one of two that its author signed for a round. */
export const twinMark = 'M 0 -5 L 0 1 M 0 4 L 0 4.5'
