/**
 * Signature suites by a closed wire byte: ML-DSA (FIPS 204), and the composite of ML-DSA-65 and ECDSA P-256 (composite.ts).
 * Sizes: FIPS 204 §4, table 2; SEC 1 §2.3.3 for the point, r ‖ s for the ECDSA half.
 * Every suite signs with the empty context; the domain tag is inside the message.
 */
export type MlDsaSuite = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'

/** Both halves sign, and both must hold. For keys that live in tokens without an audited ML-DSA, or without any. */
export type CompositeSuite = 'ML-DSA-65+P-256'

export type SignatureSuite = MlDsaSuite | CompositeSuite

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

/** P-256: the point as 0x04 ‖ x ‖ y, the signature as r ‖ s, the private key as a scalar, big-endian. */
export const p256Sizes = { publicKeyBytes: 65, signatureBytes: 64, scalarBytes: 32 } as const

export const signatureSuites: Readonly<Record<SignatureSuite, SuiteParameters>> = Object.freeze({
  'ML-DSA-44': { wire: 1, publicKeyBytes: 1_312, signatureBytes: 2_420, verificationUnits: 2 },
  'ML-DSA-65': { wire: 2, publicKeyBytes: 1_952, signatureBytes: 3_309, verificationUnits: 3 },
  'ML-DSA-87': { wire: 3, publicKeyBytes: 2_592, signatureBytes: 4_627, verificationUnits: 5 },
  // ML-DSA-65, then P-256, in keys as in signatures. OpenSSL's P-256 takes about three times what our verifier takes for ML-DSA-65.
  'ML-DSA-65+P-256': { wire: 4, publicKeyBytes: 2_017, signatureBytes: 3_373, verificationUnits: 12 },
})

export const compositeSuite: CompositeSuite = 'ML-DSA-65+P-256'

/** The ML-DSA half of the composite suite. */
export const compositeHalf = 'ML-DSA-65' satisfies MlDsaSuite

export const mlDsaSuites: readonly MlDsaSuite[] = Object.freeze(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'])

export function isMlDsaSuite(suite: SignatureSuite): suite is MlDsaSuite {
  return suite !== compositeSuite
}

const suiteByWire = new Map(
  (Object.entries(signatureSuites) as [SignatureSuite, SuiteParameters][]).map(([suite, { wire }]) => [wire, suite]),
)

/** Undefined for a byte outside the closed set. */
export function suiteOfWire(wire: number): SignatureSuite | undefined {
  return suiteByWire.get(wire)
}
