import { describe, expect, it } from 'vitest'
import { toHex } from '../../core/bytes.ts'
import { inviteAddresses, inviteLink, parseNetworkLink } from './network-link.ts'

const id = '12D3KooWCnkScMEMJZfwkrFEgQDTchppKPrvadfkAbTG4EjEPSCS'
const own = `/ip4/127.0.0.1/tcp/4001/p2p/${id}`
const home = `/ip4/192.168.1.4/tcp/4001/p2p/${id}`
const far = `/ip4/203.0.113.7/tcp/4001/p2p/${id}`
const named = `/dns4/node.example.org/tcp/4001/p2p/${id}`
const relayed = `/ip4/203.0.113.9/tcp/4001/p2p/${id}/p2p-circuit/p2p/${id}`

describe('an invitation', () => {
  it('names first what most can reach, and this machine only where there is nothing else', () => {
    expect(inviteAddresses([own, home, relayed, far, named])).toEqual([far, named, relayed, home])
    expect(inviteAddresses([own])).toEqual([own])
    expect(inviteAddresses([`/ip6/::1/tcp/4001/p2p/${id}`, home])).toEqual([home])
    expect(inviteAddresses([])).toEqual([])
    expect(inviteAddresses(Array(20).fill(far))).toHaveLength(4)
  })

  it('is a link that the parser takes', () => {
    const chainId = 'ab'.repeat(32)
    const parsed = parseNetworkLink(inviteLink(chainId, [own, far]))
    expect(parsed.ok && [toHex(parsed.value.chainId), parsed.value.peers]).toEqual([chainId, [far]])
  })
})
