import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MaxPreview, maxAmount } from './max-amount.ts'

/** Bytes of an unsigned integer in CBOR (RFC 8949, 3). */
function cborBytes(value: bigint): bigint {
  if (value < 24n) return 1n
  if (value < 256n) return 2n
  if (value < 65_536n) return 3n
  return value < 4_294_967_296n ? 5n : 9n
}

/** Fees as the ledger has them: by the bytes of amount and fee; counted, so that the node is not asked without end. */
function nodeWith(available: bigint, base: bigint, price: bigint) {
  const node = {
    questions: 0,
    fee: (amount: bigint) => base + price * cborBytes(amount),
    ask: async (amount: bigint): Promise<MaxPreview | undefined> => {
      node.questions += 1
      const feeMicroRuv = node.fee(amount)
      const totalMicroRuv = amount + feeMicroRuv
      return totalMicroRuv > available
        ? undefined
        : { feeMicroRuv, totalMicroRuv, remainingMicroRuv: available - totalMicroRuv }
    },
  }
  return node
}

describe('maxAmount', () => {
  it('leaves less than the price of a longer amount, with few questions (property)', () =>
    fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 0n, max: 2n ** 50n }),
        fc.bigInt({ min: 1n, max: 10_000n }),
        fc.bigInt({ min: 0n, max: 10n }),
        async (available, base, price) => {
          const node = nodeWith(available, base, price)
          const most = await maxAmount(node.ask)
          expect(node.questions).toBeLessThanOrEqual(12)
          if (most === undefined) {
            expect(available).toBeLessThan(1n + node.fee(1n))
            return
          }
          const left = available - most - node.fee(most)
          expect(left).toBeGreaterThanOrEqual(0n)
          // Where one more would take more bytes than there is money for, those bytes' worth stays.
          expect(left).toBeLessThanOrEqual(4n * price)
        },
      ),
    ))

  it('has the answer in four questions as a rule', async () => {
    const node = nodeWith(12_000_000_000n, 4_000n, 1n)
    expect(await maxAmount(node.ask)).toBe(12_000_000_000n - 4_009n)
    expect(node.questions).toBeLessThanOrEqual(4)
  })
})
