import { describe, expect, it } from 'vitest'
import { stepsOf } from './sync-steps.ts'

const statesOf = (phase: Parameters<typeof stepsOf>[0]) => stepsOf(phase).map(({ state }) => state)

describe('stepsOf', () => {
  it('has what is behind, what it is at, and what comes', () => {
    expect(stepsOf('snapshot')).toEqual([
      { phase: 'connecting', state: 'done' },
      { phase: 'certificates', state: 'done' },
      { phase: 'snapshot', state: 'current' },
      { phase: 'replay', state: 'upcoming' },
      { phase: 'live', state: 'upcoming' },
    ])
    expect(statesOf('connecting')[0]).toBe('current')
    expect(statesOf('live')).toEqual(['done', 'done', 'done', 'done', 'done'])
  })

  it('never says that a chain that stands still has arrived', () => {
    expect(statesOf('stalled')).toEqual(['done', 'done', 'done', 'done', 'failed'])
  })
})
