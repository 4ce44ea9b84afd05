import { describe, expect, it } from 'vitest'
import type { SyncPhase } from '../../../node/api/contract/index.ts'
import { syncFraction, syncLook } from './sync-look.ts'

const phases: readonly SyncPhase[] = ['connecting', 'certificates', 'snapshot', 'replay', 'live', 'stalled']

describe('syncLook', () => {
  it('is good for a chain that goes on alone', () => {
    expect(phases.filter((phase) => syncLook({ phase }).tone === 'good')).toEqual(['live'])
    expect(syncLook({ phase: 'stalled' }).tone).toBe('bad')
  })

  it('has words and an icon of its own for each phase', () => {
    expect(new Set(phases.map((phase) => syncLook({ phase }).text)).size).toBe(phases.length)
    expect(new Set(phases.map((phase) => syncLook({ phase }).icon)).size).toBe(phases.length)
  })
})

describe('syncFraction', () => {
  it('is of the present phase, and never more than all of it', () => {
    expect(syncFraction({ phase: 'snapshot', done: 25, total: 100 })).toBe(0.25)
    expect(syncFraction({ phase: 'replay', done: 101, total: 100 })).toBe(1)
  })

  it('is not known without an end, or where there is nothing to wait for', () => {
    expect(syncFraction({ phase: 'replay', done: 5, total: null })).toBeUndefined()
    expect(syncFraction({ phase: 'certificates', done: 0, total: 0 })).toBeUndefined()
    for (const phase of ['live', 'stalled', 'connecting'] as const) {
      expect(syncFraction({ phase, done: 1, total: 2 })).toBeUndefined()
    }
  })
})
