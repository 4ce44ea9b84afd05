import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxU64 } from '../core/amount.ts'
import type { SignatureSuite } from '../crypto/suites.ts'
import { ledgerLimits } from './limits.ts'
import { networkFeeMicroRuv } from './network-fee.ts'
import { developmentParameters } from './parameters.ts'

const anySuite = fc.constantFrom<SignatureSuite>('ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87')
const anyPrice = fc.bigInt({ min: 0n, max: maxU64 })

describe('networkFeeMicroRuv', () => {
  it.each<[number, SignatureSuite, bigint]>([
    [5_400, 'ML-DSA-65', 5_400n + 3n * 500n],
    [3_400, 'ML-DSA-65', 3_400n + 3n * 500n],
    [2_500, 'ML-DSA-44', 2_500n + 2n * 500n],
    [4_700, 'ML-DSA-87', 4_700n + 5n * 500n],
  ])('%i bytes under %s on the development network', (sizeBytes, suite, fee) => {
    expect(networkFeeMicroRuv(sizeBytes, suite, developmentParameters)).toBe(fee)
  })

  it('never falls when a byte is added, and rises by the price of it (property)', () => {
    fc.assert(
      fc.property(fc.nat(ledgerLimits.maxTransactionBytes), anySuite, anyPrice, anyPrice, (size, suite, byte, unit) => {
        const parameters = { ...developmentParameters, bytePriceMicroRuv: byte, unitPriceMicroRuv: unit }
        const fee = networkFeeMicroRuv(size, suite, parameters)
        expect(networkFeeMicroRuv(size + 1, suite, parameters) - fee).toBe(byte)
        expect(fee >= unit).toBe(true)
      }),
      { seed: 1, numRuns: 500 },
    )
  })
})
