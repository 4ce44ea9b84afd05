/**
 * Number-theoretic transform and its inverse (FIPS 204 §7.5, algorithms 41 and 42), four coefficients at a time and two
 * layers a pass over memory.
 *
 * Sizes: a factor ζ is below q/2, so its product with x is below |x|·q/2 / 2^32 + q/2 (montgomery.ts). Forward, that is
 * below 0.51·q and comes on top in each of eight layers: what comes in below q goes out below 6·q. Backward, sums
 * double in each of eight layers: what comes in below 0.9·q stays below 256 · 0.9·q < 2^31, and products stay below 0.73·q.
 */
import { multiply, qInverse, slowProduct } from './montgomery'
import { n, polynomialBytes, q } from './parameters'

/** ζ^BitRev8(i) · R modulo q, centred, and the same times q^-1 modulo 2^32 (FIPS 204 appendix B, made here). */
const zetas: usize = memory.data(polynomialBytes, 16)
const zetasTimesQInverse: usize = memory.data(polynomialBytes, 16)

/** R^2 / 256 modulo q: undoes the R^-1 of the products before, and the 256 of the inverse transform. */
export const inverseScale: i32 = 41978

fillZetas()

function fillZetas(): void {
  const zeta = 1753
  // R modulo q: the Montgomery form of 1.
  let power: i32 = i32((u64(1) << 32) % u64(q))
  for (let exponent: i32 = 0; exponent < n; exponent++) {
    const centred = power > q / 2 ? power - q : power
    const at = bitReverse8(exponent) << 2
    store<i32>(zetas + at, centred)
    store<i32>(zetasTimesQInverse + at, centred * qInverse)
    power = slowProduct(power, zeta)
  }
}

function bitReverse8(value: i32): i32 {
  let reversed: i32 = 0
  for (let bit: i32 = 0; bit < 8; bit++) reversed |= ((value >> bit) & 1) << (7 - bit)
  return reversed
}

/** In place. Coefficients below q in size come out below 6·q, and not reduced further. */
export function transform(polynomial: usize): void {
  forwardPass(polynomial, 128)
  forwardPass(polynomial, 32)
  forwardPass(polynomial, 8)
  lastForwardPass(polynomial)
}

/** The layers of `length` and `length / 2`: butterflies of coefficients that far apart. */
@inline
function forwardPass(polynomial: usize, length: i32): void {
  const qs = i32x4.splat(q)
  const quarter = <usize>length << 1
  let first = polynomial
  const blocks = 128 / length
  for (let block: i32 = 0; block < blocks; block++) {
    const one = (blocks + block) << 2
    const two = (2 * blocks + 2 * block) << 2
    const zeta1 = v128.load_splat<i32>(zetas + one)
    const zeta1q = v128.load_splat<i32>(zetasTimesQInverse + one)
    const zeta2 = v128.load_splat<i32>(zetas + two)
    const zeta2q = v128.load_splat<i32>(zetasTimesQInverse + two)
    const zeta3 = v128.load_splat<i32>(zetas + two, 4)
    const zeta3q = v128.load_splat<i32>(zetasTimesQInverse + two, 4)
    const end = first + quarter
    for (; first < end; first += 16) {
      let a = v128.load(first)
      let b = v128.load(first + quarter)
      let c = multiply(v128.load(first + 2 * quarter), zeta1, zeta1q, qs)
      let e = multiply(v128.load(first + 3 * quarter), zeta1, zeta1q, qs)
      const third = i32x4.sub(a, c)
      const fourth = i32x4.sub(b, e)
      a = i32x4.add(a, c)
      b = multiply(i32x4.add(b, e), zeta2, zeta2q, qs)
      e = multiply(fourth, zeta3, zeta3q, qs)
      v128.store(first, i32x4.add(a, b))
      v128.store(first + quarter, i32x4.sub(a, b))
      v128.store(first + 2 * quarter, i32x4.add(third, e))
      v128.store(first + 3 * quarter, i32x4.sub(third, e))
    }
    first += 3 * quarter
  }
}

/** The layers of 2 and 1, whose butterflies lie within four coefficients: four such blocks at a time, transposed. */
@inline
function lastForwardPass(polynomial: usize): void {
  const qs = i32x4.splat(q)
  for (let block: i32 = 0; block < 64; block += 4) {
    const at = polynomial + (block << 4)
    const row0 = v128.load(at)
    const row1 = v128.load(at, 16)
    const row2 = v128.load(at, 32)
    const row3 = v128.load(at, 48)
    const low01 = v128.shuffle<i32>(row0, row1, 0, 4, 1, 5)
    const high01 = v128.shuffle<i32>(row0, row1, 2, 6, 3, 7)
    const low23 = v128.shuffle<i32>(row2, row3, 0, 4, 1, 5)
    const high23 = v128.shuffle<i32>(row2, row3, 2, 6, 3, 7)
    let a = v128.shuffle<i64>(low01, low23, 0, 2)
    let b = v128.shuffle<i64>(low01, low23, 1, 3)
    let c = v128.shuffle<i64>(high01, high23, 0, 2)
    let e = v128.shuffle<i64>(high01, high23, 1, 3)

    const one = (64 + block) << 2
    const zeta1 = v128.load(zetas + one)
    const zeta1q = v128.load(zetasTimesQInverse + one)
    c = multiply(c, zeta1, zeta1q, qs)
    e = multiply(e, zeta1, zeta1q, qs)
    const third = i32x4.sub(a, c)
    const fourth = i32x4.sub(b, e)
    a = i32x4.add(a, c)

    const two = (128 + 2 * block) << 2
    const zetaLow = v128.load(zetas + two)
    const zetaHigh = v128.load(zetas + two, 16)
    const zetaLowq = v128.load(zetasTimesQInverse + two)
    const zetaHighq = v128.load(zetasTimesQInverse + two, 16)
    b = multiply(
      i32x4.add(b, e),
      v128.shuffle<i32>(zetaLow, zetaHigh, 0, 2, 4, 6),
      v128.shuffle<i32>(zetaLowq, zetaHighq, 0, 2, 4, 6),
      qs,
    )
    e = multiply(
      fourth,
      v128.shuffle<i32>(zetaLow, zetaHigh, 1, 3, 5, 7),
      v128.shuffle<i32>(zetaLowq, zetaHighq, 1, 3, 5, 7),
      qs,
    )
    storeTransposed(at, i32x4.add(a, b), i32x4.sub(a, b), i32x4.add(third, e), i32x4.sub(third, e))
  }
}

/**
 * In place, and scaled by 1/256 as the standard has it, times R: what was divided by R once comes out as itself.
 * Coefficients below 0.9·q in size come out below q in size.
 */
export function inverseTransform(polynomial: usize): void {
  firstInversePass(polynomial)
  inversePass(polynomial, 4)
  inversePass(polynomial, 16)
  inversePass(polynomial, 64)
  const qs = i32x4.splat(q)
  const scale = i32x4.splat(inverseScale)
  const scaleq = i32x4.splat(inverseScale * qInverse)
  const end = polynomial + polynomialBytes
  for (let at = polynomial; at < end; at += 16) v128.store(at, multiply(v128.load(at), scale, scaleq, qs))
}

/** The layers of 1 and 2. */
@inline
function firstInversePass(polynomial: usize): void {
  const qs = i32x4.splat(q)
  for (let block: i32 = 0; block < 64; block += 4) {
    const at = polynomial + (block << 4)
    const row0 = v128.load(at)
    const row1 = v128.load(at, 16)
    const row2 = v128.load(at, 32)
    const row3 = v128.load(at, 48)
    const low01 = v128.shuffle<i32>(row0, row1, 0, 4, 1, 5)
    const high01 = v128.shuffle<i32>(row0, row1, 2, 6, 3, 7)
    const low23 = v128.shuffle<i32>(row2, row3, 0, 4, 1, 5)
    const high23 = v128.shuffle<i32>(row2, row3, 2, 6, 3, 7)
    const a = v128.shuffle<i64>(low01, low23, 0, 2)
    const b = v128.shuffle<i64>(low01, low23, 1, 3)
    const c = v128.shuffle<i64>(high01, high23, 0, 2)
    const e = v128.shuffle<i64>(high01, high23, 1, 3)

    // Factors count down: blocks 0 … 3 of the layer of 1 take 255 … 248, of the layer of 2 take 127 … 124.
    const one = (248 - 2 * block) << 2
    const zetaLow = v128.load(zetas + one)
    const zetaHigh = v128.load(zetas + one, 16)
    const zetaLowq = v128.load(zetasTimesQInverse + one)
    const zetaHighq = v128.load(zetasTimesQInverse + one, 16)
    const sumAB = i32x4.add(a, b)
    const sumCE = i32x4.add(c, e)
    const differenceAB = multiply(
      i32x4.sub(b, a),
      v128.shuffle<i32>(zetaHigh, zetaLow, 3, 1, 7, 5),
      v128.shuffle<i32>(zetaHighq, zetaLowq, 3, 1, 7, 5),
      qs,
    )
    const differenceCE = multiply(
      i32x4.sub(e, c),
      v128.shuffle<i32>(zetaHigh, zetaLow, 2, 0, 6, 4),
      v128.shuffle<i32>(zetaHighq, zetaLowq, 2, 0, 6, 4),
      qs,
    )

    const two = (124 - block) << 2
    const reversed = v128.load(zetas + two)
    const reversedq = v128.load(zetasTimesQInverse + two)
    const zeta = v128.shuffle<i32>(reversed, reversed, 3, 2, 1, 0)
    const zetaq = v128.shuffle<i32>(reversedq, reversedq, 3, 2, 1, 0)
    storeTransposed(
      at,
      i32x4.add(sumAB, sumCE),
      i32x4.add(differenceAB, differenceCE),
      multiply(i32x4.sub(sumCE, sumAB), zeta, zetaq, qs),
      multiply(i32x4.sub(differenceCE, differenceAB), zeta, zetaq, qs),
    )
  }
}

/** The layers of `length` and `2 · length`. */
@inline
function inversePass(polynomial: usize, length: i32): void {
  const qs = i32x4.splat(q)
  const quarter = <usize>length << 2
  let first = polynomial
  const blocks = 64 / length
  for (let block: i32 = 0; block < blocks; block++) {
    const one = (4 * blocks - 1 - 2 * block) << 2
    const two = (2 * blocks - 1 - block) << 2
    const zeta1 = v128.load_splat<i32>(zetas + one)
    const zeta1q = v128.load_splat<i32>(zetasTimesQInverse + one)
    const zeta2 = v128.load_splat<i32>(zetas + one - 4)
    const zeta2q = v128.load_splat<i32>(zetasTimesQInverse + one - 4)
    const zeta3 = v128.load_splat<i32>(zetas + two)
    const zeta3q = v128.load_splat<i32>(zetasTimesQInverse + two)
    const end = first + quarter
    for (; first < end; first += 16) {
      const a = v128.load(first)
      const b = v128.load(first + quarter)
      const c = v128.load(first + 2 * quarter)
      const e = v128.load(first + 3 * quarter)
      const sumAB = i32x4.add(a, b)
      const sumCE = i32x4.add(c, e)
      const differenceAB = multiply(i32x4.sub(b, a), zeta1, zeta1q, qs)
      const differenceCE = multiply(i32x4.sub(e, c), zeta2, zeta2q, qs)
      v128.store(first, i32x4.add(sumAB, sumCE))
      v128.store(first + quarter, i32x4.add(differenceAB, differenceCE))
      v128.store(first + 2 * quarter, multiply(i32x4.sub(sumCE, sumAB), zeta3, zeta3q, qs))
      v128.store(first + 3 * quarter, multiply(i32x4.sub(differenceCE, differenceAB), zeta3, zeta3q, qs))
    }
    first += 3 * quarter
  }
}

@inline
function storeTransposed(at: usize, a: v128, b: v128, c: v128, e: v128): void {
  const lowAB = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const highAB = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  const lowCE = v128.shuffle<i32>(c, e, 0, 4, 1, 5)
  const highCE = v128.shuffle<i32>(c, e, 2, 6, 3, 7)
  v128.store(at, v128.shuffle<i64>(lowAB, lowCE, 0, 2))
  v128.store(at, v128.shuffle<i64>(lowAB, lowCE, 1, 3), 16)
  v128.store(at, v128.shuffle<i64>(highAB, highCE, 0, 2), 32)
  v128.store(at, v128.shuffle<i64>(highAB, highCE, 1, 3), 48)
}
