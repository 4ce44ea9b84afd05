/**
 * Network fee: what a transaction pays for the bytes it occupies and the signatures it makes others check.
 * Spam therefore costs its own verification. Rules: docs/protocol.md, "Fees".
 */
import { type SignatureSuite, signatureSuites, suiteOfWire } from '../crypto/suites.ts'
import type { NetworkParameters } from './parameters.ts'
import type { CarriedKey, Operation } from './transaction.ts'

/**
 * Fee in µrUv: bytes × byte price + verification units × unit price, the units being those of the account's signature and of
 * whatever the operations bring along to be checked.
 *
 * @param sizeBytes length of the canonical encoding, signatures included
 * @param second suite of the second key, where the transaction is co-signed
 */
export function networkFeeMicroRuv(
  sizeBytes: number,
  suite: SignatureSuite,
  parameters: NetworkParameters,
  operations: readonly Operation[] = [],
  second: SignatureSuite | null = null,
): bigint {
  const secondUnits = second === null ? 0 : signatureSuites[second].verificationUnits
  const units = signatureSuites[suite].verificationUnits + secondUnits + witnessUnits(operations)
  return BigInt(sizeBytes) * parameters.bytePriceMicroRuv + BigInt(units) * parameters.unitPriceMicroRuv
}

/** Proofs of possession count one validator signature, evidence two, the word of a key what its suite costs. */
function witnessUnits(operations: readonly Operation[]): number {
  const { verificationUnits } = signatureSuites['ML-DSA-65']
  let units = 0
  for (const operation of operations) {
    if (operation.kind === 'stake.bond') units += verificationUnits
    else if (operation.kind === 'evidence.submit') units += 2 * verificationUnits
    else if (operation.kind === 'account.update') units += 'key' in operation.change ? unitsOf(operation.change.key) : 0
    else if (operation.kind === 'account.recover') units += operation.key === null ? 0 : unitsOf(operation.key)
  }
  return units
}

/** 0 for an unknown suite, which breaks a rule before anybody pays. */
function unitsOf({ suite: wire }: CarriedKey): number {
  const suite = suiteOfWire(wire)
  return suite === undefined ? 0 : signatureSuites[suite].verificationUnits
}
