import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from './bytes.ts'
import { formatNetworkLink, networkLinkLimits, parseNetworkLink } from './network-link.ts'

const hash = 'ab'.repeat(32)
const chainId = new Uint8Array(32).fill(0xab)
const id = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'
const address = `/dns4/boot.example.org/tcp/4001/p2p/${id}`

describe('parseNetworkLink', () => {
  it.each([
    [`qudag-network:?genesis=${hash}`, []],
    [` QUDAG-NETWORK:?genesis=${hash.toUpperCase()}\n`, []],
    [`qudag-network://?genesis=${hash}`, []],
    [`qudag-network:///?peer=${address}&genesis=${hash}&peer=${address}`, [address]],
    [`qudag-network:?genesis=${hash}&peer=${encodeURIComponent(address)}&later=x`, [address]],
  ])('takes %s', (text, peers) => {
    expect(parseNetworkLink(text)).toEqual({ ok: true, value: { chainId, peers } })
  })

  it.each([
    ['', 'LINK_MALFORMED'],
    [`qudag:?genesis=${hash}`, 'LINK_MALFORMED'],
    [`qudag-network:${hash}`, 'LINK_MALFORMED'],
    ['qudag-network:?', 'LINK_MALFORMED'],
    [`qudag-network:?peer=${address}`, 'LINK_MALFORMED'],
    [`qudag-network:?genesis=${hash}#x`, 'LINK_MALFORMED'],
    [`qudag-network:?genesis=%ff`, 'LINK_MALFORMED'],
    [`qudag-network:?genesis=${hash.slice(2)}`, 'LINK_FIELD genesis'],
    [`qudag-network:?genesis=${hash}&genesis=${hash}`, 'LINK_FIELD genesis'],
    [`qudag-network:?genesis=${hash}&peer=localhost`, 'LINK_FIELD peer'],
    [`qudag-network:?genesis=${hash}&req-version=2`, 'LINK_FIELD req-version'],
    [
      `qudag-network:?genesis=${hash}${Array.from({ length: networkLinkLimits.maxPeers + 1 }, (_, port) => `&peer=/ip4/1.2.3.4/tcp/${port + 1}`).join('')}`,
      'LINK_FIELD peer',
    ],
  ])('refuses %s', (text, expected) => {
    const parsed = parseNetworkLink(text)
    const error = parsed.ok ? undefined : parsed.error
    expect(error?.code === 'LINK_FIELD' ? `${error.code} ${error.field}` : error?.code).toBe(expected)
  })

  it('looks at the length first', () => {
    const { maxCharacters } = networkLinkLimits
    const long = `qudag-network:?genesis=${hash}&x=`.padEnd(maxCharacters + 1, 'x')
    expect(parseNetworkLink(long)).toEqual({ ok: false, error: { code: 'LINK_TOO_LONG', maxCharacters } })
    expect(parseNetworkLink(long.slice(0, -1)).ok).toBe(true)
  })

  it('reads what formatNetworkLink writes (property)', () => {
    const port = fc.integer({ min: 1, max: 65_535 })
    const peer = fc.oneof(
      fc.tuple(fc.ipV4(), port).map(([host, number]) => `/ip4/${host}/tcp/${number}/p2p/${id}`),
      fc.tuple(fc.domain(), port).map(([host, number]) => `/dns4/${host}/tcp/${number}`),
    )
    const peers = fc.uniqueArray(peer, { maxLength: networkLinkLimits.maxPeers })
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), peers, (hashBytes, addresses) => {
        const text = formatNetworkLink({ chainId: hashBytes, peers: addresses })
        expect(text.length).toBeLessThanOrEqual(networkLinkLimits.maxCharacters)
        const parsed = parseNetworkLink(text)
        expect(parsed.ok && toHex(parsed.value.chainId)).toBe(toHex(hashBytes))
        const taken = parsed.ok ? parsed.value.peers : []
        expect(taken).toEqual(addresses.slice(0, taken.length))
      }),
    )
  })

  it('never throws, and yields nothing that has another form (property)', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'genesis=',
        'peer=',
        hash,
        address,
        '&',
        '%',
        '%2',
        '%00',
        'req-a',
        '=',
        '?',
        '#',
        'qudag-network:',
      ),
      fc.string({ maxLength: 8 }),
    )
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => `qudag-network:?${pieces.join('')}`)
    let taken = 0
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ maxLength: 3_000 })), (given) => {
        const parsed = parseNetworkLink(given)
        if (!parsed.ok) return
        taken += 1
        expect(parsed.value.chainId).toHaveLength(32)
        expect(parsed.value.peers.length).toBeLessThanOrEqual(networkLinkLimits.maxPeers)
        expect(parseNetworkLink(formatNetworkLink(parsed.value))).toEqual(parsed)
      }),
      { numRuns: 5_000, examples: [[`qudag-network:?genesis=${hash}&peer=${address}`]] },
    )
    expect(taken).toBeGreaterThan(0)
  })
})
