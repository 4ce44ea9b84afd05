/**
 * Network fee: what a transaction pays for the bytes it occupies and the signatures it makes others check.
 * Spam therefore costs its own verification. Rules: docs/protocol.md, "Fees".
 */
import { type SignatureSuite, signatureSuites } from '../crypto/suites.ts'
import type { NetworkParameters } from './parameters.ts'
import type { Operation } from './transaction.ts'

/**
 * Fee in µrUv: bytes × byte price + verification units × unit price, the units being those of the account's signature and of
 * whatever the operations bring along to be checked.
 *
 * @param sizeBytes length of the canonical encoding, signature included
 */
export function networkFeeMicroRuv(
  sizeBytes: number,
  suite: SignatureSuite,
  parameters: NetworkParameters,
  operations: readonly Operation[] = [],
): bigint {
  const units = signatureSuites[suite].verificationUnits + witnessUnits(operations)
  return BigInt(sizeBytes) * parameters.bytePriceMicroRuv + BigInt(units) * parameters.unitPriceMicroRuv
}

/** Proofs of possession count one validator signature, evidence two. */
function witnessUnits(operations: readonly Operation[]): number {
  const { verificationUnits } = signatureSuites['ML-DSA-65']
  let signatures = 0
  for (const { kind } of operations) {
    if (kind === 'stake.bond') signatures += 1
    else if (kind === 'evidence.submit') signatures += 2
  }
  return signatures * verificationUnits
}
