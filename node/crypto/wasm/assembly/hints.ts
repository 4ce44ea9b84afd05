/** Hints: reading them from a signature, and what they do to the high bits of w' (FIPS 204 §7.1 and §7.4). */
import { k, isGamma2Small, omega, polynomialBytes, q } from './parameters'

/**
 * Checks an encoded hint (algorithm 21, HintBitUnpack). Every hint has one encoding only: otherwise anybody could
 * change a valid signature without its key. What passes is used as it stands, by applyHints().
 *
 * @param encoded ω bytes of positions, then k bytes with the end of each polynomial's run
 */
export function isHintCanonical(encoded: usize): bool {
  let index: i32 = 0
  for (let row: i32 = 0; row < k; row++) {
    const end = endOfRun(encoded, row)
    if (end < index || end > omega) return false
    for (let at = index + 1; at < end; at++) {
      if (load<u8>(encoded + at - 1) >= load<u8>(encoded + at)) return false
    }
    index = end
  }
  for (; index < omega; index++) {
    if (load<u8>(encoded + index) != 0) return false
  }
  return true
}

@inline
function endOfRun(encoded: usize, row: i32): i32 {
  return i32(load<u8>(encoded + omega + row))
}

/**
 * UseHint over a polynomial (algorithm 40): the high bits of each coefficient (algorithms 36 and 37), then one up or
 * down, around, where there is a hint.
 *
 * @param w coefficients between -q and q; reduced to 0 … q - 1 in place
 * @param w1 the result, one coefficient a word
 * @param encoded a hint that isHintCanonical() passed
 */
export function applyHints(w: usize, w1: usize, encoded: usize, row: i32): void {
  highBits(w, w1)
  const twice = twiceGamma2()
  const highest = isGamma2Small ? 43 : 15
  const end = endOfRun(encoded, row)
  for (let at = row == 0 ? 0 : endOfRun(encoded, row - 1); at < end; at++) {
    const word = usize(load<u8>(encoded + at)) << 2
    const high = load<i32>(w1 + word)
    // r0, centred: what stands above (q - 1)/2 is negative.
    let low = load<i32>(w + word) - high * twice
    if (low > (q - 1) / 2) low -= q
    store<i32>(w1 + word, low > 0 ? (high == highest ? 0 : high + 1) : high == 0 ? highest : high - 1)
  }
}

/** 2·γ2. */
@inline
export function twiceGamma2(): i32 {
  return isGamma2Small ? (q - 1) / 44 : (q - 1) / 16
}

/**
 * HighBits over a polynomial (algorithms 36 and 37), the same work whatever the coefficients are.
 *
 * @param w coefficients between -q and q; reduced to 0 … q - 1 in place
 * @param w1 the result, one coefficient a word
 */
export function highBits(w: usize, w1: usize): void {
  if (isGamma2Small) highBits88(w, w1)
  else highBits32(w, w1)
}

/**
 * r1 for γ2 = (q - 1)/32: r divided by 2·γ2 = 523,776 and rounded, the half down, 16 becoming 0. First by 2^7, up; then
 * by 4,092 as 1025 / 2^22, which is exact over all r (tested for every one).
 */
@inline
function highBits32(w: usize, w1: usize): void {
  const add = i32x4.splat(127)
  const factor = i32x4.splat(1025)
  const half = i32x4.splat(1 << 21)
  const mask = i32x4.splat(15)
  for (let at: usize = 0; at < <usize>polynomialBytes; at += 16) {
    const r = nonNegative(v128.load(w + at))
    v128.store(w + at, r)
    const scaled = i32x4.shr_u(i32x4.add(r, add), 7)
    const rounded = i32x4.shr_u(i32x4.add(i32x4.mul(scaled, factor), half), 22)
    v128.store(w1 + at, v128.and(rounded, mask))
  }
}

/**
 * r1 for γ2 = (q - 1)/88: r divided by 2·γ2 = 190,464 and rounded, the half down, 44 becoming 0. First by 2^7, up; then
 * by 1,488 as 11275 / 2^24, which is exact over all r (tested for every one).
 */
@inline
function highBits88(w: usize, w1: usize): void {
  const add = i32x4.splat(127)
  const factor = i32x4.splat(11275)
  const half = i32x4.splat(1 << 23)
  const tooHigh = i32x4.splat(44)
  for (let at: usize = 0; at < <usize>polynomialBytes; at += 16) {
    const r = nonNegative(v128.load(w + at))
    v128.store(w + at, r)
    const scaled = i32x4.shr_u(i32x4.add(r, add), 7)
    const rounded = i32x4.shr_u(i32x4.add(i32x4.mul(scaled, factor), half), 24)
    v128.store(w1 + at, v128.and(rounded, i32x4.ne(rounded, tooHigh)))
  }
}

/** From between -q and q to 0 … q - 1. */
@inline
function nonNegative(r: v128): v128 {
  return i32x4.add(r, v128.and(i32x4.shr_s(r, 31), i32x4.splat(q)))
}
