/** libp2p hosts over loopback, and links on them, for tests. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import type { Clock, Scheduler } from '../../../core/clock.ts'
import type { GossipVerdict, Link, LinkListener } from '../../types.ts'
import { wholeChannelStreams } from '../channel-streams.ts'
import { type GossipService, gossipService } from '../gossip.ts'
import { muxerOptions } from '../limits.ts'
import { type BindPeer, createLinks, type LinksOptions, type WireLinks } from '../links.ts'

export const systemClock: Clock = { nowMs: () => Date.now() }

export const systemScheduler: Scheduler = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

export const testChainId: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index + 1)

export type TestHost = Libp2p & { readonly services: { readonly gossip: GossipService } }

const patienceMs = 60_000

export async function startHost(chainId: Uint8Array = testChainId, privateKey?: PrivateKey): Promise<TestHost> {
  return (await createLibp2p({
    ...(privateKey === undefined ? {} : { privateKey }),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(muxerOptions)],
    connectionManager: {
      inboundConnectionThreshold: 1_000,
      // On a busy machine a handshake takes as long as it takes.
      dialTimeout: patienceMs,
      addressDialTimeout: patienceMs,
      inboundUpgradeTimeout: patienceMs,
      outboundStreamProtocolNegotiationTimeout: patienceMs,
      inboundStreamProtocolNegotiationTimeout: patienceMs,
    },
    connectionMonitor: { enabled: false },
    services: { identify: identify(), gossip: gossipService(chainId) },
  })) as unknown as TestHost
}

/** Hosts of which each has a lower id than the next: so that a test knows who opens streams. */
export async function startHosts(count: number, chainId?: Uint8Array): Promise<TestHost[]> {
  const keys = await Promise.all(Array.from({ length: count }, () => generateKeyPair('Ed25519')))
  const hosts = await Promise.all(keys.map((key) => startHost(chainId, key)))
  return hosts.sort((a, b) => (a.peerId.toString() < b.peerId.toString() ? -1 : 1))
}

export const dial = async (from: Libp2p, to: Libp2p): Promise<void> => void (await from.dial(to.getMultiaddrs()))

/** What a listener heard, and promises of what it is to hear. */
export interface Heard {
  readonly listener: LinkListener
  readonly opened: Link[]
  readonly closed: Link[]
  readonly messages: { readonly from: string; readonly bytes: Uint8Array }[]
  /** Resolves once the condition holds; looked at after each thing heard. */
  until(condition: () => boolean): Promise<void>
}

export function hearing(judge: (bytes: Uint8Array) => GossipVerdict = () => 'accept'): Heard {
  const waiting = new Set<() => void>()
  const look = (): void => {
    for (const check of waiting) check()
  }
  const opened: Link[] = []
  const closed: Link[] = []
  const messages: { from: string; bytes: Uint8Array }[] = []
  return {
    opened,
    closed,
    messages,
    listener: {
      opened(link) {
        opened.push(link)
        look()
      },
      closed(link) {
        closed.push(link)
        look()
      },
      message(link, bytes) {
        messages.push({ from: link.key, bytes })
        look()
      },
      async gossip(_, from, bytes) {
        messages.push({ from, bytes })
        look()
        return judge(bytes)
      },
    },
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition()) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}

export interface TestLinks {
  readonly links: WireLinks
  readonly heard: Heard
  readonly faults: { readonly peer: string; readonly code: string }[]
}

/** Links on a host; `bind` says who is a validator by peer id where no other is given. */
export function linksOn(
  host: TestHost,
  options: Partial<LinksOptions> & {
    readonly bind?: BindPeer
    readonly judge?: (bytes: Uint8Array) => GossipVerdict
    /** In place of the machine's. */
    readonly time?: Clock & Scheduler
  },
): TestLinks {
  const { bind = async () => null, judge, time, ...rest } = options
  const faults: { peer: string; code: string }[] = []
  const links = createLinks(
    { chainId: testChainId, role: 'full', subscribed: ['transactions', 'consensus'], ...rest },
    {
      libp2p: host,
      streams: wholeChannelStreams(host),
      gossip: host.services.gossip,
      bind,
      onMisconduct: (peer, code) => void faults.push({ peer, code }),
      clock: time ?? systemClock,
      scheduler: time ?? systemScheduler,
      labelOf: (bytes) => `kind-${bytes[0]}`,
    },
  )
  const heard = hearing(judge)
  links.start(heard.listener)
  return { links, heard, faults }
}
