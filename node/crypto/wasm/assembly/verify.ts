/**
 * ML-DSA.Verify (FIPS 204 §5.3 and §6.3, algorithms 3 and 8), cut where the host comes in: the signature is checked for
 * its form before a key is expanded for it, and a message may come in pieces.
 */
import { expandMatrix } from './expand-matrix'
import { isHintCanonical, applyHints } from './hints'
import { absorb, finish, reset, sponge } from './keccak'
import {
  challenge,
  matrixOfKey,
  mu,
  publicKeyBuffer,
  signatureBuffer,
  t1OfKey,
  trBuffer,
  w1Packed,
  w1Polynomial,
  wPolynomial,
  zVector,
} from './memory'
import { qInverse, reduce } from './montgomery'
import { inverseTransform, transform } from './ntt'
import { packedZBytes, packW1, unpackT1, unpackZ } from './packing'
import { challengeBytes, k, l, muBytes, packedT1Bytes, polynomialBytes, q, rhoBytes, trBytes } from './parameters'
import { sampleInBall } from './sample-in-ball'

/** tr of the key in publicKeyBuffer: H(pk, 64) (algorithm 8, line 6). */
export function hashKey(): void {
  reset()
  absorb(publicKeyBuffer, rhoBytes + k * packedT1Bytes)
  finish()
  memory.copy(trBuffer, sponge, trBytes)
}

/** Expands the key that hashKey() has read to `key`: what verification needs of it, whatever the message. */
export function expandKey(key: usize): void {
  memory.copy(key, trBuffer, trBytes)
  const t1 = t1OfKey(key)
  for (let row: i32 = 0; row < k; row++) {
    const polynomial = t1 + row * polynomialBytes
    unpackT1(publicKeyBuffer + rhoBytes + row * packedT1Bytes, polynomial)
    transform(polynomial)
  }
  expandMatrix(publicKeyBuffer, matrixOfKey(key, k))
}

/** Reads z and the hint of the signature in signatureBuffer. @returns whether their form allows it to be valid */
export function openSignature(): bool {
  const bytes = packedZBytes()
  let from = signatureBuffer + challengeBytes
  if (!isHintCanonical(from + l * bytes)) return false
  for (let column: i32 = 0; column < l; column++) {
    if (!unpackZ(from, zVector + column * polynomialBytes)) return false
    from += bytes
  }
  return true
}

/** The message representative µ is H(tr ‖ M', 64): begins it. */
export function beginMessage(key: usize): void {
  reset()
  absorb(key, trBytes)
}

/** Whether the signature that openSignature() read is one of `key` for the message absorbed since beginMessage(). */
export function verifyOpened(key: usize): bool {
  finish()
  memory.copy(mu, sponge, muBytes)

  sampleInBall(signatureBuffer, challenge)
  transform(challenge)
  for (let column: i32 = 0; column < l; column++) transform(zVector + column * polynomialBytes)

  // c̃' = H(µ ‖ w1Encode(w1'), λ/4), row by row.
  const hint = signatureBuffer + challengeBytes + l * packedZBytes()
  reset()
  absorb(mu, muBytes)
  for (let row: i32 = 0; row < k; row++) {
    approximateRow(key, row)
    inverseTransform(wPolynomial)
    applyHints(wPolynomial, w1Polynomial, hint, row)
    absorb(w1Packed, packW1(w1Polynomial, w1Packed))
  }
  finish()
  return memory.compare(sponge, signatureBuffer, challengeBytes) == 0
}

/**
 * A row of A∘NTT(z) - NTT(c)∘NTT(t1·2^d), divided by R, to wPolynomial. Products are added up in 64 bits and reduced
 * once: eight of them, each of a transform below 6·q with one below q, or below 6·q for t1, stay below 78·q² < q·2^31
 * and give a result below 0.7·q.
 */
export function approximateRow(key: usize, row: i32): void {
  const qs = i32x4.splat(q)
  const qInverses = i32x4.splat(qInverse)
  const columns = l
  let a = matrixOfKey(key, k) + row * columns * polynomialBytes
  let t1 = t1OfKey(key) + row * polynomialBytes
  let z = zVector
  for (let at: usize = 0; at < <usize>polynomialBytes; at += 16) {
    let x = v128.load(z)
    let y = v128.load(a)
    let low = i64x2.extmul_low_i32x4_s(x, y)
    let high = i64x2.extmul_high_i32x4_s(x, y)
    x = v128.load(z, 1024)
    y = v128.load(a, 1024)
    low = i64x2.add(low, i64x2.extmul_low_i32x4_s(x, y))
    high = i64x2.add(high, i64x2.extmul_high_i32x4_s(x, y))
    x = v128.load(z, 2048)
    y = v128.load(a, 2048)
    low = i64x2.add(low, i64x2.extmul_low_i32x4_s(x, y))
    high = i64x2.add(high, i64x2.extmul_high_i32x4_s(x, y))
    x = v128.load(z, 3072)
    y = v128.load(a, 3072)
    low = i64x2.add(low, i64x2.extmul_low_i32x4_s(x, y))
    high = i64x2.add(high, i64x2.extmul_high_i32x4_s(x, y))
    if (columns > 4) {
      x = v128.load(z, 4096)
      y = v128.load(a, 4096)
      low = i64x2.add(low, i64x2.extmul_low_i32x4_s(x, y))
      high = i64x2.add(high, i64x2.extmul_high_i32x4_s(x, y))
    }
    if (columns > 5) {
      x = v128.load(z, 5120)
      y = v128.load(a, 5120)
      low = i64x2.add(low, i64x2.extmul_low_i32x4_s(x, y))
      high = i64x2.add(high, i64x2.extmul_high_i32x4_s(x, y))
      x = v128.load(z, 6144)
      y = v128.load(a, 6144)
      low = i64x2.add(low, i64x2.extmul_low_i32x4_s(x, y))
      high = i64x2.add(high, i64x2.extmul_high_i32x4_s(x, y))
    }
    x = v128.load(challenge + at)
    y = v128.load(t1)
    low = i64x2.sub(low, i64x2.extmul_low_i32x4_s(x, y))
    high = i64x2.sub(high, i64x2.extmul_high_i32x4_s(x, y))
    v128.store(wPolynomial + at, reduce(low, high, qs, qInverses))
    a += 16
    t1 += 16
    z += 16
  }
}
