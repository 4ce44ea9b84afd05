import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes, toHex } from '../core/bytes.ts'
import { randomBelow, seededRng } from '../core/rng.ts'
import { sha256 } from '../crypto/hash.ts'
import { createSnow, type Snow, type SnowOptions, type SnowPoll } from './snow.ts'
import type { ConflictSet, PollReply, PollRequest } from './snow-messages.ts'
import { testValidator } from './test-support.ts'

const txOf = (number: number): Uint8Array => sha256(Uint8Array.of(number, number >> 8))
const setOf = (number: number): ConflictSet => {
  const account = new Uint8Array(33)
  new DataView(account.buffer).setUint32(29, number)
  return { account, nonce: number % 5 }
}
const [set, a, b, c] = [setOf(1), txOf(1), txOf(2), txOf(3)]
const validatorsOf = (count: number) => Array.from({ length: count }, (_, index) => testValidator(index))

function snowOf(count: number, change: Partial<SnowOptions> = {}): Snow {
  const validators = validatorsOf(count)
  return createSnow({ validators, self: testValidator(0).id, rng: seededRng(1), ...change })
}

/** A snow whose only set is contested, and its first poll. */
function contested(count: number, change: Partial<SnowOptions> = {}): { snow: Snow; poll: SnowPoll } {
  const snow = snowOf(count, change)
  snow.noteSibling(set, a, 0)
  snow.noteSibling(set, b, 0)
  const { poll } = snow.tick(0)
  if (poll === null) throw new Error('no poll')
  return { snow, poll }
}

/** Everybody who is asked says the same of every set. */
function replyAll(snow: Snow, poll: SnowPoll, preference: Uint8Array | null, nowMs: number): void {
  const preferences = poll.request.sets.map(() => preference)
  for (const from of poll.to) snow.takeReply(from, { pollId: poll.request.pollId, preferences }, nowMs)
}

const preferred = (snow: Snow, of: ConflictSet = set): string => toHex(snow.preferenceOf(of) ?? new Uint8Array(0))

describe('an oracle', () => {
  it('says what polls say, among the siblings that are known, and nothing of sets that nobody disputes', () => {
    const asked: string[][] = []
    const oracle: SnowOptions['oracle'] = (_, siblings) => {
      asked.push(siblings.map(toHex))
      return b
    }
    const { snow, poll } = contested(8, { oracle })
    snow.noteSibling(setOf(2), c, 0)
    replyAll(snow, poll, a, 10)
    expect(preferred(snow)).toBe(toHex(b))
    expect(preferred(snow, setOf(2))).toBe(toHex(c))
    expect(asked).toEqual([[toHex(a), toHex(b)]])
  })

  it('that prefers none leaves the sibling seen first', () => {
    const { snow, poll } = contested(8, { oracle: () => undefined })
    replyAll(snow, poll, b, 10)
    expect(preferred(snow)).toBe(toHex(a))
  })
})

describe('a conflict set', () => {
  it('prefers the sibling seen first, and is contested from the second on', () => {
    const snow = snowOf(4)
    expect(snow.preferenceOf(set)).toBeNull()
    expect(snow.noteSibling(set, a, 0)).toBe('first')
    expect(snow.noteSibling(set, a, 1)).toBe('known')
    expect([snow.isContested(set), preferred(snow)]).toEqual([false, toHex(a)])
    expect(snow.tick(2)).toEqual({ poll: null, wakeAtMs: null })
    expect(snow.noteSibling(set, b, 3)).toBe('contested')
    expect(snow.noteSibling(set, b, 3)).toBe('known')
    expect([snow.isContested(set), preferred(snow)]).toEqual([true, toHex(a)])
    expect(snow.tick(3).poll?.request.sets).toEqual([set])
  })

  it('is another for another nonce or account', () => {
    const snow = snowOf(4)
    snow.noteSibling(set, a, 0)
    expect(snow.noteSibling({ ...set, nonce: set.nonce + 1 }, b, 0)).toBe('first')
    expect(snow.noteSibling({ ...set, account: setOf(9).account }, c, 0)).toBe('first')
    expect(snow.isContested(set)).toBe(false)
  })

  it('is gone once forgotten, with what open polls still bring', () => {
    const { snow, poll } = contested(4)
    snow.forget(set)
    expect([snow.preferenceOf(set), snow.isContested(set)]).toEqual([null, false])
    snow.noteSibling(set, c, 1)
    snow.noteSibling(set, a, 1)
    replyAll(snow, poll, a, 2)
    expect(preferred(snow)).toBe(toHex(c))
    expect(snow.status).toMatchObject({ known: 1, contested: 1 })
  })
})

describe('polls', () => {
  it('ask min(20, n − 1) different others, never oneself', () => {
    for (const count of [2, 4, 21, 40]) {
      const { poll } = contested(count)
      expect(poll.to).toHaveLength(Math.min(20, count - 1))
      expect(new Set(poll.to.map(toHex)).size).toBe(poll.to.length)
      expect(poll.to.some((id) => equalBytes(id, testValidator(0).id))).toBe(false)
    }
  })

  it('ask nobody where nobody else is: the first seen stands', () => {
    const snow = snowOf(1)
    snow.noteSibling(set, a, 0)
    snow.noteSibling(set, b, 0)
    expect(snow.tick(0)).toEqual({ poll: null, wakeAtMs: null })
    expect([snow.isContested(set), preferred(snow)]).toEqual([true, toHex(a)])
  })

  it('keep 50 ms between them, and end after 1 s whatever comes', () => {
    const { snow } = contested(4)
    const times = [0]
    let wake = snow.tick(0).wakeAtMs
    while (wake !== null) {
      const { poll, wakeAtMs } = snow.tick(wake)
      if (poll !== null) times.push(wake)
      wake = wakeAtMs
    }
    expect(Math.min(...times.slice(1).map((at, index) => at - (times[index] as number)))).toBeGreaterThanOrEqual(50)
    expect(Math.max(...times)).toBeLessThan(1_000)
    expect(snow.status).toEqual({ known: 1, contested: 1, polled: 0, open: 0 })
    expect(preferred(snow)).toBe(toHex(a))
  })

  it('carry many sets, and let more take turns', () => {
    const snow = snowOf(4, { limits: { snowMaxPollSets: 3 } })
    for (let number = 0; number < 5; number++) {
      snow.noteSibling(setOf(number), a, 0)
      snow.noteSibling(setOf(number), b, 0)
    }
    const asked = [0, 50].flatMap((nowMs) => snow.tick(nowMs).poll?.request.sets ?? [])
    expect(asked).toEqual([0, 1, 2, 3, 4, 0].map(setOf))
  })

  it('move the preference at α_pref and settle at β polls of α_conf in a row', () => {
    // k = 20: α_pref = 11, α_conf = 15.
    const { snow, poll } = contested(21)
    const say = (poll: SnowPoll, forB: number, nowMs: number): void => {
      const { pollId } = poll.request
      poll.to.forEach((from, index) => {
        snow.takeReply(from, { pollId, preferences: [index < forB ? b : a] }, nowMs)
      })
    }
    say(poll, 10, 10)
    expect(preferred(snow)).toBe(toHex(a))
    say(snow.tick(50).poll as SnowPoll, 11, 60)
    expect(preferred(snow)).toBe(toHex(b))
    for (let round = 2; round < 10; round++) {
      expect(snow.status.polled, `round ${round}`).toBe(1)
      say(snow.tick(50 * round).poll as SnowPoll, 15, 50 * round + 10)
    }
    expect([snow.status.polled, snow.tick(2_000).poll]).toEqual([0, null])
    expect(preferred(snow)).toBe(toHex(b))
  })

  it('of 14 for and 6 against add nothing to the confidence, and begin the count anew', () => {
    const { snow, poll } = contested(21)
    const say = (poll: SnowPoll, forB: number, nowMs: number): void => {
      const { pollId } = poll.request
      poll.to.forEach((from, index) => {
        snow.takeReply(from, { pollId, preferences: [index < forB ? b : a] }, nowMs)
      })
    }
    say(poll, 15, 10)
    for (let round = 1; round < 16; round++) {
      say(snow.tick(50 * round).poll as SnowPoll, round === 7 ? 14 : 15, 50 * round + 10)
      expect(snow.status.polled, `round ${round}`).toBe(round < 15 ? 1 : 0)
    }
  })

  it('do not wait for the last reply once it can change nothing', () => {
    const { snow, poll } = contested(21)
    const { pollId } = poll.request
    poll.to.slice(0, 14).forEach((from) => {
      snow.takeReply(from, { pollId, preferences: [b] }, 10)
    })
    expect([snow.status.open, preferred(snow)]).toEqual([1, toHex(a)])
    snow.takeReply(poll.to[14] as Uint8Array, { pollId, preferences: [b] }, 10)
    expect([snow.status.open, preferred(snow)]).toEqual([0, toHex(b)])
  })
})

describe('answers', () => {
  it('give the own preference for each set, null for unknown ones', () => {
    const { snow } = contested(4)
    snow.noteSibling(setOf(7), c, 0)
    const request: PollRequest = { pollId: 77, sets: [setOf(8), set, setOf(7)] }
    expect(snow.answer(request)).toEqual({ pollId: 77, preferences: [null, a, c] })
  })

  it('tell of an answer nothing that the asker could change: asking leaves no trace', () => {
    const snow = snowOf(4)
    snow.answer({ pollId: 1, sets: Array.from({ length: 50 }, (_, number) => setOf(number)) })
    expect(snow.status).toEqual({ known: 0, contested: 0, polled: 0, open: 0 })
  })
})

describe('hostile replies', () => {
  it('of a poll never made, of strangers, repeated, late, or of another length are told apart and count nothing', () => {
    const { snow, poll } = contested(4)
    const [from] = poll.to as [Uint8Array]
    const { pollId } = poll.request
    const codeOf = (who: Uint8Array, reply: PollReply, nowMs = 1): string => {
      const taken = snow.takeReply(who, reply, nowMs)
      return taken.ok ? 'ok' : taken.error.code
    }
    expect(codeOf(from, { pollId: pollId + 1, preferences: [b] })).toBe('SNOW_POLL_UNKNOWN')
    expect(codeOf(testValidator(99).id, { pollId, preferences: [b] })).toBe('SNOW_NOT_ASKED')
    expect(codeOf(testValidator(0).id, { pollId, preferences: [b] })).toBe('SNOW_NOT_ASKED')
    expect(codeOf(from, { pollId, preferences: [b, b] })).toBe('SNOW_REPLY_LENGTH')
    expect(codeOf(from, { pollId, preferences: [] })).toBe('SNOW_REPLY_LENGTH')
    expect(codeOf(from, { pollId, preferences: [b] })).toBe('ok')
    expect(codeOf(from, { pollId, preferences: [b] })).toBe('SNOW_REPEATED')
    expect(codeOf(poll.to[1] as Uint8Array, { pollId, preferences: [b] }, 500)).toBe('SNOW_POLL_UNKNOWN')
    expect(preferred(snow)).toBe(toHex(a))
  })

  it('for transactions that are not known here never become a preference', () => {
    const { snow, poll } = contested(21)
    replyAll(snow, poll, c, 1)
    expect(preferred(snow)).toBe(toHex(a))
    expect(snow.noteSibling(set, c, 2)).toBe('contested')
    replyAll(snow, snow.tick(50).poll as SnowPoll, c, 51)
    expect(preferred(snow)).toBe(toHex(c))
  })

  it('one validator counts once: its repeated votes do not make a majority', () => {
    const { snow, poll } = contested(21)
    const [from] = poll.to as [Uint8Array]
    for (let i = 0; i < 30; i++) snow.takeReply(from, { pollId: poll.request.pollId, preferences: [b] }, 1)
    expect(snow.tick(499)).not.toBeNull()
    snow.tick(500)
    expect(preferred(snow)).toBe(toHex(a))
  })

  it('whatever is called with, a preference is a sibling that was noted, and nothing grows past its limit (property)', () => {
    const limits = {
      snowMaxKnownSets: 6,
      snowMaxContestedSets: 3,
      snowMaxSiblings: 3,
      snowMaxPollSets: 2,
      snowMaxOpenPolls: 3,
    }
    const anyTx = fc.nat(5).map(txOf)
    const anySet = fc.nat(11).map(setOf)
    const step = fc.oneof(
      fc.record({ do: fc.constant('note' as const), set: anySet, tx: anyTx }),
      fc.record({ do: fc.constant('tick' as const), ms: fc.nat(120) }),
      fc.record({
        do: fc.constant('reply' as const),
        from: fc.nat(9),
        poll: fc.nat(20),
        preferences: fc.array(fc.option(anyTx), { maxLength: 3 }),
      }),
      fc.record({ do: fc.constant('forget' as const), set: anySet }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.nat(), (steps, seed) => {
        const snow = snowOf(8, { limits, rng: seededRng(seed) })
        const noted = new Map<string, Set<string>>()
        const keyOf = ({ account, nonce }: ConflictSet): string => `${toHex(account)}|${nonce}`
        const pollIds: number[] = [0]
        let nowMs = 0
        for (const it of steps) {
          if (it.do === 'note') {
            snow.noteSibling(it.set, it.tx, nowMs)
            noted.set(keyOf(it.set), (noted.get(keyOf(it.set)) ?? new Set()).add(toHex(it.tx)))
          } else if (it.do === 'tick') {
            nowMs += it.ms
            const { poll, wakeAtMs } = snow.tick(nowMs)
            if (wakeAtMs !== null) expect(wakeAtMs).toBeGreaterThanOrEqual(nowMs)
            if (poll !== null) {
              expect(poll.request.sets.length).toBeLessThanOrEqual(limits.snowMaxPollSets)
              pollIds.push(poll.request.pollId)
            }
          } else if (it.do === 'reply') {
            const pollId = pollIds.at(-1 - (it.poll % pollIds.length)) as number
            snow.takeReply(testValidator(it.from).id, { pollId, preferences: it.preferences }, nowMs)
          } else snow.forget(it.set)
          expect(snow.status.known).toBeLessThanOrEqual(limits.snowMaxKnownSets)
          expect(snow.status.contested).toBeLessThanOrEqual(limits.snowMaxContestedSets)
          expect(snow.status.polled).toBeLessThanOrEqual(snow.status.contested)
          expect(snow.status.open).toBeLessThanOrEqual(limits.snowMaxOpenPolls)
          for (let number = 0; number < 12; number++) {
            const preference = snow.preferenceOf(setOf(number))
            if (preference !== null) expect(noted.get(keyOf(setOf(number)))?.has(toHex(preference))).toBe(true)
          }
        }
      }),
      { seed: 4, numRuns: 200 },
    )
  })
})

describe('bounds', () => {
  it('forget the oldest set that nobody disputes, never a contested one', () => {
    const snow = snowOf(4, { limits: { snowMaxKnownSets: 3 } })
    snow.noteSibling(setOf(0), a, 0)
    snow.noteSibling(setOf(0), b, 0)
    for (const number of [1, 2, 3]) snow.noteSibling(setOf(number), a, 0)
    expect([0, 1, 2, 3].map((number) => snow.preferenceOf(setOf(number)) !== null)).toEqual([true, false, true, true])
  })

  it('take no conflict more than they hold: the sibling seen first stays preferred', () => {
    const snow = snowOf(4, { limits: { snowMaxContestedSets: 1, snowMaxSiblings: 2 } })
    for (const number of [0, 1]) snow.noteSibling(setOf(number), a, 0)
    expect(snow.noteSibling(setOf(0), b, 0)).toBe('contested')
    expect(snow.noteSibling(setOf(0), c, 0)).toBe('dropped')
    expect(snow.noteSibling(setOf(1), b, 0)).toBe('dropped')
    expect([snow.isContested(setOf(1)), preferred(snow, setOf(1))]).toEqual([false, toHex(a)])
  })
})

interface Link {
  readonly at: number
  readonly deliver: () => void
}

/**
 * Validators with snow over links of 20 to 60 ms. Half of them see `a` first, the others `b`.
 *
 * @param liar what a Byzantine validator (the last ones) says, or null for nothing; `false` where it does not answer
 */
function runNetwork(
  count: number,
  seed: number,
  byzantine = 0,
  liar: (rng: ReturnType<typeof seededRng>, asker: number) => Uint8Array | null | false = () => null,
): { snows: Snow[]; settledAtMs: number } {
  const rng = seededRng(seed)
  const validators = validatorsOf(count)
  const indexOf = new Map(validators.map(({ id }, index) => [toHex(id), index]))
  const honest = count - byzantine
  const snows = validators.slice(0, honest).map(({ id }, index) => {
    const snow = createSnow({ validators, self: id, rng: seededRng(seed * 1_000 + index) })
    const order = index % 2 === 0 ? [a, b] : [b, a]
    for (const tx of order) snow.noteSibling(set, tx, 0)
    return snow
  })
  let links: Link[] = []
  const send = (nowMs: number, deliver: () => void): void => {
    links.push({ at: nowMs + 20 + randomBelow(rng, 41), deliver })
  }
  let nowMs = 0
  for (; snows.some((snow) => snow.status.polled > 0); nowMs += 10) {
    const due = links.filter(({ at }) => at <= nowMs)
    links = links.filter(({ at }) => at > nowMs)
    for (const { deliver } of due) deliver()
    snows.forEach((snow, asker) => {
      const { poll } = snow.tick(nowMs)
      if (poll === null) return
      for (const to of poll.to) {
        const asked = indexOf.get(toHex(to)) as number
        send(nowMs, () => {
          const lie = asked < honest ? undefined : liar(rng, asker)
          if (lie === false) return
          const { pollId, sets } = poll.request
          const reply =
            lie === undefined
              ? (snows[asked] as Snow).answer(poll.request)
              : { pollId, preferences: sets.map(() => lie) }
          send(nowMs, () => snow.takeReply(to, reply, nowMs))
        })
      }
    })
  }
  return { snows, settledAtMs: nowMs }
}

describe('a network', () => {
  it('comes to one preference from an even start, within a second', () => {
    for (const seed of [1, 2, 3]) {
      const { snows, settledAtMs } = runNetwork(30, seed)
      expect(new Set(snows.map((snow) => preferred(snow))).size).toBe(1)
      expect(settledAtMs).toBeLessThanOrEqual(1_010)
    }
  })

  it('is the same for the same seed', () => {
    const trace = (seed: number): string => {
      const { snows, settledAtMs } = runNetwork(10, seed)
      return `${settledAtMs} ${snows.map((snow) => preferred(snow))}`
    }
    expect(trace(5)).toBe(trace(5))
  })

  it('whatever an adversary answers, ends in time, with a preference for a real sibling', () => {
    const liars = {
      unknown: () => c,
      nothing: () => false as const,
      'to each its own': (_: unknown, asker: number) => (asker % 2 === 0 ? a : b),
      random: (rng: ReturnType<typeof seededRng>) => (randomBelow(rng, 2) === 0 ? a : b),
    }
    for (const [name, liar] of Object.entries(liars)) {
      const { snows, settledAtMs } = runNetwork(16, 1, 5, liar)
      expect(settledAtMs, name).toBeLessThanOrEqual(1_010)
      for (const snow of snows) expect([toHex(a), toHex(b)], name).toContain(preferred(snow))
    }
  })

  it('an oracle in place of all replies leaves the sets of others alone', () => {
    const { snow } = contested(8)
    const calm = setOf(3)
    snow.noteSibling(calm, c, 0)
    for (let nowMs = 50; nowMs < 1_200; nowMs += 50) {
      const { poll } = snow.tick(nowMs)
      if (poll !== null) replyAll(snow, poll, b, nowMs)
    }
    expect([preferred(snow, calm), snow.isContested(calm)]).toEqual([toHex(c), false])
  })
})
