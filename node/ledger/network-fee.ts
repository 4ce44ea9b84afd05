/**
 * Network fee: what a transaction pays for the bytes it occupies and the signatures it makes others check.
 * Spam therefore costs its own verification. Rules: docs/protocol.md, "Fees".
 */
import { type SignatureSuite, signatureSuites } from '../crypto/suites.ts'
import type { NetworkParameters } from './parameters.ts'

/**
 * Fee in µrUv: bytes × byte price + verification units of the suite × unit price.
 *
 * @param sizeBytes length of the canonical encoding, signature included
 */
export function networkFeeMicroRuv(sizeBytes: number, suite: SignatureSuite, parameters: NetworkParameters): bigint {
  return (
    BigInt(sizeBytes) * parameters.bytePriceMicroRuv +
    BigInt(signatureSuites[suite].verificationUnits) * parameters.unitPriceMicroRuv
  )
}
