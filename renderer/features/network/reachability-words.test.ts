import { describe, expect, it } from 'vitest'
import type { Reachability } from '../../../node/api/contract/index.ts'
import { reachabilityWords } from './reachability-words.ts'

const view = (state: Reachability['state'], reason: string): Reachability => ({
  ...{ state, reason, listening: [], announced: [], relays: [], portMapped: false, missing: [] },
  asOf: '2026-11-22T14:00:00.000Z',
})

describe('reachabilityWords', () => {
  it('tells each state apart by word and icon, and says what to do where something is amiss', () => {
    const states = ['public', 'private', 'relayed', 'unknown', 'offline'] as const
    const words = states.map((state) => reachabilityWords(view(state, 'NOT_CHECKED'), false))
    expect(new Set(words.map(({ icon }) => icon)).size).toBe(states.length)
    expect(words.map(({ advice }) => advice !== undefined)).toEqual([false, true, true, true, true])
    expect(words.map(({ tone }) => tone === 'good')).toEqual([true, false, false, false, false])
  })

  it('advises by the reason', () => {
    expect(reachabilityWords(view('unknown', 'NO_PEERS'), false).advice).toBe('network.reach.advice.peers')
    expect(reachabilityWords(view('unknown', 'NOT_CHECKED'), false).advice).toBe('network.reach.advice.wait')
    expect(reachabilityWords(view('offline', 'LISTENS_NOWHERE'), true).advice).toBe('network.reach.advice.alone')
    expect(reachabilityWords(view('offline', 'LISTENS_NOWHERE'), false).advice).toBe('network.reach.advice.listen')
  })

  it('has no words for a reason it does not know', () => {
    expect(reachabilityWords(view('private', 'SOMETHING_NEW'), false)).toMatchObject({
      reason: undefined,
      advice: 'network.reach.advice.forward',
    })
  })
})
