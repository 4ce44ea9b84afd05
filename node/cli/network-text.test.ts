import { describe, expect, it } from 'vitest'
import { networkStatusShape } from '../api/handlers/network-views.ts'
import { createFakeServices } from '../api/test-support/fake-services.ts'
import { networkText } from './network-text.ts'

const { services } = createFakeServices()
const plain = (_: string, text: string): string => text
const status = networkStatusShape(await services.network.status())

describe('networkText', () => {
  it('tells how the network does, then who orders', () => {
    const text = networkText(status, plain)
    expect(text).toMatch(/^State +goes on$/m)
    expect(text).toMatch(/^Epoch +2, since 2025-06-15T15:06:40\.000Z, until 2025-06-15T15:16:40\.000Z$/m)
    expect(text).toMatch(/^Round +99, led by Validator 2$/m)
    expect(text).toMatch(/^Passed over +2 leaders since the start of this node$/m)
    expect(text).toMatch(/^Validators +4, of which any 1 may fail$/m)
    expect(text).toMatch(/^Validator 1 \(this node\) +1000 rUv +25\.0 % +99 +0{64}$/m)
    expect(text).toMatch(/^Validator 4 +1000 rUv +25\.0 % +96 +3 +3{64} +signed two vertices of a round$/m)
  })

  it('says that the chain stands still, since when and why', () => {
    const standstill = { reason: 'no-quorum', since: '2026-11-22T17:03:05.123Z' } as const
    const text = networkText({ ...status, standstill }, (tone, said) => `<${tone}>${said}`)
    expect(text).toMatch(
      /^State +<bad>stands still since 2026-11-22T17:03:05\.123Z: validators with a third of the stake or more are silent$/m,
    )
  })

  it('says where nobody can be spared', () => {
    const [first] = status.committee
    const alone = { ...status, committee: first === undefined ? [] : [first], toleratedFaults: 0 }
    expect(networkText(alone, plain)).toContain('1; while it does not run, nothing is committed')
    const three = { ...status, committee: status.committee.slice(0, 3), toleratedFaults: 0 }
    expect(networkText(three, plain)).toContain('3, none of which can be spared for certain')
    expect(networkText({ ...alone, lastCommitAt: null, finalityMs: null, checkpoint: null }, plain)).toMatch(
      /^Last commit +none since the start of this node$/m,
    )
  })
})
