import type { MultiaddrConnection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { createInboundGate } from './inbound-gate.ts'
import { peerLimits } from './limits.ts'

type Open = Parameters<typeof createInboundGate>[1]['connections'] extends () => readonly (infer T)[] ? T : never

/** A socket that can be cut. */
function socketFrom(address: string) {
  const listeners: (() => void)[] = []
  const socket = {
    isCut: false,
    remoteAddr: multiaddr(`${address}/tcp/4001`),
    addEventListener: (_: string, listener: () => void) => void listeners.push(listener),
    abort() {
      socket.isCut = true
      for (const listener of listeners) listener()
    },
    get connection() {
      return socket as unknown as MultiaddrConnection
    },
  }
  return socket
}

function gateOf(maxPeers: number, kept: readonly string[] = []) {
  const open: Open[] = []
  const reserved = new Set<string>()
  const excess: string[] = []
  const gate = createInboundGate(
    { maxPeers },
    {
      connections: () => open,
      isKept: (id) => kept.includes(id),
      reserved: () => [...reserved],
      onExcess: (id) => void excess.push(id),
    },
  )
  /** A whole handshake. */
  const comes = (id: string, address: string): boolean => {
    const { connection } = socketFrom(address)
    gate.enter(connection)
    if (!gate.admit(id, connection)) return false
    open.push({ remotePeer: { toString: () => id }, remoteAddr: connection.remoteAddr } as unknown as Open)
    return true
  }
  /** It is connected, and asks to be reached through this node. */
  const reserves = (id: string): boolean => {
    if (!gate.reserve(id)) return false
    reserved.add(id)
    return true
  }
  return { gate, open, excess, reserved, comes, reserves }
}

const { maxConnectionsPerAddress, maxConnectionsPerPeer, maxPendingHandshakes, maxPendingPerAddress } = peerLimits

describe('the inbound gate', () => {
  it('keeps handshakes within bounds by dropping the one that has waited longest at the same address', () => {
    const { gate } = gateOf(100)
    const silent = Array.from({ length: 3 * maxPendingPerAddress }, () => socketFrom('/ip4/45.79.1.7'))
    for (const { connection } of silent) gate.enter(connection)
    expect(gate.pending).toBe(maxPendingPerAddress)
    expect(silent.map(({ isCut }) => isCut)).toEqual(silent.map((_, index) => index < 2 * maxPendingPerAddress))
  })

  it('drops those of the address with most of them, so that a newcomer from elsewhere has its turn', () => {
    const { gate } = gateOf(100)
    const honest = socketFrom('/ip4/45.80.1.1')
    gate.enter(honest.connection)
    for (let host = 1; host <= 20; host++) {
      for (let index = 0; index < maxPendingPerAddress; index++) {
        gate.enter(socketFrom(`/ip4/45.79.1.${host}`).connection)
      }
    }
    expect(gate.pending).toBeLessThanOrEqual(maxPendingHandshakes)
    expect(honest.isCut).toBe(false)
    expect(gate.admit('honest', honest.connection)).toBe(true)
  })

  it('forgets a handshake that ends, however it does', () => {
    const { gate } = gateOf(100)
    const [gone, done] = [socketFrom('/ip4/45.79.1.7'), socketFrom('/ip4/45.79.1.7')]
    gate.enter(gone.connection)
    gate.enter(done.connection)
    gone.abort()
    gate.admit('done', done.connection)
    done.abort()
    expect(gate.pending).toBe(0)
  })

  it('gives no peer more connections than it needs, and tells on it unless it is known by name', () => {
    for (const kept of [[], ['one']]) {
      const { comes, excess } = gateOf(100, kept)
      const came = Array.from({ length: 10 }, (_, index) => comes('one', `/ip4/45.79.1.${index}`))
      expect(came.filter(Boolean)).toHaveLength(maxConnectionsPerPeer)
      expect(excess).toHaveLength(kept.length > 0 ? 0 : 10 - maxConnectionsPerPeer)
    }
  })

  it('gives no public address more than its share, of IPv6 no household', () => {
    for (const place of [() => '/ip4/45.79.1.7', (index: number) => `/ip6/2a02:908:1:2::${index + 1}`]) {
      const { comes } = gateOf(100)
      const came = Array.from({ length: 40 }, (_, index) => comes(`id-${index}`, place(index)))
      expect(came.filter(Boolean)).toHaveLength(maxConnectionsPerAddress)
    }
  })

  it('keeps the last places for those that are known by name, whoever else comes', () => {
    const { comes, open } = gateOf(100, ['validator'])
    for (let index = 0; index < 200; index++) comes(`id-${index}`, '/ip4/127.0.0.1')
    expect(open).toHaveLength(75)
    expect(comes('stranger', '/ip4/45.80.1.1')).toBe(false)
    expect(comes('validator', '/ip4/127.0.0.1')).toBe(true)
  })

  it('shares the places at a relay out by address, also to those that have left since', () => {
    const { open, reserved, comes, reserves } = gateOf(100, ['named'])
    const { maxReservationsPerAddress } = peerLimits
    const ids = Array.from({ length: maxReservationsPerAddress + 1 }, (_, index) => `p${index}`)
    for (const id of ids) expect(comes(id, '/ip4/45.79.1.7')).toBe(true)
    const last = ids.pop() as string
    expect(ids.map(reserves)).toEqual(ids.map(() => true))
    expect(reserves(last)).toBe(false)
    // Asking once more, as each does before its time is over, takes no second place.
    expect(reserves('p0')).toBe(true)
    open.splice(0, maxReservationsPerAddress)
    expect(reserves(last)).toBe(false)
    expect(comes('elsewhere', '/ip4/45.80.1.1')).toBe(true)
    expect(reserves('elsewhere')).toBe(true)
    expect(comes('named', '/ip4/45.79.1.7')).toBe(true)
    expect(reserves('named')).toBe(true)
    reserved.delete('p0')
    reserved.delete('named')
    expect(reserves(last)).toBe(true)
  })

  it('keeps no place at a relay for somebody who is not there', () => {
    const { reserves } = gateOf(100)
    expect(reserves('nobody')).toBe(false)
  })
})
