import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { createLibp2p } from 'libp2p'
import { expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { hostLimits } from './limits.ts'
import { paceWalks, type Walker } from './paced-walks.ts'

interface Walking extends Walker {
  walk(options: { readonly signal: AbortSignal }): AsyncIterable<unknown>
}

/** libp2p itself with a network of one other peer, whose walks are counted. */
async function walking(time: ManualClock) {
  const id = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  let walks = 0
  let walker: Walking | undefined
  const node = await createLibp2p({
    start: false,
    services: {
      inside: (components: unknown) => {
        walker = (components as { readonly randomWalk: Walking }).randomWalk
        paceWalks(walker, { clock: time, scheduler: time })
        return {}
      },
    },
    peerRouters: [
      () => ({
        findPeer: () => Promise.reject(new Error('nobody is looked for')),
        async *getClosestPeers() {
          walks += 1
          yield { id, multiaddrs: [] }
        },
      }),
    ],
  })
  await node.start()
  const ending = new AbortController()
  const walked = (async () => {
    for await (const _ of (walker as Walking).walk({ signal: ending.signal }));
  })().catch(() => undefined)
  return {
    walks: () => walks,
    async stop() {
      ending.abort()
      await walked
      await node.stop()
    },
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
}

it('walks a few times at once, then once in a while, and ends while it waits', async () => {
  const time = new ManualClock()
  const { walks, stop } = await walking(time)
  await turns()
  expect(walks()).toBe(hostLimits.walksAtOnce)
  for (let more = 1; more <= 3; more++) {
    time.advance(hostLimits.walkIntervalMs)
    await turns()
    expect(walks()).toBe(hostLimits.walksAtOnce + more)
  }
  await stop()
  time.advance(10 * hostLimits.walkIntervalMs)
  await turns()
  expect(walks()).toBe(hostLimits.walksAtOnce + 3)
})
