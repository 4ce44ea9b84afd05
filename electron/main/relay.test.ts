import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { shellLimits } from './limits.ts'
import { type RelaySocket, relay } from './relay.ts'

/** A port as Electron's main process has it, and a socket, with what was sent over each. */
function ends(open: 'at once' | 'later' | 'never' = 'at once') {
  const portEvents = new EventEmitter()
  const socketEvents = new EventEmitter()
  const sent = { toPage: [] as unknown[], toNode: [] as string[] }
  const closed = { port: 0, socket: 0 }
  const causes: unknown[] = []
  let isSocketBroken = false
  const socket: RelaySocket = {
    addEventListener: (event: string, listener: (event: never) => void) =>
      void socketEvents.on(event, listener as () => void),
    postMessage(data) {
      if (isSocketBroken) throw new Error('ended')
      sent.toNode.push(data)
    },
    close: () => {
      closed.socket += 1
    },
  }
  const opening = Promise.withResolvers<RelaySocket>()
  if (open === 'at once') opening.resolve(socket)
  const made = relay(
    {
      on: (event, listener) => portEvents.on(event, listener),
      postMessage: (data) => void sent.toPage.push(data),
      close: () => {
        closed.port += 1
      },
    },
    () => opening.promise,
    (cause) => causes.push(cause),
  )
  return {
    relay: made,
    sent,
    closed,
    causes,
    fromPage: (data: unknown) => portEvents.emit('message', { data }),
    fromNode: (data: unknown) => socketEvents.emit('message', { data }),
    pageCloses: () => portEvents.emit('close'),
    nodeCloses: () => socketEvents.emit('close'),
    breakSocket: () => {
      isSocketBroken = true
    },
    opened: async () => {
      opening.resolve(socket)
      await new Promise((resolve) => setImmediate(resolve))
    },
    refuse: async (cause: unknown) => {
      opening.reject(cause)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('relay', () => {
  it('passes on what comes, both ways, as it is', async () => {
    const { fromPage, fromNode, sent, opened } = ends()
    await opened()
    fromPage('no JSON, and none of our business')
    fromNode('the same')
    expect(sent).toEqual({ toNode: ['no JSON, and none of our business'], toPage: ['the same'] })
  })

  it('keeps what the page says until the socket is open, in order', async () => {
    const { fromPage, sent, opened } = ends('later')
    for (const message of ['1', '2', '3']) fromPage(message)
    expect(sent.toNode).toEqual([])
    await opened()
    expect(sent.toNode).toEqual(['1', '2', '3'])
  })

  it('keeps no more than the limit', async () => {
    const { relay: made, fromPage, sent, closed, opened } = ends('later')
    for (let i = 0; i <= shellLimits.maxHeldMessages; i++) fromPage('x')
    expect([made.isOver, closed.port]).toEqual([true, 1])
    await opened()
    expect([sent.toNode, closed.socket]).toEqual([[], 1])
  })

  it.each([
    ['what is no text', { a: 1 }],
    ['bytes', Uint8Array.of(1)],
    ['a message that is too long', 'x'.repeat(shellLimits.maxRelayedMessageCharacters + 1)],
  ])('ends at %s', async (_, message) => {
    const { fromPage, closed, sent, opened } = ends()
    await opened()
    fromPage(message)
    fromPage('after it')
    expect([closed, sent.toNode]).toEqual([{ port: 1, socket: 1 }, []])
  })

  it('ends both ends with either, once', async () => {
    for (const end of ['pageCloses', 'nodeCloses'] as const) {
      const made = ends()
      await made.opened()
      made[end]()
      made[end]()
      made.relay.close()
      expect([made.closed, made.causes]).toEqual([{ port: 1, socket: 1 }, [undefined]])
      made.fromNode('late')
      expect(made.sent.toPage).toEqual([])
    }
  })

  it('says why the socket could not be opened, or broke', async () => {
    const refused = ends('never')
    await refused.refuse('no node')
    expect([refused.causes, refused.closed.port]).toEqual([['no node'], 1])
    const broken = ends()
    await broken.opened()
    broken.breakSocket()
    broken.fromPage('x')
    expect(broken.causes).toMatchObject([{ message: 'ended' }])
  })
})
