import { describe, expect, it } from 'vitest'
import { seededRng } from '../core/rng.ts'
import { formatAddress } from '../ledger/index.ts'
import { testGenesis } from '../ledger/test-support.ts'
import { createChain } from './chain.ts'

describe('the addresses of a chain', () => {
  it('are those of its network, however often and however many are asked for', () => {
    const genesis = testGenesis([])
    const chain = createChain(genesis)
    const rng = seededRng(1)
    // More than are kept, in two rounds: the second finds the first ones gone.
    const ids = Array.from({ length: 9_000 }, () => Uint8Array.of(0, ...rng.bytes(32)))
    const wrong = [...ids, ...ids].filter((id) => chain.format(id) !== formatAddress(genesis.kind, id))
    expect(wrong).toEqual([])
  })

  it('do not change with bytes that are used again', () => {
    const chain = createChain(testGenesis([]))
    const id = new Uint8Array(33)
    const before = chain.format(id)
    id[32] = 1
    expect(chain.format(id)).not.toBe(before)
    id[32] = 0
    expect(chain.format(id)).toBe(before)
  })
})
