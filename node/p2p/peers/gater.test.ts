import type { MultiaddrConnection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { memoryFiles } from '../host/testing/memory-files.ts'
import { createGater } from './gater.ts'
import { byHand, openPeerBook } from './peer-book.ts'

const peer = peerIdFromString('12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN')
const other = peerIdFromString('12D3KooWCQfZzU7cZbnL4T9Dq4V9KXAQUsSZG1Bv8jzZxwFk7jDJ')
const from = (address: string): MultiaddrConnection => ({ remoteAddr: multiaddr(address) }) as MultiaddrConnection

async function gaterOf(thisMachine = false) {
  const clock = new ManualClock()
  const book = await openPeerBook({ files: memoryFiles(), clock, scheduler: clock, note: () => undefined })
  return { book, gater: createGater({ thisMachine }, book) }
}

describe('the gater', () => {
  it('keeps a banned peer out both ways, and through a relay', async () => {
    const { book, gater } = await gaterOf()
    const tcp = from('/ip4/45.79.1.2/tcp/4001')
    const doors = () => [
      gater.denyDialPeer?.(peer),
      gater.denyInboundEncryptedConnection?.(peer, tcp),
      gater.denyOutboundEncryptedConnection?.(peer, tcp),
      gater.denyOutboundConnection?.(peer, tcp),
      gater.denyInboundRelayReservation?.(peer),
      gater.denyOutboundRelayedConnection?.(other, peer),
      gater.denyOutboundRelayedConnection?.(peer, other),
      gater.denyInboundRelayedConnection?.(other, peer),
    ]
    expect(new Set(doors())).toEqual(new Set([false]))
    book.ban(peer.toString(), byHand, null, null)
    expect(new Set(doors())).toEqual(new Set([true]))
    expect(gater.denyDialPeer?.(other)).toBe(false)
  })

  it('closes the door to an address from which banned ids keep coming', async () => {
    const { book, gater } = await gaterOf()
    for (const id of ['a', 'b', 'c']) book.misconduct(id, 'LINK_FRAME_INVALID', null, '45.79.1.2')
    expect(gater.denyInboundConnection?.(from('/ip4/45.79.1.2/tcp/9'))).toBe(true)
    expect(gater.denyDialMultiaddr?.(multiaddr('/ip4/45.79.1.2/tcp/9'))).toBe(true)
    expect(gater.denyInboundConnection?.(from('/ip4/45.79.1.3/tcp/9'))).toBe(false)
  })

  it('dials no service of this machine for a stranger, but does for its owner', async () => {
    const { gater } = await gaterOf()
    const local = multiaddr('/ip4/127.0.0.1/tcp/5432')
    expect(gater.denyDialMultiaddr?.(local)).toBe(true)
    expect(gater.filterMultiaddrForPeer?.(peer, local)).toBe(false)
    gater.permit(multiaddr(`/ip4/127.0.0.1/tcp/5432/p2p/${peer}`))
    expect(gater.denyDialMultiaddr?.(local)).toBe(false)
    expect(gater.denyDialMultiaddr?.(multiaddr('/unix/%2Fx'))).toBe(true)
    expect((await gaterOf(true)).gater.denyDialMultiaddr?.(local)).toBe(false)
  })
})
