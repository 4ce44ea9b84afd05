/** Sizes of ML-KEM-768 in bytes (FIPS 203 §8, tables 2 and 3). */
export const kemParameters = Object.freeze({
  /** d ‖ z: what a private key is stored as. */
  seedBytes: 64,
  encapsulationKeyBytes: 1_184,
  ciphertextBytes: 1_088,
  sharedSecretBytes: 32,
})

/** Modulus of the coefficients (FIPS 203 §2.4). */
const modulus = 3_329
/** An encapsulation key is 3 polynomials of 256 coefficients of 12 bits, then ρ (32 bytes). */
const coefficientBytes = 1_152

/**
 * Encapsulation key check of FIPS 203 §7.2: right length, and every coefficient below the modulus. The standard's form
 * (decode, encode, compare) fails exactly where a coefficient is not reduced.
 */
export function isEncapsulationKey(bytes: Uint8Array): boolean {
  if (bytes.length !== kemParameters.encapsulationKeyBytes) return false
  for (let i = 0; i < coefficientBytes; i += 3) {
    const low = bytes[i] as number
    const middle = bytes[i + 1] as number
    const high = bytes[i + 2] as number
    if ((low | ((middle & 0x0f) << 8)) >= modulus || ((middle >> 4) | (high << 4)) >= modulus) return false
  }
  return true
}
