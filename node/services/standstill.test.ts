import { describe, expect, it } from 'vitest'
import { serviceLimits } from './limits.ts'
import { type ChainSigns, standstillOf } from './standstill.ts'

const nowMs = 1_000_000
const patience = serviceLimits.standstillAfterMs
const idleIntervalMs = 30_000
const signs = (part: Partial<ChainSigns>): ChainSigns => ({
  nowMs,
  workSinceMs: null,
  lastCommitAtMs: nowMs,
  quorumSeenAtMs: nowMs,
  idleIntervalMs,
  ...part,
})

describe('standstillOf', () => {
  it('says nothing of a chain that goes on, whatever the load', () => {
    expect(standstillOf(signs({}))).toBeNull()
    expect(standstillOf(signs({ workSinceMs: nowMs - 60_000 }))).toBeNull()
  })

  it('takes two heartbeats and the patience before a quiet network is called silent', () => {
    const quietMs = 2 * idleIntervalMs + patience
    expect(standstillOf(signs({ quorumSeenAtMs: nowMs - quietMs, lastCommitAtMs: 0 }))).toBeNull()
    expect(standstillOf(signs({ quorumSeenAtMs: nowMs - quietMs - 1, lastCommitAtMs: 0 }))).toEqual({
      reason: 'no-quorum',
      sinceMs: nowMs - quietMs - 1,
    })
  })

  it('gives a network that was quiet its time when work comes', () => {
    const quorumSeenAtMs = nowMs - 40_000
    expect(standstillOf(signs({ quorumSeenAtMs, workSinceMs: nowMs - patience }))).toBeNull()
    expect(standstillOf(signs({ quorumSeenAtMs, workSinceMs: nowMs - patience - 1 }))).toEqual({
      reason: 'no-quorum',
      sinceMs: quorumSeenAtMs,
    })
  })

  it('tells a quorum that speaks and does not commit', () => {
    const lastCommitAtMs = nowMs - patience - 1
    expect(standstillOf(signs({ lastCommitAtMs, workSinceMs: 5 }))).toEqual({
      reason: 'no-commit',
      sinceMs: lastCommitAtMs,
    })
    expect(standstillOf(signs({ lastCommitAtMs, workSinceMs: nowMs - 5 }))).toBeNull()
    expect(standstillOf(signs({ lastCommitAtMs, workSinceMs: null }))).toBeNull()
  })
})
