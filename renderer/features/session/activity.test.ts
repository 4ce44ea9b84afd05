import { describe, expect, it } from 'vitest'
import { settled } from '../../rpc/test-support.ts'
import { createActivity } from './activity.ts'
import { limits } from './limits.ts'

const vault = {
  exists: true,
  locked: false,
  accounts: 1,
  retryAt: null,
  autoLockAt: null,
  sealedBy: null,
  hardwareKeys: [],
}
const real = { isTrusted: true }

function make() {
  const seen = { calls: 0, statuses: 0, nowMs: 0, isUnlocked: true, fails: false }
  const activity = createActivity({
    async keepOpen() {
      seen.calls += 1
      if (seen.fails) throw new Error('lost')
      return vault
    },
    isUnlocked: () => seen.isUnlocked,
    onStatus: () => {
      seen.statuses += 1
    },
    nowMs: () => seen.nowMs,
  })
  return { seen, activity }
}

describe('createActivity', () => {
  it('says once in a while that somebody is there', async () => {
    const { seen, activity } = make()
    activity(real)
    seen.nowMs = limits.keepOpenMs - 1
    activity(real)
    expect(seen.calls).toBe(1)
    seen.nowMs = limits.keepOpenMs
    activity(real)
    await settled()
    expect(seen).toMatchObject({ calls: 2, statuses: 2 })
  })

  it('does not count what a program does, nor anything while it is locked', () => {
    const { seen, activity } = make()
    activity({ isTrusted: false })
    seen.isUnlocked = false
    activity(real)
    expect(seen.calls).toBe(0)
  })

  it('stays quiet where the node cannot be told', async () => {
    const { seen, activity } = make()
    seen.fails = true
    activity(real)
    await settled()
    expect(seen).toMatchObject({ calls: 1, statuses: 0 })
  })
})
