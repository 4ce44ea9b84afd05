import { describe, expect, it } from 'vitest'
import type { Client } from '../../node/api/client/index.ts'
import type { NodeEventMessage } from '../../node/api/contract/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import type { Platform } from './platform.ts'
import { createSession } from './session.ts'
import { eventOf, manualTimers, settled } from './test-support.ts'

type Followed = NodeEventMessage | { type: 'gap'; next: string; reason: 'other-run'; ended: boolean }

/** A node of which a test says what comes and when it is lost. */
function fakeClient(position: string) {
  const log: string[] = []
  let wake: (() => void) | undefined
  let queue: Followed[] = []
  let failure: Error | undefined
  let refusal: Error | undefined
  let isLost = false
  let loss: ((error: unknown, delayMs: number) => void) | undefined
  const client = {
    api: {
      node: { status: async () => ({ from: position }) },
      events: {
        subscribe: async () => {
          if (refusal !== undefined) throw refusal
          log.push('subscribe')
          return (async function* () {
            yield { type: 'subscribed', subscription: 's', position, credit: 1, heartbeatMs: 1 }
          })()
        },
      },
    },
    async *events(
      { after, types }: { after: string; types?: string[] },
      options: { signal: AbortSignal; onLoss: typeof loss },
    ) {
      log.push(`events after ${after}${types === undefined ? '' : ` of ${types.join()}`}`)
      loss = options.onLoss
      isLost = false
      const woken = (): Promise<void> =>
        new Promise((resolve) => {
          wake = resolve
        })
      options.signal.addEventListener('abort', () => wake?.())
      while (!options.signal.aborted && !isLost) {
        if (failure !== undefined) throw failure
        const [next, ...rest] = queue
        queue = rest
        if (next === undefined) await woken()
        else yield next
      }
    },
    close: () => log.push('close'),
  }
  return {
    client: client as unknown as Client,
    log,
    send(...events: Followed[]) {
      queue.push(...events)
      wake?.()
    },
    lose() {
      loss?.(new NodeError('CONNECTION_LOST', ''), 1)
    },
    fail(error: Error) {
      failure = error
      wake?.()
    },
    refuse(error: Error | undefined) {
      refusal = error
      failure = undefined
    },
  }
}

const platform = { kind: 'browser' } as Platform

function make() {
  const frames = manualTimers()
  const timers = manualTimers()
  const control = createSession(platform, { nextFrame: frames.later, after: (_, callback) => timers.later(callback) })
  const states: string[] = []
  control.onConnection((state) => states.push(state))
  const log: string[] = []
  const stop = control.session.follow({
    async snapshot() {
      log.push('snapshot')
    },
    event: ({ id }) => log.push(id),
  })
  const frame = async (): Promise<void> => {
    await settled()
    frames.run()
    await settled()
  }
  return { control, states, log, stop, frame, timers }
}

describe('createSession: types of its own', () => {
  it('has a stream of its own, which comes and goes with its follower and its client', async () => {
    const { control, log, frame } = make()
    const node = fakeClient('r.7')
    control.use(node.client)
    await settled()
    const own: string[] = []
    const consumer = {
      snapshot: async () => void own.push('snapshot'),
      event: ({ id }: NodeEventMessage) => own.push(id),
    }
    const stop = control.session.follow(consumer, ['network.*'])
    await settled()
    expect(node.log.slice(2)).toEqual(['subscribe', 'events after r.7 of network.*'])
    node.send(eventOf(8))
    await frame()
    expect(own).toEqual(['snapshot', 'r.8'])
    const next = fakeClient('s.0')
    control.use(next.client)
    await settled()
    expect(next.log.toSorted()).toEqual(['events after s.0', 'events after s.0 of network.*', 'subscribe', 'subscribe'])
    expect(own.at(-1)).toBe('snapshot')
    // The shared one goes on for itself.
    expect(log).toEqual(['snapshot', 'snapshot'])
    stop()
    next.send(eventOf(1, 's'))
    await frame()
    expect(own).toEqual(['snapshot', 'r.8', 'snapshot'])
  })
})

describe('createSession', () => {
  it('subscribes, then takes the snapshot, then the events after the position', async () => {
    const { control, states, log, frame } = make()
    const node = fakeClient('r.7')
    control.use(node.client)
    await settled()
    expect(node.log).toEqual(['subscribe', 'events after r.7'])
    expect(states).toEqual(['connecting', 'connecting', 'open'])
    node.send(eventOf(8), eventOf(9))
    await frame()
    expect(log).toEqual(['snapshot', 'r.8', 'r.9'])
  })

  it('takes a new snapshot after a gap, and drops what came before it', async () => {
    const { control, log, frame } = make()
    const node = fakeClient('r.0')
    control.use(node.client)
    await settled()
    node.send(eventOf(1), { type: 'gap', next: 'r.50', reason: 'other-run', ended: false }, eventOf(50))
    await frame()
    expect(log).toEqual(['snapshot', 'snapshot', 'r.50'])
  })

  it('says that it is lost, and begins anew when the node is back', async () => {
    const { control, states, log, timers } = make()
    const node = fakeClient('r.0')
    control.use(node.client)
    await settled()
    node.refuse(new NodeError('NODE_NOT_REACHABLE', ''))
    node.lose()
    await settled()
    expect(states.at(-1)).toBe('lost')
    timers.run()
    await settled()
    expect(states.at(-1)).toBe('lost')
    node.refuse(undefined)
    timers.run()
    await settled()
    expect(states.at(-1)).toBe('open')
    expect(log).toEqual(['snapshot', 'snapshot'])
  })

  it('gives up where the node does not know the token', async () => {
    const { control, states, timers } = make()
    const node = fakeClient('r.0')
    node.refuse(new NodeError('TOKEN_INVALID', ''))
    control.use(node.client)
    await settled()
    expect(states).toEqual(['connecting', 'connecting', 'signed-out'])
    expect(timers.count).toBe(0)
  })

  it('goes over to another connection, calls too', async () => {
    const { control, log, frame } = make()
    const first = fakeClient('a.1')
    const second = fakeClient('b.1')
    control.use(first.client)
    await settled()
    control.use(second.client)
    await settled()
    expect(first.log).toContain('close')
    first.send(eventOf(2, 'a'))
    second.send(eventOf(2, 'b'))
    await frame()
    expect(log).toEqual(['snapshot', 'snapshot', 'b.2'])
    expect(await control.session.api.node.status()).toEqual({ from: 'b.1' })
  })

  it('refuses calls while there is no connection at all', async () => {
    const { control } = make()
    await expect(control.session.api.node.status()).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
    control.use(undefined)
    await expect(control.session.api.vault.lock()).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  })

  it('tells whoever listens later how it is', async () => {
    const { control } = make()
    control.use(fakeClient('r.0').client)
    await settled()
    const late: string[] = []
    control.onConnection((state) => late.push(state))
    expect(late).toEqual(['open'])
  })

  it('gives a follower that comes later its own snapshot', async () => {
    const { control, frame } = make()
    const node = fakeClient('r.0')
    control.use(node.client)
    await settled()
    const late: string[] = []
    control.session.follow({
      async snapshot() {
        late.push('snapshot')
      },
      event: ({ id }) => late.push(id),
    })
    node.send(eventOf(1))
    await frame()
    expect(late).toEqual(['snapshot', 'r.1'])
  })

  it('tells a follower that stopped nothing more', async () => {
    const { control, log, stop, frame } = make()
    const node = fakeClient('r.0')
    control.use(node.client)
    await settled()
    stop()
    node.send(eventOf(1))
    await frame()
    expect(log).toEqual(['snapshot'])
  })

  it('takes a new snapshot rather than more events than a frame holds', async () => {
    const { control, log, frame } = make()
    const node = fakeClient('r.0')
    control.use(node.client)
    await settled()
    node.send(...Array.from({ length: 5_000 }, (_, index) => eventOf(index + 1)))
    await frame()
    const events = log.filter((entry) => entry !== 'snapshot')
    expect(log.filter((entry) => entry === 'snapshot')).toHaveLength(2)
    // What came after the new snapshot was asked for, without a hole and up to the last.
    expect(events.at(-1)).toBe('r.5000')
    expect(events).toHaveLength(5_000 - Number(events[0]?.slice(2)) + 1)
  })
})
