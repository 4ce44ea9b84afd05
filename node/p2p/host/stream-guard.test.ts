import type { Connection, Stream } from '@libp2p/interface'
import { expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { createStreamGuard } from './stream-guard.ts'
import { streamRulesOf } from './stream-rules.ts'

it('cuts off one stream too many of a kind and a peer, tells on it once a second unless it is named, and lets others be', () => {
  const clock = new ManualClock()
  const told: string[] = []
  const open: { remotePeer: { toString(): string }; streams: Stream[] }[] = []
  const guard = createStreamGuard({
    connections: () => open as unknown as Connection[],
    isKept: (peer) => peer === 'named',
    onExcess: (peer) => void told.push(peer),
    ...{ clock, scheduler: clock },
  })
  const comes = (peer: string, protocol: string, direction = 'inbound'): boolean => {
    const stream = { protocol, direction } as unknown as Stream
    open.push({ remotePeer: { toString: () => peer }, streams: [stream] })
    try {
      guard.opened(stream)
      return true
    } catch {
      return false
    }
  }
  const push = '/qudag/ab/id/push/1.0.0'
  const [, { burstStreams }] = streamRulesOf(push)
  const came = Array.from({ length: burstStreams + 5 }, () => comes('loud', push))
  expect(came.filter(Boolean)).toHaveLength(burstStreams)
  expect(told).toEqual(['loud'])
  expect(comes('quiet', push)).toBe(true)
  expect(comes('loud', '/qudag/ab/link/1')).toBe(true)
  // What this node opens itself counts for nobody.
  expect(comes('loud', push, 'outbound')).toBe(true)
  clock.advance(1_000)
  expect(comes('loud', push)).toBe(true)
  expect(comes('loud', push)).toBe(false)
  expect(told).toEqual(['loud', 'loud'])
  const named = Array.from({ length: burstStreams + 5 }, () => comes('named', push))
  expect(named.filter(Boolean)).toHaveLength(burstStreams)
  expect(told).toEqual(['loud', 'loud'])
})

it('knows every kind of stream by its protocol', () => {
  const kinds = ['/qudag/x/id/1.0.0', '/meshsub/1.2.0', '/qudag/x/kad/1.0.0', '/qudag/x/request/1', '/unknown/1']
  expect(new Set(kinds.map((protocol) => streamRulesOf(protocol)[0])).size).toBe(kinds.length)
})
