import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPeerId, parsePeerAddress, peerAddressLimits } from './peer-address.ts'

const id = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'
const other = 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N'

describe('parsePeerAddress', () => {
  it.each([
    [`/ip4/203.0.113.7/tcp/4001/p2p/${id}`, id, false],
    ['/ip4/127.0.0.1/tcp/1', null, false],
    [`/ip6/2001:db8::1/tcp/4001/p2p/${other}`, other, false],
    ['/ip6/::ffff:192.0.2.1/tcp/4001', null, false],
    ['/ip6/::1/tcp/4001/ws', null, false],
    [`/dns4/boot.example.org/tcp/443/wss/p2p/${id}`, id, false],
    ['/dns/localhost/tcp/443/tls/sni/boot.example.org/ws', null, false],
    [`/dnsaddr/boot.example.org/p2p/${id}`, id, false],
    ['/dnsaddr/boot.example.org', null, false],
    ['/ip4/203.0.113.7/udp/4001/quic-v1', null, false],
    [`/ip4/203.0.113.7/udp/4001/webrtc-direct/certhash/uEiD${'a'.repeat(40)}/p2p/${id}`, id, false],
    [`/ip4/203.0.113.7/tcp/4001/p2p/${other}/p2p-circuit/p2p/${id}`, id, true],
  ])('takes %s', (text, peerId, isRelayed) => {
    expect(parsePeerAddress(` ${text}\n`)).toEqual({ ok: true, value: { text, peerId, isRelayed } })
  })

  it.each([
    ['', ''],
    ['203.0.113.7:4001', ''],
    ['https://example.org', ''],
    ['/', ''],
    ['/ip4/203.0.113.7', ''],
    ['/ip4/203.0.113.256/tcp/4001', 'ip4/203.0.113.256'],
    ['/ip4/example.org/tcp/4001', 'ip4/example.org'],
    ['/ip6/fe80::1%eth0/tcp/4001', 'ip6/fe80::1%eth0'],
    ['/ip6/12/tcp/4001', 'ip6/12'],
    ['/dns4/-bad/tcp/4001', 'dns4/-bad'],
    ['/ip4/203.0.113.7/tcp/0', 'tcp/0'],
    ['/ip4/203.0.113.7/tcp/65536', 'tcp/65536'],
    ['/ip4/203.0.113.7/tcp/4001/', ''],
    ['/ip4/203.0.113.7/tcp', 'tcp'],
    ['/ip4/203.0.113.7/tcp/4001/p2p/nobody', 'p2p/nobody'],
    ['/ip4/203.0.113.7/tcp/4001/constructor/x', 'constructor/x'],
    ['/ws/ip4/203.0.113.7', 'ws/ip4'],
    [`/ip4/203.0.113.7/tcp/4001/p2p/${id}/p2p-circuit`, 'p2p-circuit'],
    [`/p2p/${id}`, `p2p/${id}`],
  ])('refuses %s', (text, part) => {
    expect(parsePeerAddress(text)).toEqual({ ok: false, error: { code: 'PEER_ADDRESS_MALFORMED', part } })
  })

  it('looks at the length first', () => {
    const { maxCharacters } = peerAddressLimits
    expect(parsePeerAddress('/'.repeat(maxCharacters + 1))).toEqual({
      ok: false,
      error: { code: 'PEER_ADDRESS_TOO_LONG', maxCharacters },
    })
    expect(parsePeerAddress('/'.repeat(maxCharacters))).toMatchObject({ error: { code: 'PEER_ADDRESS_MALFORMED' } })
  })

  it('never throws, and takes nothing that it would not take again (property)', () => {
    const word = fc.oneof(
      fc.constantFrom('ip4', 'ip6', 'dns4', 'dnsaddr', 'tcp', 'udp', 'ws', 'tls', 'p2p', 'p2p-circuit', 'certhash', ''),
      fc.constantFrom('203.0.113.7', '::1', 'example.org', '4001', id, other, '__proto__', 'toString'),
      fc.string({ maxLength: 12 }),
    )
    const address = fc.array(word, { maxLength: 24 }).map((words) => `/${words.join('/')}`)
    let taken = 0
    fc.assert(
      fc.property(fc.oneof(address, fc.string({ maxLength: 600 })), (text) => {
        const parsed = parsePeerAddress(text)
        if (!parsed.ok) return
        taken += 1
        expect(parsePeerAddress(parsed.value.text)).toEqual(parsed)
        if (parsed.value.peerId !== null) expect(isPeerId(parsed.value.peerId)).toBe(true)
      }),
      { numRuns: 5_000, examples: [[`/ip4/203.0.113.7/tcp/4001/p2p/${id}`]] },
    )
    expect(taken).toBeGreaterThan(0)
  })
})

describe('isPeerId', () => {
  it('knows the forms of peer ids', () => {
    for (const text of [id, other, `bafzaajaiaejc${'a'.repeat(49)}`, `k51qzi5uqu5d${'k'.repeat(50)}`]) {
      expect(isPeerId(text)).toBe(true)
    }
    for (const text of ['', 'me', `${id}O`, `${id}/x`, ` ${id}`, 'a'.repeat(52)]) expect(isPeerId(text)).toBe(false)
  })
})
