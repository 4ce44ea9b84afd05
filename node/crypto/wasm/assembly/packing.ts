/**
 * Coefficients and bytes (FIPS 204 §7.1 and §7.2): t1 of a public key, z of a signature, w1 on its way into the hash.
 *
 * Four coefficients at a time: the bytes that hold one go to its lane, a multiplication moves all of them up to where
 * the highest stands, and one shift takes them down together (WebAssembly has no shift by lanes).
 */
import { d, isGamma2Small, n, polynomialBytes, zBits, zBound } from './parameters'

/** t1 · 2^d from 320 bytes: ten bits a coefficient (algorithm 23, pkDecode). */
export function unpackT1(from: usize, polynomial: usize): void {
  const zero = i32x4.splat(0)
  const up = i32x4(64, 16, 4, 1)
  const mask = i32x4.splat(0x3ff)
  const end = polynomial + polynomialBytes
  let at = from
  for (let to = polynomial; to < end; to += 16) {
    const spread = v128.shuffle<i8>(v128.load(at), zero, 0, 1, 16, 16, 1, 2, 16, 16, 2, 3, 16, 16, 3, 4, 16, 16)
    const coefficients = v128.and(i32x4.shr_u(i32x4.mul(spread, up), 6), mask)
    v128.store(to, i32x4.shl(coefficients, d))
    at += 5
  }
}

/** Bytes of a packed polynomial of z. */
export function packedZBytes(): i32 {
  return (n >> 3) * zBits
}

/**
 * A polynomial of z (algorithm 27, sigDecode: γ1 less the packed number).
 *
 * @returns whether every coefficient is below γ1 - β in size, as a signature must have it (algorithm 8, line 13)
 */
export function unpackZ(from: usize, polynomial: usize): bool {
  return zBits == 18 ? unpackZ18(from, polynomial) : unpackZ20(from, polynomial)
}

function unpackZ18(from: usize, polynomial: usize): bool {
  const zero = i32x4.splat(0)
  const up = i32x4(64, 16, 4, 1)
  const mask = i32x4.splat(0x3ffff)
  const gamma1 = i32x4.splat(1 << 17)
  const bound = i32x4.splat(zBound)
  const end = polynomial + polynomialBytes
  let outside = zero
  let at = from
  for (let to = polynomial; to < end; to += 16) {
    const spread = v128.shuffle<i8>(v128.load(at), zero, 0, 1, 2, 16, 2, 3, 4, 16, 4, 5, 6, 16, 6, 7, 8, 16)
    const packed = v128.and(i32x4.shr_u(i32x4.mul(spread, up), 6), mask)
    const coefficients = i32x4.sub(gamma1, packed)
    outside = v128.or(outside, i32x4.ge_s(i32x4.abs(coefficients), bound))
    v128.store(to, coefficients)
    at += 9
  }
  return !v128.any_true(outside)
}

function unpackZ20(from: usize, polynomial: usize): bool {
  const zero = i32x4.splat(0)
  const up = i32x4(16, 1, 16, 1)
  const mask = i32x4.splat(0xfffff)
  const gamma1 = i32x4.splat(1 << 19)
  const bound = i32x4.splat(zBound)
  const end = polynomial + polynomialBytes
  let outside = zero
  let at = from
  for (let to = polynomial; to < end; to += 16) {
    const spread = v128.shuffle<i8>(v128.load(at), zero, 0, 1, 2, 16, 2, 3, 4, 16, 5, 6, 7, 16, 7, 8, 9, 16)
    const packed = v128.and(i32x4.shr_u(i32x4.mul(spread, up), 4), mask)
    const coefficients = i32x4.sub(gamma1, packed)
    outside = v128.or(outside, i32x4.ge_s(i32x4.abs(coefficients), bound))
    v128.store(to, coefficients)
    at += 10
  }
  return !v128.any_true(outside)
}

/**
 * w1Encode of one polynomial (algorithm 28): six bits a coefficient where γ2 is (q - 1)/88, else four.
 *
 * @returns its bytes
 */
export function packW1(polynomial: usize, to: usize): i32 {
  return isGamma2Small ? packSixBits(polynomial, to) : packFourBits(polynomial, to)
}

function packSixBits(polynomial: usize, to: usize): i32 {
  let at = to
  const end = polynomial + polynomialBytes
  for (let from = polynomial; from < end; from += 16) {
    const four =
      load<i32>(from) | (load<i32>(from, 4) << 6) | (load<i32>(from, 8) << 12) | (load<i32>(from, 12) << 18)
    store<u16>(at, u16(four))
    store<u8>(at, u8(four >> 16), 2)
    at += 3
  }
  return 192
}

function packFourBits(polynomial: usize, to: usize): i32 {
  let at = to
  const end = polynomial + polynomialBytes
  for (let from = polynomial; from < end; from += 128) {
    const low = i16x8.narrow_i32x4_u(
      pairsOfFourBits(v128.load(from), v128.load(from, 16)),
      pairsOfFourBits(v128.load(from, 32), v128.load(from, 48)),
    )
    const high = i16x8.narrow_i32x4_u(
      pairsOfFourBits(v128.load(from, 64), v128.load(from, 80)),
      pairsOfFourBits(v128.load(from, 96), v128.load(from, 112)),
    )
    v128.store(at, i8x16.narrow_i16x8_u(low, high))
    at += 16
  }
  return 128
}

/** Eight coefficients of four bits become four numbers of eight, the first of two lower. */
@inline
function pairsOfFourBits(first: v128, second: v128): v128 {
  const lower = v128.shuffle<i32>(first, second, 0, 2, 4, 6)
  const upper = v128.shuffle<i32>(first, second, 1, 3, 5, 7)
  return v128.or(lower, i32x4.shl(upper, 4))
}
