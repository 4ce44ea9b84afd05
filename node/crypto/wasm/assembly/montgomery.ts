/**
 * Multiplication modulo q in four lanes, by Montgomery's method with R = 2^32 on signed numbers. For |a·b| < q · 2^31
 * the result is a·b / R modulo q, and below |a·b| / 2^32 + q/2 in size.
 */
import { q } from './parameters'

/** q^-1 modulo 2^32. */
export const qInverse: i32 = 58728449

/**
 * a·b / R modulo q by a factor known beforehand: its product with q^-1 modulo 2^32 comes with it, which saves a
 * multiplication.
 */
@inline
export function multiply(a: v128, b: v128, bTimesQInverse: v128, qs: v128): v128 {
  const quotient = i32x4.mul(a, bTimesQInverse)
  // The low halves of both products are equal, so their high halves alone make the difference.
  return i32x4.sub(
    highHalves(i64x2.extmul_low_i32x4_s(a, b), i64x2.extmul_high_i32x4_s(a, b)),
    highHalves(i64x2.extmul_low_i32x4_s(quotient, qs), i64x2.extmul_high_i32x4_s(quotient, qs)),
  )
}

/** Sums of products, four in two vectors of 64-bit lanes, divided by R modulo q. */
@inline
export function reduce(low: v128, high: v128, qs: v128, qInverses: v128): v128 {
  const quotient = i32x4.mul(v128.shuffle<i32>(low, high, 0, 2, 4, 6), qInverses)
  return i32x4.sub(
    highHalves(low, high),
    highHalves(i64x2.extmul_low_i32x4_s(quotient, qs), i64x2.extmul_high_i32x4_s(quotient, qs)),
  )
}

@inline
function highHalves(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7)
}

/** a·b modulo q, 0 … q - 1, for numbers of that range. For tables, not for speed. */
export function slowProduct(a: i32, b: i32): i32 {
  return i32((i64(a) * i64(b)) % i64(q))
}
