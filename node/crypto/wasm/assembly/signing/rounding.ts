/**
 * Polynomials modulo q in the ranges that signing needs, rounding (FIPS 204 §7.4) and bounds. All of it does the same
 * work whatever the coefficients are: masks in place of branches, shifts and multiplications in place of divisions.
 */
import { highBits, twiceGamma2 } from '../hints'
import { d, n, polynomialBytes, q } from '../parameters'
import { highs } from './memory'

/** From between -q and q to 0 … q - 1. */
@inline
function nonNegative(r: v128, qs: v128): v128 {
  return i32x4.add(r, v128.and(i32x4.shr_s(r, 31), qs))
}

/** From between -q and 2·q to 0 … q - 1. */
@inline
function canonical(r: v128, qs: v128): v128 {
  return nonNegative(i32x4.sub(nonNegative(r, qs), qs), qs)
}

/** From between -q and q to what is at most (q - 1)/2 in size. */
@inline
function centred(r: v128, qs: v128): v128 {
  const lifted = nonNegative(r, qs)
  return i32x4.sub(lifted, v128.and(i32x4.gt_s(lifted, i32x4.splat((q - 1) / 2)), qs))
}

/**
 * Power2Round (algorithm 35) of t = product + s2.
 *
 * @param product coefficients between -q and q; becomes t1  @param secret s2  @param low where t0 goes
 */
export function roundPowerOfTwo(product: usize, secret: usize, low: usize): void {
  const qs = i32x4.splat(q)
  const half = i32x4.splat((1 << (d - 1)) - 1)
  for (let at: usize = 0; at < <usize>polynomialBytes; at += 16) {
    const t = canonical(i32x4.add(nonNegative(v128.load(product + at), qs), v128.load(secret + at)), qs)
    const high = i32x4.shr_s(i32x4.add(t, half), d)
    v128.store(product + at, high)
    v128.store(low + at, i32x4.sub(t, i32x4.shl(high, d)))
  }
}

/**
 * Adds a product that is small modulo q: z = y + c·s1.
 *
 * @param product coefficients between -q and q  @returns whether all sums are below `bound` in size
 */
export function addSmall(to: usize, product: usize, bound: i32): bool {
  const qs = i32x4.splat(q)
  const bounds = i32x4.splat(bound)
  let outside = i32x4.splat(0)
  for (let at: usize = 0; at < <usize>polynomialBytes; at += 16) {
    const sum = i32x4.add(v128.load(to + at), centred(v128.load(product + at), qs))
    outside = v128.or(outside, i32x4.ge_s(i32x4.abs(sum), bounds))
    v128.store(to + at, sum)
  }
  return !v128.any_true(outside)
}

/**
 * Subtracts a product from w, which stays in 0 … q - 1: w - c·s2, its high bits, and whether its low bits are small.
 *
 * @param product coefficients between -q and q  @param w1 where the high bits go
 * @returns whether all low bits are below `bound` in size
 */
export function subtractAndSplit(w: usize, product: usize, w1: usize, bound: i32): bool {
  const qs = i32x4.splat(q)
  for (let at: usize = 0; at < <usize>polynomialBytes; at += 16) {
    const lifted = nonNegative(v128.load(product + at), qs)
    v128.store(w + at, i32x4.sub(v128.load(w + at), lifted))
  }
  // Lifts what is negative itself.
  highBits(w, w1)
  const twice = i32x4.splat(twiceGamma2())
  const halfQ = i32x4.splat((q - 1) / 2)
  const bounds = i32x4.splat(bound)
  let outside = i32x4.splat(0)
  for (let at: usize = 0; at < <usize>polynomialBytes; at += 16) {
    let low = i32x4.sub(v128.load(w + at), i32x4.mul(v128.load(w1 + at), twice))
    // Where the high bits went around to 0, what is left is just below q (algorithm 36, line 4).
    low = i32x4.sub(low, v128.and(i32x4.gt_s(low, halfQ), qs))
    outside = v128.or(outside, i32x4.ge_s(i32x4.abs(low), bounds))
  }
  return !v128.any_true(outside)
}

/**
 * Adds w to a product, in place: w - c·s2 + c·t0.
 *
 * @param product coefficients between -q and q; becomes the sum, 0 … q - 1
 * @returns whether all coefficients of the product were below `bound` in size
 */
export function addToProduct(product: usize, w: usize, bound: i32): bool {
  const qs = i32x4.splat(q)
  const bounds = i32x4.splat(bound)
  let outside = i32x4.splat(0)
  for (let at: usize = 0; at < <usize>polynomialBytes; at += 16) {
    const small = centred(v128.load(product + at), qs)
    outside = v128.or(outside, i32x4.ge_s(i32x4.abs(small), bounds))
    v128.store(product + at, canonical(i32x4.add(small, v128.load(w + at)), qs))
  }
  return !v128.any_true(outside)
}

/**
 * MakeHint over a polynomial (algorithm 39): a hint where the high bits of `r` are not `w1`. Every position is written and
 * only a hint moves on to the next place.
 *
 * @param positions where positions of hints go, from place `count` on  @returns how many there are now
 */
export function makeHints(r: usize, w1: usize, positions: usize, count: i32): i32 {
  highBits(r, highs)
  for (let index: i32 = 0; index < n; index++) {
    const difference = load<i32>(highs + (index << 2)) ^ load<i32>(w1 + (index << 2))
    store<u8>(positions + count, u8(index))
    // High bits are below 44: their difference is negative when taken from 0, if there is one.
    count += (0 - difference) >>> 31
  }
  return count
}
