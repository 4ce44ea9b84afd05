import { describe, expect, it } from 'vitest'
import { testAddress, testTransfer } from '../test-support.ts'
import { durationMs, lifecycleOf } from './lifecycle.ts'

const [a, b] = [testAddress(1), testAddress(2)]

describe('lifecycleOf', () => {
  it('shows what is to come after where it is', () => {
    const steps = lifecycleOf(testTransfer({ n: 1, from: a, to: b, state: 'Voting' }))
    expect(steps.map(({ state, status }) => `${state} ${status}`)).toEqual([
      'Created done',
      'Signed done',
      'Broadcast done',
      'Validating done',
      'Voting now',
      'Confirming next',
      'Confirmed next',
      'Finalized next',
    ])
    expect(steps[4]).toMatchObject({ sinceStartMs: 40 })
    expect(steps[5]?.at).toBeUndefined()
  })

  it('has nothing to come after an end, and tells a failure from a success', () => {
    const paid = testTransfer({ n: 1, from: a, to: b })
    const failed = testTransfer({ n: 1, from: a, to: b, outcome: 'failed' })
    const rejected = testTransfer({ n: 1, from: a, to: b, state: 'Rejected' })
    expect(lifecycleOf(paid).at(-1)).toMatchObject({ state: 'Finalized', status: 'good' })
    expect(lifecycleOf(failed).at(-1)).toMatchObject({ state: 'Finalized', status: 'bad' })
    expect(lifecycleOf(rejected).at(-1)).toMatchObject({ state: 'Rejected', status: 'bad' })
    expect(durationMs(paid)).toBe(70)
    expect(durationMs({ state: 'Voting', states: paid.states })).toBeUndefined()
  })
})
