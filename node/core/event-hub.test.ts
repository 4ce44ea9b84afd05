import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventHub, type Delivery, mainHistory, type Subscription } from './event-hub.ts'

const limits = { history: 5, unread: 3, subscribers: 2 }

/** A hub and a subscriber that must have been taken. */
function hubWith(overrides: Partial<typeof limits> = {}) {
  const hub = createEventHub<string>({ ...limits, ...overrides })
  const subscribe = (options?: Parameters<typeof hub.subscribe>[0]): Subscription<string> => {
    const subscription = hub.subscribe(options)
    if (subscription === undefined) throw new Error('no room for the subscriber')
    return subscription
  }
  return { hub, subscribe }
}

async function readAll(subscription: Subscription<string>): Promise<Delivery<string>[]> {
  const deliveries: Delivery<string>[] = []
  for await (const delivery of subscription) deliveries.push(delivery)
  return deliveries
}

const event = (sequence: number, name: string): Delivery<string> => ({ kind: 'event', sequence, event: name })

describe('event hub: histories', () => {
  const two = () =>
    createEventHub<string>({ history: 5, histories: { often: 2 }, unread: 50, subscribers: 9 }, (name) =>
      name.startsWith('often') ? 'often' : mainHistory,
    )

  it('keeps what is rare, however much there is of the frequent', async () => {
    const hub = two()
    hub.publish('rare')
    for (let i = 0; i < 100; i++) hub.publish(`often ${i}`)
    const rare = hub.subscribe({ afterSequence: 0, histories: [mainHistory], wanted: (name) => name === 'rare' })
    const all = hub.subscribe({ afterSequence: 0 })
    const tail = hub.subscribe({ afterSequence: 99, histories: ['often'] })
    hub.close()
    expect(await readAll(rare as Subscription<string>)).toEqual([event(1, 'rare')])
    expect(await readAll(all as Subscription<string>)).toEqual([{ kind: 'gap', nextSequence: 102 }])
    expect(await readAll(tail as Subscription<string>)).toEqual([event(100, 'often 98'), event(101, 'often 99')])
  })

  it('resumes from several in the order of what happened', async () => {
    const hub = two()
    for (const name of ['a', 'often b', 'c', 'often d', 'e']) hub.publish(name)
    const subscription = hub.subscribe({ afterSequence: 1 }) as Subscription<string>
    hub.close()
    const read = await readAll(subscription)
    expect(read).toEqual([event(2, 'often b'), event(3, 'c'), event(4, 'often d'), event(5, 'e')])
  })
})

describe('event hub: order', () => {
  it('numbers from 1 and delivers in order, to each what was published since it came', async () => {
    const { hub, subscribe } = hubWith()
    expect(hub.lastSequence).toBe(0)
    const early = subscribe()
    expect(hub.publish('a')).toBe(1)
    const late = subscribe()
    expect(hub.publish('b')).toBe(2)
    hub.close()
    expect(await readAll(early)).toEqual([event(1, 'a'), event(2, 'b')])
    expect(await readAll(late)).toEqual([event(2, 'b')])
  })

  it('wakes a reader that waits, and ends it when it is closed', async () => {
    const { hub, subscribe } = hubWith()
    const subscription = subscribe()
    const iterator = subscription[Symbol.asyncIterator]()
    const waiting = iterator.next()
    hub.publish('a')
    expect(await waiting).toEqual({ done: false, value: event(1, 'a') })
    const ending = iterator.next()
    subscription.close()
    expect(await ending).toEqual({ done: true, value: undefined })
    expect(hub.subscriberCount).toBe(0)
    hub.publish('b')
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it('shows a reader only what it wants, under the numbers all see', async () => {
    const { hub, subscribe } = hubWith()
    const subscription = subscribe({ wanted: (name) => name !== 'b' })
    for (const name of ['a', 'b', 'b', 'b', 'b', 'c']) hub.publish(name)
    hub.close()
    expect(await readAll(subscription)).toEqual([event(1, 'a'), event(6, 'c')])
  })
})

describe('event hub: resuming', () => {
  it('goes on after the event that was named', async () => {
    const { hub, subscribe } = hubWith()
    for (const name of ['a', 'b', 'c']) hub.publish(name)
    const subscription = subscribe({ afterSequence: 1 })
    hub.publish('d')
    hub.close()
    expect(await readAll(subscription)).toEqual([event(2, 'b'), event(3, 'c'), event(4, 'd')])
  })

  it('has nothing to repeat for one who saw the last', async () => {
    const { hub, subscribe } = hubWith()
    hub.publish('a')
    const subscription = subscribe({ afterSequence: 1 })
    hub.publish('b')
    hub.close()
    expect(await readAll(subscription)).toEqual([event(2, 'b')])
  })

  it('from the start, while all of it is kept', async () => {
    const { hub, subscribe } = hubWith()
    const fresh = subscribe({ afterSequence: 0 })
    hub.publish('a')
    hub.close()
    expect(await readAll(fresh)).toEqual([event(1, 'a')])
  })

  it('says so when what was asked for is gone, then goes on with what comes', async () => {
    const { hub, subscribe } = hubWith()
    for (let i = 1; i <= 20; i++) hub.publish(`${i}`)
    const subscription = subscribe({ afterSequence: 3 })
    hub.publish('21')
    hub.close()
    expect(await readAll(subscription)).toEqual([{ kind: 'gap', nextSequence: 21 }, event(21, '21')])
  })

  it('says so to one who names an event that has not been: it comes from before a restart', async () => {
    const { hub, subscribe } = hubWith()
    hub.publish('a')
    const subscription = subscribe({ afterSequence: 500 })
    hub.publish('b')
    hub.close()
    expect(await readAll(subscription)).toEqual([{ kind: 'gap', nextSequence: 2 }, event(2, 'b')])
  })

  it('one who resumes further back than it may leave unread gets what fits and the number it has to go on from', async () => {
    const { hub, subscribe } = hubWith({ history: 10, unread: 3 })
    for (let i = 1; i <= 8; i++) hub.publish(`${i}`)
    const first = await readAll(subscribe({ afterSequence: 1 }))
    expect(first).toEqual([event(2, '2'), event(3, '3'), event(4, '4'), { kind: 'gap', nextSequence: 5 }])
    expect(hub.subscriberCount).toBe(0)
    expect(await readAll(subscribe({ afterSequence: 4 }))).toEqual([
      event(5, '5'),
      event(6, '6'),
      event(7, '7'),
      { kind: 'gap', nextSequence: 8 },
    ])
  })

  it('never skips an event without saying so (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(30),
        fc.nat(40),
        fc.nat(10),
        async (history, unread, before, after, more) => {
          const { hub, subscribe } = hubWith({ history, unread })
          for (let i = 1; i <= before; i++) hub.publish(`${i}`)
          const subscription = subscribe({ afterSequence: after })
          for (let i = 1; i <= more; i++) hub.publish(`more ${i}`)
          hub.close()
          let seen = after
          for (const delivery of await readAll(subscription)) {
            if (delivery.kind === 'gap') {
              expect(after > before || delivery.nextSequence > seen).toBe(true)
              seen = delivery.nextSequence - 1
            } else {
              expect(delivery.sequence).toBe(seen + 1)
              seen = delivery.sequence
            }
          }
        },
      ),
      { seed: 8, numRuns: 500 },
    )
  })
})

describe('event hub: limits', () => {
  it('drops a reader that falls behind, tells it where the gap begins, and leaves the others alone', async () => {
    const { hub, subscribe } = hubWith()
    const slow = subscribe()
    const quick = subscribe()
    const read: Delivery<string>[] = []
    const iterator = quick[Symbol.asyncIterator]()
    for (let i = 1; i <= 10; i++) {
      hub.publish(`${i}`)
      read.push((await iterator.next()).value as Delivery<string>)
    }
    expect(hub.subscriberCount).toBe(1)
    expect(await readAll(slow)).toEqual([event(1, '1'), event(2, '2'), event(3, '3'), { kind: 'gap', nextSequence: 4 }])
    expect(read).toEqual(Array.from({ length: 10 }, (_, i) => event(i + 1, `${i + 1}`)))
  })

  it('takes as many subscribers as it may, and another once one has left', async () => {
    const { hub, subscribe } = hubWith()
    const first = subscribe()
    subscribe()
    expect(hub.subscribe()).toBeUndefined()
    first.close()
    expect(hub.subscribe()).toBeDefined()
    expect(hub.subscriberCount).toBe(2)
  })

  it('frees the place of a reader that stops in the middle', async () => {
    const { hub, subscribe } = hubWith()
    const subscription = subscribe()
    hub.publish('a')
    for await (const delivery of subscription) {
      expect(delivery).toEqual(event(1, 'a'))
      break
    }
    expect(hub.subscriberCount).toBe(0)
  })

  it('keeps its history and at most twice that, however much is published', () => {
    const { hub, subscribe } = hubWith({ history: 100, unread: 1_000, subscribers: 1 })
    for (let i = 0; i < 1_234; i++) {
      hub.publish(`${i}`)
      let kept = 0
      for (const afterSequence of [hub.lastSequence - 100, hub.lastSequence - 201]) {
        if (afterSequence < 0) continue
        const count = () => {
          kept += 1
          return true
        }
        subscribe({ afterSequence, wanted: count }).close()
        // The filter runs over what is kept: all that was asked for, or nothing where the answer is a gap.
        expect(kept).toBe(100)
      }
    }
  })
})
