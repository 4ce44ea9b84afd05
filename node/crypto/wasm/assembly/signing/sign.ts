/**
 * ML-DSA.KeyGen_internal and ML-DSA.Sign_internal (FIPS 204 §6.1 and §6.2, algorithms 6 and 7). The key is made from its
 * seed for every signature, which costs a third of it, and so that nothing needs to be kept.
 */
import { expandMatrix } from '../expand-matrix'
import { highBits, twiceGamma2 } from '../hints'
import { absorb, finish, reset, sponge } from '../keccak'
import { inverseTransform, transform } from '../ntt'
import { packedZBytes, packW1 } from '../packing'
import {
  challengeBytes,
  eta,
  k,
  l,
  muBytes,
  omega,
  packedT1Bytes,
  polynomialBytes,
  rhoBytes,
  tau,
  trBytes,
  zBound,
} from '../parameters'
import { sampleInBall } from '../sample-in-ball'
import {
  challenge,
  expandedSeed,
  expandedSeedBytes,
  highs,
  hintEnds,
  hintPositions,
  maskSeed,
  maskSeedBytes,
  maskTransform,
  matrix,
  mu,
  product,
  publicKeyBuffer,
  randomBuffer,
  randomBytes,
  s1,
  s2,
  seedBuffer,
  seedBytes,
  signatureBuffer,
  t0,
  tr,
  w1Packed,
  w1Vector,
  wVector,
  zVector,
} from './memory'
import { multiplyOne, multiplyRow } from './multiply'
import { packHints, packT1, packZ } from './pack'
import { addSmall, addToProduct, makeHints, roundPowerOfTwo, subtractAndSplit } from './rounding'
import { sampleMask, samplePrivate } from './sample'

/** ρ′ and K within the expanded seed. */
const privateSeedAt: usize = 32
const signingSeedAt: usize = 96
const signingSeedBytes: i32 = 32

/** The key of the seed in seedBuffer: its public half to publicKeyBuffer, and all that sign() needs. */
export function expandSeed(): void {
  store<u8>(seedBuffer + seedBytes, u8(k))
  store<u8>(seedBuffer + seedBytes + 1, u8(l))
  reset()
  absorb(seedBuffer, seedBytes + 2)
  finish()
  memory.copy(expandedSeed, sponge, expandedSeedBytes)

  expandMatrix(expandedSeed, matrix)
  for (let column: i32 = 0; column < l; column++) {
    samplePrivate(expandedSeed + privateSeedAt, column, s1 + column * polynomialBytes)
  }
  for (let row: i32 = 0; row < k; row++) {
    samplePrivate(expandedSeed + privateSeedAt, l + row, s2 + row * polynomialBytes)
  }
  for (let column: i32 = 0; column < l; column++) transform(s1 + column * polynomialBytes)

  memory.copy(publicKeyBuffer, expandedSeed, rhoBytes)
  for (let row: i32 = 0; row < k; row++) {
    const secret = s2 + row * polynomialBytes
    const low = t0 + row * polynomialBytes
    multiplyRow(matrix + row * l * polynomialBytes, s1, l, product)
    inverseTransform(product)
    roundPowerOfTwo(product, secret, low)
    packT1(product, publicKeyBuffer + rhoBytes + row * packedT1Bytes)
    transform(secret)
    transform(low)
  }
  reset()
  absorb(publicKeyBuffer, rhoBytes + k * packedT1Bytes)
  finish()
  memory.copy(tr, sponge, trBytes)
}

/** The message representative µ is H(tr ‖ M′, 64): begins it. */
export function beginMessage(): void {
  reset()
  absorb(tr, trBytes)
}

/**
 * Signs the message absorbed since beginMessage() by the key of expandSeed() and the random bytes in randomBuffer.
 *
 * @returns how many attempts it took; 0: none of so many gave a signature, and signatureBuffer holds none
 */
export function signAbsorbed(maxAttempts: i32): i32 {
  finish()
  memory.copy(mu, sponge, muBytes)
  return signRepresentative(maxAttempts)
}

/** The same for the message representative in `mu`. */
export function signRepresentative(maxAttempts: i32): i32 {
  // ρ″ = H(K ‖ rnd ‖ µ, 64)
  reset()
  absorb(expandedSeed + signingSeedAt, signingSeedBytes)
  absorb(randomBuffer, randomBytes)
  absorb(mu, muBytes)
  finish()
  memory.copy(maskSeed, sponge, maskSeedBytes)
  for (let attempt: i32 = 0; attempt < maxAttempts; attempt++) {
    if (signOnce(attempt * l)) return attempt + 1
  }
  return 0
}

/** One round of the loop (algorithm 7, lines 11 to 32). @param kappa κ  @returns whether there is a signature */
function signOnce(kappa: i32): bool {
  commit(kappa)
  const beta = tau * eta
  let fits: bool = true
  for (let column: i32 = 0; column < l; column++) {
    multiplyOne(challenge, s1 + column * polynomialBytes, product)
    inverseTransform(product)
    // All columns are looked at: which of them was too large does not show.
    fits = fits & addSmall(zVector + column * polynomialBytes, product, zBound)
  }
  if (!fits) return false

  const gamma2 = twiceGamma2() >> 1
  for (let row: i32 = 0; row < k; row++) {
    multiplyOne(challenge, s2 + row * polynomialBytes, product)
    inverseTransform(product)
    const at = row * polynomialBytes
    fits = fits & subtractAndSplit(wVector + at, product, w1Vector + at, gamma2 - beta)
  }
  if (!fits) return false

  let hints: i32 = 0
  for (let row: i32 = 0; row < k; row++) {
    multiplyOne(challenge, t0 + row * polynomialBytes, product)
    inverseTransform(product)
    const at = row * polynomialBytes
    fits = fits & addToProduct(product, wVector + at, gamma2)
    hints = makeHints(product, w1Vector + at, hintPositions, hints)
    // Cut to a byte where there are too many: then there is no signature.
    store<u8>(hintEnds + row, u8(hints))
  }
  if (!fits || hints > omega) return false

  const bytes = packedZBytes()
  let to = signatureBuffer + challengeBytes
  for (let column: i32 = 0; column < l; column++) {
    packZ(zVector + column * polynomialBytes, to)
    to += bytes
  }
  packHints(hints, to)
  return true
}

/** Draws the mask y, and makes the challenge: c̃ to signatureBuffer, c transformed (lines 11 to 17). */
function commit(kappa: i32): void {
  for (let column: i32 = 0; column < l; column++) {
    const mask = zVector + column * polynomialBytes
    const transformed = maskTransform + column * polynomialBytes
    sampleMask(kappa + column, mask)
    memory.copy(transformed, mask, polynomialBytes)
    transform(transformed)
  }
  reset()
  absorb(mu, muBytes)
  for (let row: i32 = 0; row < k; row++) {
    const w = wVector + row * polynomialBytes
    multiplyRow(matrix + row * l * polynomialBytes, maskTransform, l, w)
    inverseTransform(w)
    highBits(w, highs)
    absorb(w1Packed, packW1(highs, w1Packed))
  }
  finish()
  memory.copy(signatureBuffer, sponge, challengeBytes)
  sampleInBall(signatureBuffer, challenge)
  transform(challenge)
}
