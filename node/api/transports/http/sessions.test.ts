import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../core/clock.ts'
import { seededRng } from '../../../core/rng.ts'
import { createSessions } from './sessions.ts'

function setUp() {
  const clock = new ManualClock()
  const limits = { browserCodeMs: 60_000, maxBrowserCodes: 3, sessionMs: 3_600_000, maxSessions: 2 }
  return { clock, sessions: createSessions(limits, { clock, rng: seededRng(1) }) }
}

describe('createSessions', () => {
  it('exchanges a code once', () => {
    const { clock, sessions } = setUp()
    const { code } = sessions.issueCode()
    const session = sessions.exchange(code)
    expect(session?.expiresAtMs).toBe(clock.nowMs() + 3_600_000)
    expect(sessions.isSession(session?.token ?? '')).toBe(true)
    expect(sessions.exchange(code)).toBeUndefined()
    expect(sessions.isSession(code)).toBe(false)
  })

  it('refuses a code after its minute, and one it never gave', () => {
    const { clock, sessions } = setUp()
    const { code } = sessions.issueCode()
    clock.advance(60_000)
    expect(sessions.exchange(code)).toBeUndefined()
    expect(sessions.exchange('')).toBeUndefined()
  })

  it('ends a session after its time', () => {
    const { clock, sessions } = setUp()
    const session = sessions.exchange(sessions.issueCode().code)
    clock.advance(3_600_000 - 1)
    expect(sessions.isSession(session?.token ?? '')).toBe(true)
    clock.advance(1)
    expect(sessions.isSession(session?.token ?? '')).toBe(false)
  })

  it('keeps the newest codes and sessions', () => {
    const { sessions } = setUp()
    const codes = [1, 2, 3, 4].map(() => sessions.issueCode().code)
    expect(sessions.exchange(codes[0] ?? '')).toBeUndefined()
    const tokens = codes.slice(1).map((code) => sessions.exchange(code)?.token ?? '')
    expect(tokens.map((token) => sessions.isSession(token))).toEqual([false, true, true])
  })
})
