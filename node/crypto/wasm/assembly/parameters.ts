/**
 * Parameter sets of ML-DSA (FIPS 204 §4, table 1) and what follows from them. One set is in force at a time:
 * chooseParameters() chooses it, and the host chooses before every call.
 */

/** The modulus: 2^23 - 2^13 + 1. */
export const q: i32 = 8380417
/** Coefficients of a polynomial. */
export const n: i32 = 256
/** Bits that Power2Round drops from t. */
export const d: i32 = 13

/** A polynomial in memory: 256 coefficients of 4 bytes. */
export const polynomialBytes: i32 = 1024
export const maxK: i32 = 8
export const maxL: i32 = 7

/** Bytes of µ, tr, and the seed ρ. */
export const muBytes: i32 = 64
export const trBytes: i32 = 64
export const rhoBytes: i32 = 32
/** A row of t1, packed: ten bits a coefficient. */
export const packedT1Bytes: i32 = 320

/** Rows and columns of A. */
export let k: i32 = 0
export let l: i32 = 0
/** Coefficients ±1 of the challenge. */
export let tau: i32 = 0
/** Hints of a signature at most. */
export let omega: i32 = 0
/** Coefficients of the private key are between -η and η. */
export let eta: i32 = 0
/** Bits of a packed coefficient of z: 18 where γ1 is 2^17, 20 where it is 2^19. */
export let zBits: i32 = 0
/** ‖z‖∞ of a valid signature is below: γ1 - β, where β is τ · η and γ1 is 2^(zBits - 1). */
export let zBound: i32 = 0
/** Whether γ2 is (q - 1)/88 (else it is (q - 1)/32). */
export let isGamma2Small: bool = false
/** Bytes of the challenge hash c̃ (λ/4) at the head of a signature. */
export let challengeBytes: i32 = 0

/** @param level 44, 65 or 87; anything else is a fault of the host and traps */
export function chooseParameters(level: i32): void {
  if (level == 44) setParameters(4, 4, 39, 80, 2, 18, true, 32)
  else if (level == 65) setParameters(6, 5, 49, 55, 4, 20, false, 48)
  else if (level == 87) setParameters(8, 7, 60, 75, 2, 20, false, 64)
  else unreachable()
}

function setParameters(
  rows: i32,
  columns: i32,
  challengeWeight: i32,
  maxHints: i32,
  largestSecret: i32,
  bitsOfZ: i32,
  gamma2Small: bool,
  bytesOfChallenge: i32,
): void {
  k = rows
  l = columns
  tau = challengeWeight
  omega = maxHints
  eta = largestSecret
  zBits = bitsOfZ
  zBound = (1 << (bitsOfZ - 1)) - challengeWeight * largestSecret
  isGamma2Small = gamma2Small
  challengeBytes = bytesOfChallenge
}
