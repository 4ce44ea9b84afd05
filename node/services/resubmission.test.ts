import { describe, expect, it } from 'vitest'
import type { Message, PeerKey } from '../consensus/index.ts'
import { ManualClock } from '../core/clock.ts'
import type { InFlightEntry } from './in-flight.ts'
import { serviceLimits } from './limits.ts'
import { createResubmission } from './resubmission.ts'

type Mutable = { -readonly [K in keyof InFlightEntry]: InFlightEntry[K] }

function setUp(validators: readonly PeerKey[] = ['v1', 'v2']) {
  const clock = new ManualClock()
  const sent: { readonly to: PeerKey | null; readonly count: number; readonly atMs: number }[] = []
  const entries: InFlightEntry[] = []
  const startMs = clock.nowMs()
  let isSeated = false
  const resubmission = createResubmission({
    peers: {
      send(to, message: Message) {
        if (message.kind !== 'transactions') throw new Error('nothing else is said')
        sent.push({ to, count: message.transactions.length, atMs: clock.nowMs() - startMs })
      },
      list: () =>
        [...validators, 'other'].map((peer) => ({ peer, id: peer, address: '', isValidator: peer !== 'other' })),
    },
    registry: {
      all: () => entries.values(),
      get size() {
        return entries.length
      },
    },
    validates: () => isSeated,
    clock,
    scheduler: clock,
  })
  const entry = (part: Partial<InFlightEntry> = {}): Mutable => {
    const bytes = Uint8Array.of(entries.length)
    const made = {
      executed: false,
      held: false,
      steps: [],
      admittedAtMs: clock.nowMs(),
      transaction: { bytes },
      ...part,
    }
    entries.push(made as unknown as InFlightEntry)
    return made as unknown as Mutable
  }
  return {
    ...{ clock, sent, entries, entry, resubmission },
    seat() {
      isSeated = true
    },
  }
}
const { resubmitAfterMs, resubmitCheckMs, resubmitOrderedAfterMs, maxResubmitted } = serviceLimits

describe('resubmission', () => {
  it('hands a transaction to one validator and says it to all, then to the next until a vertex carries it', () => {
    const { clock, sent, entry, resubmission } = setUp()
    const { transaction, steps } = entry()
    resubmission.start()
    resubmission.submit([transaction.bytes])
    expect(sent.map(({ to }) => to)).toEqual(['v1', null])
    clock.advance(resubmitAfterMs - 1)
    expect(sent).toHaveLength(2)
    clock.advance(1)
    expect(sent.slice(2).map(({ to }) => to)).toEqual(['v2', null])
    steps.push({ state: 'Voting', atMs: clock.nowMs(), record: '' })
    clock.advance(resubmitOrderedAfterMs - 1)
    expect(sent).toHaveLength(4)
    clock.advance(resubmitCheckMs)
    expect(sent).toHaveLength(6)
  })

  it('says to all what there is no validator for', () => {
    const { sent, entry, resubmission } = setUp([])
    resubmission.submit([entry().transaction.bytes])
    expect(sent.map(({ to }) => to)).toEqual([null])
  })

  it('takes up what was admitted before a restart', () => {
    const { clock, sent, entry, resubmission } = setUp()
    entry({ admittedAtMs: clock.nowMs() - 60_000 })
    resubmission.start()
    expect(sent.map(({ count }) => count)).toEqual([1, 1])
  })

  it('leaves alone what has ended or stands back, and everything on a node with a seat', () => {
    const { clock, sent, entry, seat, resubmission } = setUp()
    entry({ executed: true })
    entry({ held: true })
    resubmission.start()
    clock.advance(10 * resubmitAfterMs)
    expect(sent).toEqual([])
    entry()
    seat()
    clock.advance(10 * resubmitAfterMs)
    expect(sent).toEqual([])
  })

  it('says no more at once than a vertex carries, and nothing once it has stopped', () => {
    const { clock, sent, entry, resubmission } = setUp()
    for (let index = 0; index < maxResubmitted + 10; index++) entry()
    resubmission.start()
    clock.advance(resubmitAfterMs)
    expect(sent.map(({ count }) => count)).toEqual([maxResubmitted, maxResubmitted])
    clock.advance(resubmitCheckMs)
    expect(sent.slice(2).map(({ count }) => count)).toEqual([10, 10])
    resubmission.stop()
    clock.advance(10 * resubmitAfterMs)
    expect(sent).toHaveLength(4)
  })
})
