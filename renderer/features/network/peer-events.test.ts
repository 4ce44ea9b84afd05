import { describe, expect, it } from 'vitest'
import type {
  NodeEventMessage,
  Peer,
  PeerBan,
  PeerList,
  Reachability,
  SyncState,
} from '../../../node/api/contract/index.ts'
import { applyPeerEvents } from './peer-events.ts'

const at = '2026-11-22T14:00:00.000Z'
const peer = (id: string, change: Partial<Peer> = {}): Peer => ({
  ...{ id, validator: null, validatorName: null, role: 'full', agent: null, address: '/ip4/1.2.3.4/tcp/1' },
  ...{ path: 'direct', direction: 'inbound', channel: 'hybrid', connectedAt: at, latencyMs: null },
  ...{ receivedBytes: 0, sentBytes: 0, score: 0 },
  ...change,
})
const ban = (id: string): PeerBan => ({ id, address: null, reason: 'BY_HAND', at, until: null })
const list = (items: readonly Peer[], bans: readonly PeerBan[] = []): PeerList => ({
  asOf: at,
  self: null,
  items: [...items],
  bans: [...bans],
})
const event = (type: NodeEventMessage['type'], data: unknown): NodeEventMessage =>
  ({ specversion: '1.0', id: 'r.1', source: '/c', subject: '', time: at, sequence: 1, type, data }) as NodeEventMessage
const nothing = { peers: null, sync: null, reachability: null }

describe('applyPeerEvents', () => {
  it('adds who comes, replaces who came again, and takes out who left', () => {
    const state = { ...nothing, peers: list([peer('a'), peer('b')]) }
    const { peers } = applyPeerEvents(state, [
      event('network.peer.connected', peer('c')),
      event('network.peer.disconnected', peer('b')),
      event('network.peer.connected', peer('a', { path: 'lan' })),
    ])
    expect(peers?.items.map(({ id, path }) => [id, path])).toEqual([
      ['c', 'direct'],
      ['a', 'lan'],
    ])
    expect(state.peers.items).toHaveLength(2)
  })

  it('takes a banned peer out and shows the ban, once, until it is lifted', () => {
    const state = { ...nothing, peers: list([peer('a')], [ban('z')]) }
    const banned = applyPeerEvents(state, [
      event('network.peer.banned', ban('a')),
      event('network.peer.disconnected', peer('a')),
      event('network.peer.banned', ban('a')),
    ])
    expect(banned.peers?.items).toEqual([])
    expect(banned.peers?.bans.map(({ id }) => id)).toEqual(['a', 'z'])
    const lifted = applyPeerEvents({ ...nothing, ...banned }, [event('network.peer.unbanned', { id: 'a' })])
    expect(lifted.peers?.bans.map(({ id }) => id)).toEqual(['z'])
  })

  it('has the newest of synchronisation and reachability', () => {
    const sync = (phase: SyncState['phase']) => event('network.sync.changed', { phase })
    const reached = event('network.reachability.changed', { state: 'private' } as Reachability)
    expect(applyPeerEvents(nothing, [sync('replay'), reached, sync('live')])).toEqual({
      sync: { phase: 'live' },
      reachability: { state: 'private' },
    })
  })

  it('leaves everything as it is before the first answer, and for other events', () => {
    expect(applyPeerEvents(nothing, [event('network.peer.connected', peer('a'))])).toEqual({})
    const state = { ...nothing, peers: list([peer('a')]) }
    expect(applyPeerEvents(state, [event('checkpoint.created', {}), event('vault.changed', {})])).toEqual({})
  })
})
