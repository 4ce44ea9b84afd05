/** Hosts of one process, joined by memory, for tests and measurements. */
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { memory } from '@libp2p/memory'
import { noise } from '@libp2p/noise'
import { MemoryDatastore } from 'datastore-core/memory'
import type { Clock, Scheduler } from '../../../core/clock.ts'
import { type Rng, seededRng } from '../../../core/rng.ts'
import { createHost } from '../create-host.ts'
import { silentLogger } from '../silent-logger.ts'
import type { Host, HostDeps, HostOptions } from '../types.ts'

export const systemClock: Clock = { nowMs: () => Date.now() }

export const systemScheduler: Scheduler = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

export const testChainId = new Uint8Array(32).fill(7)

export interface TestHostOptions extends Partial<HostOptions> {
  readonly seed: number
  readonly deps?: Partial<HostDeps>
}

/** Addresses of memory are those of the whole process: tests of one file take names of their own. */
export const memoryAddress = (name: string): string => `/memory/${name}`

export async function testHost({ seed, deps, ...options }: TestHostOptions): Promise<Host> {
  const rng: Rng = seededRng(seed)
  const privateKey = deps?.privateKey ?? (await generateKeyPairFromSeed('Ed25519', rng.bytes(32)))
  return createHost(
    {
      chainId: testChainId,
      role: 'full',
      version: '0.1.0',
      listen: [],
      announce: [],
      bootstrap: [],
      servesRelay: false,
      usesRelays: false,
      webRtc: false,
      mdns: false,
      upnp: false,
      maxPeers: 100,
      dht: 'server',
      ...options,
    },
    {
      privateKey,
      datastore: new MemoryDatastore(),
      encrypters: [noise()],
      gater: {},
      transports: [memory()],
      logger: silentLogger,
      clock: systemClock,
      scheduler: systemScheduler,
      rng,
      ...deps,
    },
  )
}

/** Resolves when the condition holds; asked again after each event of the host and every few ms. */
export async function until(condition: () => boolean, what: string, timeoutMs = 60_000): Promise<void> {
  const endMs = Date.now() + timeoutMs
  while (!condition()) {
    if (Date.now() > endMs) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
