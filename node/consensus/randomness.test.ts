import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { sha3 } from '../crypto/hash.ts'
import { consensusLimits } from './limits.ts'
import {
  closeRandomness,
  combineReveals,
  commitChain,
  createRandomness,
  createRevealChain,
  dropChain,
  type RandomnessState,
  type Reveal,
  verifyReveal,
} from './randomness.ts'
import { chainId, testValidator } from './test-support.ts'

const ids = [1, 2, 3, 4].map((seed) => testValidator(seed).id)
const [alice, bob, carol] = ids as [Uint8Array, Uint8Array, Uint8Array]
const chainOf = (validator: Uint8Array, length = 40) => createRevealChain(validator, sha3(validator), length)

/** Four validators that commit in epoch 0; their first links are due in epoch 1. */
function committed(): RandomnessState {
  return ids.reduce((state, id) => commitChain(state, id, chainOf(id).commitment), createRandomness(chainId))
}
/** The links due in an epoch after `committed`. */
const linksOf = (epoch: number, from: readonly Uint8Array[] = ids): Reveal[] =>
  from.map((validator) => ({ validator, link: chainOf(validator).reveal(epoch) }))

describe('a chain of reveals', () => {
  it('proves each link by the one before, and skips the missed ones', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (first, gap) => {
        const chain = chainOf(alice, 60)
        const start = { link: chain.commitment, position: 0, firstEpoch: 1, renewal: null }
        const one = verifyReveal(alice, start, first, chain.reveal(first))
        expect(one.ok).toBe(true)
        if (!one.ok) return
        expect(verifyReveal(alice, one.value, first + gap, chain.reveal(first + gap)).ok).toBe(true)
      }),
      { seed: 1 },
    )
  })

  it('refuses a link of another position, of another validator, altered, again, or too early', () => {
    const chain = chainOf(alice)
    const record = { link: chain.reveal(4), position: 4, firstEpoch: 1, renewal: null }
    const codeOf = (epoch: number, link: Uint8Array, validator = alice): string | undefined => {
      const verified = verifyReveal(validator, record, epoch, link)
      return verified.ok ? undefined : verified.error.code
    }
    expect(codeOf(5, chain.reveal(5))).toBeUndefined()
    expect(codeOf(5, chain.reveal(6))).toBe('REVEAL_WRONG')
    expect(codeOf(6, chain.reveal(5))).toBe('REVEAL_WRONG')
    expect(codeOf(5, chain.reveal(5), bob)).toBe('REVEAL_WRONG')
    expect(
      codeOf(
        5,
        chain.reveal(5).map((byte, at) => (at === 9 ? byte ^ 1 : byte)),
      ),
    ).toBe('REVEAL_WRONG')
    expect(codeOf(5, new Uint8Array(0))).toBe('REVEAL_WRONG')
    expect(codeOf(4, chain.reveal(4))).toBe('REVEAL_REPEATED')
    expect(codeOf(0, chain.reveal(1))).toBe('REVEAL_NOT_DUE')
    expect(codeOf(6 + consensusLimits.maxMissedReveals, chain.reveal(9))).toBe('REVEAL_CHAIN_LOST')
  })

  it('cannot be taken over: the same commitment under another id proves nothing', () => {
    const chain = chainOf(alice)
    const copied = { link: chain.commitment, position: 0, firstEpoch: 1, renewal: null }
    expect(verifyReveal(bob, copied, 1, chain.reveal(1)).ok).toBe(false)
  })
})

describe('combineReveals', () => {
  it('does not depend on the order, and depends on each link, the epoch and what was before', () => {
    const links = linksOf(1)
    const mixed = toHex(combineReveals(chainId, 1, links))
    expect(toHex(combineReveals(chainId, 1, [...links].reverse()))).toBe(mixed)
    const others = [
      combineReveals(chainId, 2, links),
      combineReveals(sha3(chainId), 1, links),
      ...ids.map((_, left) =>
        combineReveals(
          chainId,
          1,
          links.filter((__, index) => index !== left),
        ),
      ),
    ].map(toHex)
    expect(new Set([mixed, ...others]).size).toBe(others.length + 1)
  })
})

describe('the randomness of an epoch', () => {
  it('is fixed two epochs before: later links change nothing of it', () => {
    const start = closeRandomness(committed(), []).state
    const closed = closeRandomness(start, linksOf(1)).state
    const [, seedOfThree] = closed.seeds
    for (const from of [ids, [alice], []]) {
      const later = closeRandomness(closed, linksOf(2, from)).state
      expect(later.epoch).toBe(3)
      expect(toHex(later.seeds[0])).toBe(toHex(seedOfThree))
    }
  })

  it('asks nothing of anybody before the first link is due, and lists who missed after', () => {
    const first = closeRandomness(committed(), [])
    expect(first.missed).toEqual([])
    const second = closeRandomness(first.state, linksOf(1, [alice, carol]))
    const missing = ids.filter((id) => id !== alice && id !== carol).map(toHex)
    expect(second.missed.map(toHex)).toEqual([...missing].sort())
    const third = closeRandomness(second.state, linksOf(2))
    expect([third.missed, third.refused]).toEqual([[], []])
  })

  it('leaves out what is wrong, repeated or of strangers, and counts a wrong link as missed', () => {
    const { state } = closeRandomness(committed(), [])
    const stranger = testValidator(9).id
    const closed = closeRandomness(state, [
      { validator: alice, link: chainOf(alice).reveal(2) },
      ...linksOf(1, [bob, bob, carol]),
      { validator: stranger, link: chainOf(stranger).reveal(1) },
    ])
    expect(closed.refused.map(({ error }) => error.code)).toEqual(['REVEAL_WRONG', 'REVEAL_REPEATED', 'REVEAL_NOT_DUE'])
    expect(closed.missed.map(toHex)).toContain(toHex(alice))
    const clean = closeRandomness(state, linksOf(1, [carol, bob]))
    expect(toHex(closed.state.seeds[1])).toBe(toHex(clean.state.seeds[1]))
  })

  it('lets a validator change its chain, which does not spare it the link that is due', () => {
    const { state } = closeRandomness(committed(), [])
    const renewed = createRevealChain(alice, sha3(bob, carol), 5)
    const changing = commitChain(state, alice, renewed.commitment)
    const others = ids.slice(1)
    expect(closeRandomness(changing, linksOf(1, others)).missed.map(toHex)).toEqual([toHex(alice)])
    const changed = closeRandomness(changing, linksOf(1))
    expect([changed.missed, changed.refused]).toEqual([[], []])
    const newLink = { validator: alice, link: renewed.reveal(1) }
    const next = closeRandomness(changed.state, [...linksOf(2, others), newLink])
    expect([next.missed, next.refused]).toEqual([[], []])
  })

  it('asks nothing of a validator that has left', () => {
    const left = dropChain(closeRandomness(committed(), []).state, alice)
    expect(closeRandomness(left, linksOf(1, ids.slice(1))).missed).toEqual([])
  })
})
