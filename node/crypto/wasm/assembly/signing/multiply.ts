/** Products of transformed polynomials, divided by R: inverseTransform() takes the division back. */
import { qInverse, reduce } from '../montgomery'
import { polynomialBytes, q } from '../parameters'

/**
 * Sum of the products of so many polynomials. Products are added up in 64 bits and reduced once: seven of them, each of a
 * transform below 6·q with one below q, stay below 42·q² < q·2^31 and give a result below 0.6·q.
 */
export function multiplyRow(row: usize, vector: usize, columns: i32, to: usize): void {
  const qs = i32x4.splat(q)
  const qInverses = i32x4.splat(qInverse)
  const end = to + polynomialBytes
  let a = row
  let b = vector
  for (let at = to; at < end; at += 16) {
    let x = v128.load(a)
    let y = v128.load(b)
    let low = i64x2.extmul_low_i32x4_s(x, y)
    let high = i64x2.extmul_high_i32x4_s(x, y)
    const last = a + columns * polynomialBytes
    let other = b
    for (let next = a + polynomialBytes; next < last; next += polynomialBytes) {
      other += polynomialBytes
      x = v128.load(next)
      y = v128.load(other)
      low = i64x2.add(low, i64x2.extmul_low_i32x4_s(x, y))
      high = i64x2.add(high, i64x2.extmul_high_i32x4_s(x, y))
    }
    v128.store(at, reduce(low, high, qs, qInverses))
    a += 16
    b += 16
  }
}

/** One product: of two transforms below 6·q, 36·q² < q·2^31; the result is below 0.6·q. */
export function multiplyOne(a: usize, b: usize, to: usize): void {
  multiplyRow(a, b, 1, to)
}
