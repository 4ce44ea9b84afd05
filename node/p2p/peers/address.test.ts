import { multiaddr } from '@multiformats/multiaddr'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bannableHost, isDialable, isPlainTcp, isRelayed, parseAddress, pathOf, peerOfAddress } from './address.ts'
import { peerLimits } from './limits.ts'

const id = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'
const other = '12D3KooWCQfZzU7cZbnL4T9Dq4V9KXAQUsSZG1Bv8jzZxwFk7jDJ'

describe('pathOf', () => {
  it.each([
    ['/memory/a', 'loopback'],
    ['/ip4/127.0.0.1/tcp/4001', 'loopback'],
    ['/ip6/::1/tcp/4001', 'loopback'],
    ['/ip4/192.168.1.7/tcp/4001', 'lan'],
    ['/ip6/fe80::1/tcp/4001', 'lan'],
    ['/ip4/45.79.1.2/tcp/4001', 'direct'],
    ['/ip6/2607:f8b0::1/tcp/4001/ws', 'direct'],
    ['/dns4/node.example.org/tcp/4001', 'direct'],
    [`/ip4/192.168.1.7/tcp/4001/p2p/${other}/p2p-circuit/p2p/${id}`, 'relayed'],
    [`/ip4/192.168.1.7/tcp/4001/p2p/${other}/p2p-circuit/webrtc/p2p/${id}`, 'direct'],
    ['/ip4/192.168.1.7/udp/4001/webrtc-direct', 'lan'],
  ] as const)('takes %s for %s', (address, path) => {
    expect(pathOf(multiaddr(address))).toBe(path)
  })
})

describe('peerOfAddress', () => {
  it('names who answers, and never the relay', () => {
    expect(peerOfAddress(multiaddr(`/ip4/1.2.3.4/tcp/1/p2p/${id}`))).toBe(id)
    expect(peerOfAddress(multiaddr(`/ip4/1.2.3.4/tcp/1/p2p/${other}/p2p-circuit/p2p/${id}`))).toBe(id)
    expect(peerOfAddress(multiaddr(`/ip4/1.2.3.4/tcp/1/p2p/${other}/p2p-circuit`))).toBeUndefined()
    expect(peerOfAddress(multiaddr('/ip4/1.2.3.4/tcp/1'))).toBeUndefined()
  })
})

describe('bannableHost', () => {
  it.each([
    ['/ip4/45.79.1.2/tcp/4001', '45.79.1.2'],
    ['/ip6/2607:f8b0:1:2:3:4:5:6/tcp/4001', '2607:f8b0:1:2::/64'],
    ['/ip6/2607:f8b0::6/tcp/4001', '2607:f8b0:0:0::/64'],
    ['/ip6/2607::1:2:3:4:5/tcp/4001', '2607:0:0:1::/64'],
    ['/ip4/127.0.0.1/tcp/4001', undefined],
    ['/ip4/10.0.0.1/tcp/4001', undefined],
    ['/memory/a', undefined],
    [`/ip4/45.79.1.2/tcp/4001/p2p/${other}/p2p-circuit/p2p/${id}`, undefined],
  ] as const)('is of %s: %s', (address, host) => {
    expect(bannableHost(multiaddr(address))).toBe(host)
  })
})

describe('isDialable', () => {
  it('leaves the services of this machine alone, unless the network lives there', () => {
    for (const address of ['/ip4/127.0.0.1/tcp/22', '/ip6/::1/tcp/22', '/memory/a']) {
      expect(isDialable(multiaddr(address), { thisMachine: false })).toBe(false)
      expect(isDialable(multiaddr(address), { thisMachine: true })).toBe(true)
    }
    for (const thisMachine of [false, true]) {
      expect(isDialable(multiaddr('/unix/%2Fvar%2Frun%2Fdocker.sock'), { thisMachine })).toBe(false)
      expect(isDialable(multiaddr('/ip4/45.79.1.2/tcp/4001'), { thisMachine })).toBe(true)
    }
  })
})

it('tells a plain socket from what runs inside another', () => {
  expect(isPlainTcp(multiaddr('/ip4/1.2.3.4/tcp/1'))).toBe(true)
  expect(isPlainTcp(multiaddr('/ip4/1.2.3.4/tcp/1/ws'))).toBe(false)
  expect(isPlainTcp(multiaddr(`/ip4/1.2.3.4/tcp/1/p2p/${other}/p2p-circuit/p2p/${id}`))).toBe(false)
  expect(isRelayed(multiaddr('/ip4/1.2.3.4/tcp/1'))).toBe(false)
})

describe('parseAddress', () => {
  it('takes no address longer than addresses are', () => {
    const long = `/dns4/${'a.'.repeat(peerLimits.maxAddressLength)}example/tcp/1`
    expect(parseAddress(long)).toBeUndefined()
    expect(parseAddress('')).toBeUndefined()
    expect(parseAddress('/')).toBeUndefined()
  })

  it('never throws, whatever text it is given (property)', () => {
    const part = fc.constantFrom(
      'ip4',
      'ip6',
      'tcp',
      'p2p',
      'dns4',
      'memory',
      'p2p-circuit',
      'webrtc',
      '1.2.3.4',
      '::1',
      '4001',
      id,
      'x',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part, { maxLength: 12 }).map((parts) => `/${parts.join('/')}`),
        ),
        (text) => {
          const address = parseAddress(text)
          if (address === undefined) return
          // Whatever is taken can be judged.
          pathOf(address)
          bannableHost(address)
          peerOfAddress(address)
          isDialable(address, { thisMachine: false })
        },
      ),
    )
  })
})
