/**
 * A peer's reputation: one number that misconduct lowers, quiet hours raise a little, and time pulls back to 0. Pure; who keeps
 * it is peer-book.ts.
 */
import { peerLimits } from './limits.ts'

export interface Score {
  readonly value: number
  readonly atMs: number
}

/** What is left of it now. */
export function scoreAt({ value, atMs }: Score, nowMs: number): number {
  // A clock that was set back must not make a score grow.
  const elapsedMs = Math.max(0, nowMs - atMs)
  return value * 0.5 ** (elapsedMs / peerLimits.scoreHalfLifeMs)
}

/** After misconduct (negative) or an uneventful time (positive). */
export function changedScore(score: Score | undefined, points: number, nowMs: number): Score {
  const before = score === undefined ? 0 : scoreAt(score, nowMs)
  return { value: Math.min(peerLimits.maxScore, before + points), atMs: nowMs }
}

/** Length of a ban after so many offences that are still remembered, this one included. */
export function banLengthMs(offences: number): number {
  const growth = peerLimits.banGrowth ** Math.max(0, Math.min(offences, 16) - 1)
  return Math.min(peerLimits.longestBanMs, peerLimits.firstBanMs * growth)
}
