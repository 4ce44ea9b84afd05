import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { defaultSettings } from './desktop-settings.ts'
import { shellLimits } from './limits.ts'
import { lockWithMachine } from './power.ts'
import { manualTimer } from './testing/manual-timer.ts'

function machine(change: Partial<ReturnType<typeof defaultSettings>> = {}) {
  const events = new EventEmitter()
  const timer = manualTimer()
  const state = { idleSeconds: 0, locks: 0 }
  const stop = lockWithMachine({
    monitor: { on: (event, listener) => events.on(event, listener), getSystemIdleTime: () => state.idleSeconds },
    settings: () => ({ ...defaultSettings('linux'), ...change }),
    lock: () => {
      state.locks += 1
    },
    timer,
  })
  const idleFor = (seconds: number): void => {
    state.idleSeconds = seconds
    timer.advance(shellLimits.idlePollMs)
  }
  return { events, timer, state, stop, idleFor }
}

describe('lockWithMachine', () => {
  it('locks when the machine sleeps and when its screen is locked', () => {
    const { events, state } = machine()
    events.emit('suspend')
    events.emit('lock-screen')
    expect(state.locks).toBe(2)
  })

  it('does not where the owner does not want it', () => {
    const { events, state, idleFor } = machine({ lockOnSuspend: false, lockWhenIdleMinutes: 0 })
    events.emit('suspend')
    idleFor(100_000)
    expect(state.locks).toBe(0)
  })

  it('locks once when nobody has touched it for as long as was set, and again after somebody has', () => {
    const { state, idleFor } = machine({ lockWhenIdleMinutes: 2 })
    idleFor(119)
    expect(state.locks).toBe(0)
    idleFor(120)
    idleFor(135)
    expect(state.locks).toBe(1)
    idleFor(0)
    idleFor(121)
    expect(state.locks).toBe(2)
  })

  it('stops looking', () => {
    const { timer, stop } = machine()
    stop()
    expect(timer.waiting).toBe(0)
  })
})
