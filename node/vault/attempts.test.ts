import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { createAttempts, retryDelayMs } from './attempts.ts'
import { attemptsPath, dir } from './testing/harness.ts'
import { createMemoryFs } from './testing/memory-fs.ts'
import { refusal } from './testing/refusal.ts'

function start(fs = createMemoryFs(), clock = new ManualClock()) {
  const attempts = createAttempts(dir, { clock, fs })
  /** A wrong password: 'tried', or the delay that was demanded. */
  const tryWrong = async (): Promise<'tried' | number> => {
    try {
      await attempts.begin()
      return 'tried'
    } catch (error) {
      return (error as { details: { retryAfterMs: number } }).details.retryAfterMs
    }
  }
  return { fs, clock, attempts, tryWrong, restart: () => start(fs.copy(), clock) }
}

describe('attempts', () => {
  it('delays by the table', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 1_000].map(retryDelayMs)).toEqual([
      0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000, 300_000,
    ])
  })

  it('lets three go, then makes each next one wait twice as long', async () => {
    const { tryWrong, clock, attempts } = start()
    expect([await tryWrong(), await tryWrong(), await tryWrong()]).toEqual(['tried', 'tried', 'tried'])
    for (const delayMs of [1_000, 2_000, 4_000]) {
      expect(await attempts.retryAtMs()).toBe(clock.nowMs() + delayMs)
      expect(await tryWrong()).toBe(delayMs)
      clock.advance(delayMs - 1)
      expect(await tryWrong()).toBe(1)
      clock.advance(1)
      expect(await attempts.retryAtMs()).toBe(null)
      expect(await tryWrong()).toBe('tried')
    }
  })

  it('is on disk, synced, before the password is looked at', async () => {
    const before = start()
    for (let i = 0; i < 3; i++) await before.tryWrong()
    // Killed and cut off right after begin(): every disk that can be left knows of all three.
    for (const disk of before.fs.afterPowerCut()) expect(await start(disk, before.clock).tryWrong()).toBe(1_000)
    expect(await before.restart().tryWrong()).toBe(1_000)
  })

  it('starts anew after a right password, and forgets one that was not looked at', async () => {
    const { attempts, tryWrong, restart } = start()
    await tryWrong()
    await tryWrong()
    await (await attempts.begin()).withdrawn()
    expect(await restart().tryWrong()).toBe('tried')
    expect(await (await attempts.begin()).succeeded()).toBe(true)
    const later = restart()
    expect([await later.tryWrong(), await later.tryWrong(), await later.tryWrong()]).toEqual([
      'tried',
      'tried',
      'tried',
    ])
    expect(await later.tryWrong()).toBe(1_000)
  })

  it('neither frees nor locks longer when the clock goes back', async () => {
    const { tryWrong, clock, attempts, restart } = start()
    for (let i = 0; i < 3; i++) await tryWrong()
    clock.set(clock.nowMs() - 86_400_000)
    expect(await attempts.retryAtMs()).toBe(clock.nowMs() + 1_000)
    expect(await tryWrong()).toBe(1_000)
    clock.advance(400)
    expect(await restart().tryWrong()).toBe(600)
    clock.advance(600)
    expect(await tryWrong()).toBe('tried')
    clock.set(0)
    expect(await tryWrong()).toBe(2_000)
    clock.advance(2_000)
    expect(await tryWrong()).toBe('tried')
  })

  it('never demands more than the current delay, whatever the clock does (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -400_000, max: 400_000 }), { maxLength: 25 }), async (jumps) => {
        const { tryWrong, clock } = start()
        let tried = 0
        for (const jumpMs of jumps) {
          clock.set(clock.nowMs() + jumpMs)
          const outcome = await tryWrong()
          if (outcome === 'tried') tried += 1
          else {
            expect(outcome).toBeGreaterThan(0)
            expect(outcome).toBeLessThanOrEqual(retryDelayMs(tried))
          }
        }
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ['empty', new Uint8Array(), 0o600],
    ['cut off', utf8('{ "kind": "qudag-vault-attempts", '), 0o600],
    ['too large', new Uint8Array(10_000), 0o600],
    ['another document', utf8('{"failures":0}'), 0o600],
    ['open to others', undefined, 0o666],
  ])('counts a file that is %s as the longest delay, once', async (_, content, mode) => {
    const { fs, clock, attempts } = start()
    await (await attempts.begin()).succeeded()
    fs.put(attemptsPath, content ?? (fs.content(attemptsPath) as Uint8Array), { mode })
    const after = start(fs, clock)
    const retryAtMs = clock.nowMs() + 300_000
    expect(await after.attempts.retryAtMs()).toBe(retryAtMs)
    clock.advance(1_000)
    expect(await after.attempts.retryAtMs()).toBe(retryAtMs)
    expect(await after.tryWrong()).toBe(299_000)
    // From here on the record is sound again, through a restart too.
    const restarted = after.restart()
    expect(await restarted.tryWrong()).toBe(299_000)
    clock.advance(299_000)
    expect(await restarted.attempts.retryAtMs()).toBe(null)
    expect(await (await restarted.attempts.begin()).succeeded()).toBe(true)
    expect(await restarted.restart().tryWrong()).toBe('tried')
  })

  it('makes no attempt that it cannot record', async () => {
    const { fs, attempts } = start()
    for (let atStep = 1; atStep < 9; atStep++) {
      fs.plan({ atStep, when: 'before', kind: 'error' })
      expect(await refusal(attempts.begin())).toMatchObject({
        code: 'VAULT_WRITE_FAILED',
        details: { file: 'vault-attempts.json', systemCode: 'ENOSPC' },
      })
    }
    fs.plan(undefined)
    await attempts.begin()
    expect(fs.paths()).toEqual([attemptsPath])
  })
})
