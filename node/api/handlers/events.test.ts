import { createRouterClient } from '@orpc/server'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import type { EventMessage, EventSubscription, NodeEventMessage } from '../contract/index.ts'
import { checkpointEvent, createFakeEvents, type FakeEvents, transactionEvent } from '../test-support/fake-events.ts'
import { createFakeServices, fakeAddress } from '../test-support/fake-services.ts'
import { createEventFeed, type EventFeed } from './event-feed.ts'
import { eventLimits } from './event-limits.ts'
import { createRouter, ownerContext } from './index.ts'

const open: EventFeed[] = []
afterEach(() => {
  for (const feed of open.splice(0)) feed.close()
})

function feedOf(events: FakeEvents, query: EventSubscription = {}, clock = new ManualClock()): EventFeed {
  const feed = createEventFeed(query, { source: '/chains/c' }, { events: events.services, scheduler: clock })
  open.push(feed)
  return feed
}

/** What comes without anything else happening first. */
async function ready(feed: EventFeed, count: number): Promise<EventMessage[]> {
  const messages: EventMessage[] = []
  while (messages.length < count) {
    const message = await feed.next()
    if (message === undefined) break
    messages.push(message)
  }
  return messages
}

const sequences = (messages: readonly EventMessage[]): number[] =>
  messages.filter((message): message is NodeEventMessage => 'sequence' in message).map(({ sequence }) => sequence)

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('createEventFeed', () => {
  it('starts with the position, then gives what happens, each as a CloudEvent', async () => {
    const events = createFakeEvents()
    events.publishCheckpoints(2)
    const feed = feedOf(events)
    events.publish(transactionEvent('Confirmed', 'a'), ['a'])
    events.publish(transactionEvent('Finalized', 'a', { outcome: 'failed', code: 'X', fee: '9', commitIndex: 7 }), [
      'a',
    ])
    expect(await ready(feed, 3)).toEqual([
      {
        type: 'subscribed',
        subscription: feed.subscription,
        position: 'run1.2',
        credit: 1_000,
        heartbeatMs: eventLimits.heartbeatMs,
      },
      {
        specversion: '1.0',
        id: 'run1.3',
        source: '/chains/c',
        type: 'transaction.confirmed',
        subject: 'ab'.repeat(32),
        time: '2025-06-15T15:06:40.002Z',
        datacontenttype: 'application/json',
        sequence: 3,
        data: { txId: 'ab'.repeat(32), state: 'Confirmed', account: 'a', nonce: 1, provisional: true },
      },
      expect.objectContaining({
        id: 'run1.4',
        data: {
          txId: 'ab'.repeat(32),
          state: 'Finalized',
          account: 'a',
          nonce: 1,
          outcome: 'failed',
          code: 'X',
          fee: '9',
          commitIndex: 7,
        },
      }),
    ])
  })

  it('resumes after any event without loss or repetition (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.nat(60), fc.nat(120), async (before, after, cut) => {
        const events = createFakeEvents()
        events.publishCheckpoints(before)
        const from = Math.min(cut, before)
        const feed = feedOf(events, { after: `run1.${from}` })
        events.publishCheckpoints(after)
        const expected = Array.from({ length: before + after - from }, (_, i) => from + 1 + i)
        expect(sequences(await ready(feed, 1 + expected.length))).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })

  it('says that the history is gone, with what comes next, and goes on', async () => {
    const events = createFakeEvents({ history: 10, unread: 100, subscribers: 10 })
    events.publishCheckpoints(50)
    const feed = feedOf(events, { after: 'run1.3' })
    events.publishCheckpoints(1)
    const [, gap, next] = await ready(feed, 3)
    expect(gap).toEqual({ type: 'gap', next: 'run1.51', reason: 'history-gone', ended: false })
    expect(next).toMatchObject({ id: 'run1.51' })
  })

  it('says that the cursor is of another run, and goes on with this one', async () => {
    const events = createFakeEvents()
    events.publishCheckpoints(5)
    events.restart()
    events.publishCheckpoints(2)
    const feed = feedOf(events, { after: 'run1.4' })
    events.publishCheckpoints(1)
    const [, gap, next] = await ready(feed, 3)
    expect(gap).toEqual({ type: 'gap', next: 'run2.3', reason: 'other-run', ended: false })
    expect(next).toMatchObject({ id: 'run2.3' })
  })

  it('waits at the end of the credit, ends in a gap that names the first event not sent, and loses nothing to a resume', async () => {
    const events = createFakeEvents()
    const clock = new ManualClock()
    const feed = feedOf(events, {}, clock)
    events.publishCheckpoints(1_001)
    expect(sequences(await ready(feed, 1_001))).toHaveLength(1_000)
    const last = feed.next()
    await turn()
    clock.advance(eventLimits.acknowledgeGraceMs)
    expect(await last).toEqual({ type: 'gap', next: 'run1.1001', reason: 'unacknowledged', ended: true })
    expect(await feed.next()).toBeUndefined()
    expect(events.subscribers).toBe(0)
    const [, resumed] = await ready(feedOf(events, { after: 'run1.1000' }), 2)
    expect(resumed).toMatchObject({ id: 'run1.1001' })
  })

  it('goes on where an acknowledgement comes within the wait, also through a burst longer than the queue', async () => {
    const events = createFakeEvents()
    const feed = feedOf(events)
    events.publishCheckpoints(5_000)
    const seen: number[] = []
    await ready(feed, 1)
    while (seen.length < 5_000) {
      seen.push(...sequences(await ready(feed, 500)))
      expect(feed.acknowledge(`run1.${seen.at(-1)}`)).toBe(true)
    }
    expect(seen).toEqual(Array.from({ length: 5_000 }, (_, i) => i + 1))
  })

  it('sends no further ahead than a small credit allows (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat(30), { maxLength: 20 }),
        async (credit, acks) => {
          const events = createFakeEvents()
          const feed = feedOf(events, { credit })
          events.publishCheckpoints(100)
          await ready(feed, 1)
          let sent = 0
          let acknowledged = 0
          for (const more of acks) {
            const due = Math.min(100, acknowledged + credit) - sent
            expect(sequences(await ready(feed, due))).toHaveLength(due)
            sent += due
            acknowledged = Math.min(sent, acknowledged + more)
            if (acknowledged > 0) feed.acknowledge(`run1.${acknowledged}`)
          }
          let isEarly = false
          if (sent < 100 && sent === acknowledged + credit) {
            void feed.next().then(() => {
              isEarly = true
            })
            await turn()
          }
          expect(isEarly).toBe(false)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('takes no acknowledgement of what it never sent', async () => {
    const events = createFakeEvents()
    const feed = feedOf(events)
    events.publishCheckpoints(3)
    await ready(feed, 3)
    expect(feed.acknowledge('run1.3')).toBe(false)
    expect(feed.acknowledge('run2.1')).toBe(false)
    expect(feed.acknowledge('run1.2')).toBe(true)
    expect(feed.acknowledge('run1.1')).toBe(true)
  })

  it('tells every heartbeat how far it is, so that a resume from it loses nothing (property)', async () => {
    const step = fc.oneof(
      fc.constant('wanted' as const),
      fc.constant('other' as const),
      fc.constant('time' as const),
      fc.constant('read' as const),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.constantFrom<(string[] | undefined)[]>(undefined, ['a']),
        async (steps, accounts) => {
          const events = createFakeEvents()
          const clock = new ManualClock()
          const feed = feedOf(
            events,
            { types: ['transaction.*'], ...(accounts === undefined ? {} : { accounts }) },
            clock,
          )
          const read: EventMessage[] = []
          let isReading = false
          const startReading = (): void => {
            if (isReading) return
            isReading = true
            void feed.next().then((message) => {
              if (message !== undefined) read.push(message)
              isReading = false
            })
          }
          for (const what of steps) {
            if (what === 'wanted') events.publish(transactionEvent('Signed', 'a'), ['a'])
            if (what === 'other') events.publish(checkpointEvent(1))
            if (what === 'time') clock.advance(eventLimits.heartbeatMs)
            if (what === 'read') startReading()
            await turn()
          }
          let told = 0
          for (const message of read) {
            if (message.type === 'heartbeat') told = Number(message.position.split('.')[1])
            // Nothing that comes later lies before a place that was told.
            if ('sequence' in message) expect(message.sequence).toBeGreaterThan(told)
          }
          feed.close()
        },
      ),
      { numRuns: 100 },
    )
  })

  it('moves a quiet listener on past events it does not want', async () => {
    const events = createFakeEvents()
    const clock = new ManualClock()
    const feed = feedOf(events, { types: ['transaction.finalized'] }, clock)
    await ready(feed, 1)
    events.publishCheckpoints(7)
    const beat = feed.next()
    await turn()
    clock.advance(eventLimits.heartbeatMs)
    expect(await beat).toEqual({ type: 'heartbeat', position: 'run1.7' })
  })

  it('moves a listener for accounts on as well, but not before their names are looked up', async () => {
    const events = createFakeEvents()
    const clock = new ManualClock()
    const lookedUp = Promise.withResolvers<void>()
    const { subscribe, position } = events.services
    const slow: FakeEvents['services'] = {
      position,
      async *subscribe(query, signal) {
        await lookedUp.promise
        yield* subscribe(query, signal)
      },
    }
    const feed = createEventFeed({ accounts: ['a'] }, { source: '/chains/c' }, { events: slow, scheduler: clock })
    open.push(feed)
    await ready(feed, 1)
    const early = feed.next()
    events.publishCheckpoints(3)
    clock.advance(eventLimits.heartbeatMs)
    expect(await early).toEqual({ type: 'heartbeat', position: 'run1.0' })
    lookedUp.resolve()
    await turn()
    const beat = feed.next()
    events.publishCheckpoints(4)
    clock.advance(eventLimits.heartbeatMs)
    expect(await beat).toEqual({ type: 'heartbeat', position: 'run1.7' })
    const next = feed.next()
    events.publish(transactionEvent('Signed', 'a'), ['a'])
    expect(await next).toMatchObject({ id: 'run1.8' })
  })

  it('ends with the node, and leaves no subscription behind', async () => {
    const events = createFakeEvents()
    const feed = feedOf(events)
    await ready(feed, 1)
    const end = feed.next()
    events.restart()
    expect(await end).toBeUndefined()
    const other = feedOf(events)
    await ready(other, 1)
    expect(events.subscribers).toBe(1)
    other.close()
    await turn()
    expect(events.subscribers).toBe(0)
  })
})

describe('events', () => {
  function setUp() {
    const fake = createFakeServices()
    const info = { pid: 1, chainId: 'c0', network: 'dev', apiUrl: null, tokenFile: null, socket: '/s', dataDir: '/d' }
    const router = createRouter(fake.services, { info: () => info, reportFault: () => undefined })
    return { fake, client: createRouterClient(router, { context: ownerContext }) }
  }

  it('subscribe streams, acknowledge belongs to it, and its end frees everything', async () => {
    const { fake, client } = setUp()
    const stream = await client.events.subscribe({ types: ['checkpoint.created'], credit: 2 })
    const first = await stream.next()
    const subscription = first.done !== true && first.value.type === 'subscribed' ? first.value.subscription : ''
    fake.events.publishCheckpoints(3)
    expect((await stream.next()).value).toMatchObject({ sequence: 1, source: '/chains/c0' })
    expect((await stream.next()).value).toMatchObject({ sequence: 2 })
    await expect(client.events.acknowledge({ subscription, id: 'run1.3' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      data: { details: { field: 'id' } },
    })
    expect(await client.events.acknowledge({ subscription, id: 'run1.2' })).toEqual({ open: true })
    expect((await stream.next()).value).toMatchObject({ sequence: 3 })
    await stream.return?.()
    expect(await client.events.acknowledge({ subscription, id: 'run1.3' })).toEqual({ open: false })
    expect(fake.events.subscribers).toBe(0)
  })

  it('hears of the accounts it names only, and refuses names that are none', async () => {
    const { fake, client } = setUp()
    const [alice, bob] = [fakeAddress(0), fakeAddress(1)]
    await client.vault.init({ password: new TextEncoder().encode('correct horse') })
    await client.accounts.create({})
    const stream = await client.events.subscribe({ accounts: [alice] })
    await stream.next()
    await turn()
    fake.events.publish(transactionEvent('Signed', bob), [bob])
    fake.events.publishCheckpoints(1)
    fake.events.publish(transactionEvent('Signed', alice), [alice])
    expect((await stream.next()).value).toMatchObject({ sequence: 3 })
    await stream.return?.()
    await expect(client.events.subscribe({ accounts: ['nobody'] })).rejects.toBeDefined()
  })

  it.each([
    ['a type that never comes', { types: ['transaction.finalised'] }],
    ['a family that is none', { types: ['transactions.*'] }],
    ['no types', { types: [] }],
    ['a cursor that is none', { after: 'run1' }],
    ['a cursor above what numbers carry', { after: `run1.${'9'.repeat(16)}` }],
    ['more credit than there is', { credit: 1_001 }],
    ['a field that is not declared', { type: 'transaction.*' } as object],
  ])('refuses %s', async (_, input) => {
    const { client } = setUp()
    await expect(client.events.subscribe(input)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})
