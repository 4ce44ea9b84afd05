/**
 * Signature suites (FIPS 204) by a closed wire byte. Sizes: FIPS 204 §4, table 2.
 * Every suite signs with the empty context; the domain tag is inside the message.
 */
export type SignatureSuite = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'

export interface SuiteParameters {
  /** Byte that stands for the suite in addresses and on the wire. */
  readonly wire: number
  readonly publicKeyBytes: number
  readonly signatureBytes: number
  /** Relative cost of one verification: what the network fee charges. */
  readonly verificationUnits: number
}

/** Length of ξ, the seed a key pair is expanded from (FIPS 204 §5.1), in bytes. What the vault stores. */
export const seedBytes = 32

export const signatureSuites: Readonly<Record<SignatureSuite, SuiteParameters>> = Object.freeze({
  'ML-DSA-44': { wire: 1, publicKeyBytes: 1_312, signatureBytes: 2_420, verificationUnits: 2 },
  'ML-DSA-65': { wire: 2, publicKeyBytes: 1_952, signatureBytes: 3_309, verificationUnits: 3 },
  'ML-DSA-87': { wire: 3, publicKeyBytes: 2_592, signatureBytes: 4_627, verificationUnits: 5 },
})

const suiteByWire = new Map(
  (Object.entries(signatureSuites) as [SignatureSuite, SuiteParameters][]).map(([suite, { wire }]) => [wire, suite]),
)

/** Undefined for a byte outside the closed set. */
export function suiteOfWire(wire: number): SignatureSuite | undefined {
  return suiteByWire.get(wire)
}
