import { describe, expect, it } from 'vitest'
import type { NetworkStatus, SyncState } from '../api/contract/index.ts'
import { networkStatusShape } from '../api/handlers/network-views.ts'
import { createFakeServices } from '../api/test-support/fake-services.ts'
import { reachabilityData } from '../services/peer-data.ts'
import { inviteNote, networkText } from './network-text.ts'
import type { Output } from './output.ts'

const { services } = createFakeServices()
const plain = (_: string, text: string): string => text
const status = networkStatusShape(await services.network.status())
const reachability = reachabilityData(await services.network.reachability())
const textOf = (shown: NetworkStatus, paint: Output['paint'] = plain): string => networkText(shown, reachability, paint)
const syncing = (change: Partial<SyncState>): NetworkStatus => ({ ...status, sync: { ...status.sync, ...change } })

describe('networkText', () => {
  it('tells how the network does, then who orders', () => {
    const text = textOf(status)
    expect(text).toMatch(/^State +goes on$/m)
    expect(text).toMatch(/^This node +up to date$/m)
    expect(text).toMatch(/^Reached +by anybody \(peers have dialled back\)$/m)
    expect(text).toMatch(/^Epoch +2, since 2025-06-15T15:06:40\.000Z, until 2025-06-15T15:16:40\.000Z$/m)
    expect(text).toMatch(/^Round +99, led by Validator 2$/m)
    expect(text).toMatch(/^Passed over +2 leaders since the start of this node$/m)
    expect(text).toMatch(/^Validators +4, of which any 1 may fail$/m)
    expect(text).toMatch(/^Validator 1 \(this node\) +1000 rUv +25\.0 % +99 +0{64}$/m)
    expect(text).toMatch(/^Validator 4 +1000 rUv +25\.0 % +96 +3 +3{64} +signed two vertices of a round$/m)
  })

  it('says that the chain stands still, since when and why', () => {
    const standstill = { reason: 'no-quorum', since: '2026-11-22T17:03:05.123Z' } as const
    const text = textOf({ ...syncing({ phase: 'stalled' }), standstill }, (tone, said) => `<${tone}>${said}`)
    expect(text).toMatch(
      /^State +<bad>stands still since 2026-11-22T17:03:05\.123Z: validators with a third of the stake or more are silent$/m,
    )
    expect(text).toMatch(/^This node +<bad>has what there is; the network makes no progress$/m)
    expect(text).not.toContain('goes on')
    expect(textOf(syncing({ phase: 'stalled' }))).toMatch(/^State +stands still$/m)
  })

  it('claims nothing of the network while this node is behind', () => {
    const text = textOf(
      syncing({ phase: 'snapshot', unit: 'bytes', done: 1_500_000, total: 3e9, remainingMs: 3_725_000 }),
    )
    expect(text).toMatch(/^State +not known before this node is up to date$/m)
    expect(text).toMatch(/^This node +fetching the state of the ledger, 1\.5 MB of 3\.0 GB, about 1 h 2 min left$/m)
  })

  it('says where nobody can be spared', () => {
    const [first] = status.committee
    const alone = { ...status, committee: first === undefined ? [] : [first], toleratedFaults: 0 }
    expect(textOf(alone)).toContain('1; while it does not run, nothing is committed')
    const three = { ...status, committee: status.committee.slice(0, 3), toleratedFaults: 0 }
    expect(textOf(three)).toContain('3, none of which can be spared for certain')
    expect(textOf({ ...alone, lastCommitAt: null, finalityMs: null, checkpoint: null })).toMatch(
      /^Last commit +none since the start of this node$/m,
    )
  })
})

describe('inviteNote', () => {
  it('says whether others can do anything with the link', () => {
    expect(inviteNote([])).toContain('names no address')
    expect(inviteNote(['/ip4/127.0.0.1/tcp/4001/p2p/x', '/ip6/::1/tcp/4001/p2p/x'])).toContain('this machine alone')
    expect(inviteNote(['/ip4/192.168.1.2/tcp/4001/p2p/x'])).toContain('qudag network join')
  })
})
