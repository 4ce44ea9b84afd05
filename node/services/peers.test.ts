import { describe, expect, it } from 'vitest'
import { createFakePeers, fakePeer, fakePeerId } from '../api/test-support/fake-peers.ts'
import { NodeError } from '../core/node-error.ts'
import { serviceLimits } from './limits.ts'
import { createPeerServices } from './peers.ts'
import { codeOf } from './test-support.ts'

const nowMs = 1_750_000_100_000
const validators = ['a', 'b', 'c'].map((digit) => digit.repeat(64))

function setUp() {
  const fake = createFakePeers([
    fakePeer(1),
    fakePeer(2, { validator: validators[1] ?? null, role: 'validator' }),
    fakePeer(3, { connectedAtMs: 0 }),
    fakePeer(4, { validator: validators[0] ?? null, role: 'validator' }),
    // Of an earlier epoch: proven, and not in the committee.
    fakePeer(5, { validator: 'f'.repeat(64), role: 'validator' }),
  ])
  const audited: [string, unknown][] = []
  let auditFails = false
  const services = createPeerServices({
    p2p: fake.source,
    sync: fake.sync,
    validatorName(id) {
      const index = validators.indexOf(id)
      return index < 0 ? null : `Validator ${index === 1 ? 10 : index + 1}`
    },
    clock: { nowMs: () => nowMs },
    async audit(action, details) {
      if (auditFails) throw new NodeError('AUDIT_FAILED', 'told to')
      audited.push([action, details])
    },
  })
  return {
    fake,
    services,
    audited,
    failAudit: () => {
      auditFails = true
    },
  }
}

describe('peers', () => {
  it('names validators of the committee, and shows them first, by their number', async () => {
    const { services } = setUp()
    const { items, asOfMs, self, bans } = await services.peers()
    expect(items.map(({ id, validatorName }) => [id, validatorName])).toEqual([
      [fakePeerId(4), 'Validator 1'],
      [fakePeerId(2), 'Validator 10'],
      [fakePeerId(3), null],
      [fakePeerId(5), null],
      [fakePeerId(1), null],
    ])
    expect({ asOfMs, self: self?.id, bans }).toEqual({ asOfMs: nowMs, self: fakePeerId(100), bans: [] })
  })
})

describe('addPeer', () => {
  it('dials what has the form of an address, and records it', async () => {
    const { services, fake, audited } = setUp()
    const address = `/dns4/peer.example.org/tcp/4001/p2p/${fakePeerId(70)}`
    expect(await services.addPeer(` ${address}\n`)).toMatchObject({ id: fakePeerId(70), address, validatorName: null })
    expect(fake.dialled).toEqual([address])
    expect(audited).toEqual([['peer.add', { peer: fakePeerId(70), address }]])
  })

  it('dials nothing else', async () => {
    const { services, fake, audited } = setUp()
    for (const text of ['', 'peer.example.org:4001', '/ip4/1.2.3.4/tcp/0', `/${'x'.repeat(600)}`]) {
      expect(await codeOf(services.addPeer(text))).toBe('PEER_ADDRESS_INVALID')
    }
    expect(fake.dialled).toEqual([])
    expect(audited).toEqual([])
  })

  it.each([
    ['PEER_UNREACHABLE', 'PEER_UNREACHABLE'],
    // The layer below speaks of addresses as it does; here that word is of the ledger's.
    ['ADDRESS_INVALID', 'PEER_ADDRESS_INVALID'],
  ])('says that it failed (%s), and records nothing', async (thrown, code) => {
    const { services, fake, audited } = setUp()
    fake.nextDialFails = new NodeError(thrown, 'told to')
    expect(await codeOf(services.addPeer('/ip4/203.0.113.1/tcp/4001'))).toBe(code)
    expect(audited).toEqual([])
  })
})

describe('banPeer and unbanPeer', () => {
  it('cut a peer off and let it back, with a record of each', async () => {
    const { services, audited } = setUp()
    const id = fakePeerId(1)
    expect(await services.banPeer(id, 24)).toMatchObject({ id, reason: 'BY_HAND' })
    expect((await services.peers()).items.map((peer) => peer.id)).not.toContain(id)
    expect(await services.banPeer(fakePeerId(2), null)).toMatchObject({ untilMs: null })
    expect((await services.peers()).bans).toHaveLength(2)
    await services.unbanPeer(id)
    expect((await services.peers()).bans.map((ban) => ban.id)).toEqual([fakePeerId(2)])
    expect(audited).toEqual([
      ['peer.ban', { peer: id, hours: 24 }],
      ['peer.ban', { peer: fakePeerId(2) }],
      ['peer.unban', { peer: id }],
    ])
    expect(await codeOf(services.unbanPeer(id))).toBe('PEER_NOT_BANNED')
    expect(audited).toHaveLength(3)
  })

  it('refuse what is no peer, this node itself, and a time that is none', async () => {
    const { services, audited } = setUp()
    for (const text of ['', 'everybody', '../x', 'a'.repeat(64)]) {
      expect(await codeOf(services.banPeer(text, 1))).toBe('PEER_ID_INVALID')
      expect(await codeOf(services.unbanPeer(text))).toBe('PEER_NOT_BANNED')
    }
    expect(await codeOf(services.banPeer(fakePeerId(100), 1))).toBe('PEER_IS_SELF')
    for (const hours of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, serviceLimits.maxBanHours + 1]) {
      expect(await codeOf(services.banPeer(fakePeerId(1), hours))).toBe('INPUT_INVALID')
    }
    expect(audited).toEqual([])
    expect((await services.peers()).items).toHaveLength(5)
  })

  it('lift the ban of an address as well', async () => {
    const { services, fake } = setUp()
    await fake.source.ban('203.0.113.9', null)
    await services.unbanPeer('203.0.113.9')
    expect((await services.peers()).bans).toEqual([])
  })

  it('ban nobody where it cannot be recorded', async () => {
    const { services, failAudit } = setUp()
    failAudit()
    expect(await codeOf(services.banPeer(fakePeerId(1), 1))).toBe('AUDIT_FAILED')
    expect((await services.peers()).bans).toEqual([])
  })
})
