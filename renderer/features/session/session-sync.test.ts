import { describe, expect, it } from 'vitest'
import type { NodeEventMessage } from '../../../node/api/contract/index.ts'
import type { EventConsumer } from '../../rpc/index.ts'
import { eventOf, manualTimers, settled } from '../../rpc/test-support.ts'
import { limits } from './limits.ts'
import { type SessionSyncDeps, startSessionSync } from './session-sync.ts'
import { emptySession, type SessionState } from './store.ts'

function make() {
  const calls: string[] = []
  const timers = manualTimers()
  const delays: number[] = []
  const seen = { nowMs: 1_000_000, locked: true, isVisible: true, phase: 'replay' }
  let state: SessionState = { ...emptySession, connection: 'open' }
  let consumer: EventConsumer | undefined
  const called =
    <T>(name: string, value: () => T) =>
    async (): Promise<T> => {
      calls.push(name)
      return value()
    }
  const stop = startSessionSync({
    session: {
      api: {
        node: {
          status: called('status', () => ({ commitIndex: calls.length })),
          info: called('info', () => ({ pid: 1 })),
        },
        network: { sync: async () => ({ phase: seen.phase }) },
        vault: { status: called('vault', () => ({ exists: true, locked: seen.locked })) },
        accounts: { list: called('accounts', () => [{ kind: 'vault' }, { kind: 'watched' }]) },
      },
      follow(given: EventConsumer) {
        consumer = given
        return () => calls.push('stopped')
      },
    } as unknown as SessionSyncDeps['session'],
    getState: () => state,
    setState: (part) => {
      state = { ...state, ...part }
    },
    after(delayMs, callback) {
      delays.push(delayMs)
      return timers.later(callback)
    },
    isVisible: () => seen.isVisible,
    nowMs: () => seen.nowMs,
  })
  return {
    calls,
    timers,
    delays,
    seen,
    stop,
    state: () => state,
    patch: (part: Partial<SessionState>) => Object.assign(state, part),
    consumer: () => consumer!,
  }
}

describe('startSessionSync', () => {
  it('says at once that the chain stands still, and that it goes on again', async () => {
    const { consumer, state } = make()
    await consumer().snapshot()
    const told = (phase: string) =>
      ({ ...eventOf(1), type: 'network.sync.changed', data: { phase } }) as unknown as NodeEventMessage
    consumer().batch?.([told('live'), eventOf(2), told('stalled')])
    expect(state().sync).toEqual({ phase: 'stalled' })
    consumer().batch?.([eventOf(3)])
    expect(state().sync).toEqual({ phase: 'stalled' })
    consumer().batch?.([told('live')])
    expect(state().sync).toEqual({ phase: 'live' })
  })

  it('fills the store from a snapshot', async () => {
    const { consumer, state } = make()
    await consumer().snapshot()
    expect(state()).toMatchObject({
      vault: { exists: true, locked: true },
      watchedAccounts: 1,
      info: { pid: 1 },
      sync: { phase: 'replay' },
      asOf: new Date(1_000_000).toISOString(),
    })
  })

  it('fails as a whole where a part of the snapshot fails, so that it is asked for again', async () => {
    const { consumer, seen } = make()
    Object.defineProperty(seen, 'locked', {
      get() {
        throw new Error('lost')
      },
    })
    await expect(consumer().snapshot()).rejects.toThrow('lost')
  })

  it('asks for the vault when an event says that it changed, and closes what was open while locked', async () => {
    const { consumer, state, seen, calls, patch } = make()
    await consumer().snapshot()
    patch({ viewsWhileLocked: true })
    seen.locked = false
    calls.length = 0
    consumer().batch?.([eventOf(1)])
    await settled()
    expect(calls).toContain('vault')
    expect(state()).toMatchObject({ vault: { locked: false }, viewsWhileLocked: false })
  })

  it('asks for the figures once a second at most, however many events come', async () => {
    const { consumer, calls, timers, delays, seen } = make()
    await consumer().snapshot()
    calls.length = 0
    delays.length = 0
    seen.nowMs += 400
    for (let sequence = 1; sequence <= 100; sequence += 1) consumer().batch?.([eventOf(sequence)])
    expect(delays.at(-1)).toBe(limits.refreshMs - 400)
    expect(timers.count).toBe(1)
    timers.run()
    await settled()
    expect(calls.filter((name) => name === 'status')).toHaveLength(1)
  })

  it('asks rarely while nobody looks, and not at all without a connection', async () => {
    const { calls, timers, delays, seen, patch } = make()
    seen.isVisible = false
    timers.run()
    await settled()
    expect(delays.at(-1)).toBe(limits.hiddenPollMs)
    patch({ connection: 'lost' })
    calls.length = 0
    timers.run()
    await settled()
    expect(calls).toEqual([])
    expect(timers.count).toBe(1)
  })

  it('ends', async () => {
    const { stop, timers, calls, state, consumer } = make()
    stop()
    expect(calls).toEqual(['stopped'])
    expect(timers.count).toBe(0)
    await consumer().snapshot()
    expect(state().vault).toBeNull()
  })
})
