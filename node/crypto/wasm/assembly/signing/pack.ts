/** Coefficients into bytes (FIPS 204 §7.1 and §7.2): t1 of a public key, z and the hint of a signature. */
import { k, omega, packedT1Bytes, polynomialBytes, zBits } from '../parameters'
import { hintEnds, hintPositions } from './memory'

/** 320 bytes: ten bits a coefficient (algorithm 22, pkEncode). */
export function packT1(polynomial: usize, to: usize): void {
  const end = to + packedT1Bytes
  let from = polynomial
  for (let at = to; at < end; at += 5) {
    const four = load<u32>(from) | (load<u32>(from, 4) << 10) | (load<u32>(from, 8) << 20) | (load<u32>(from, 12) << 30)
    store<u32>(at, four)
    store<u8>(at, u8(load<u32>(from, 12) >> 2), 4)
    from += 16
  }
}

/** A polynomial of z (algorithm 26, sigEncode: γ1 less the coefficient). */
export function packZ(polynomial: usize, to: usize): void {
  const gamma1 = 1 << (zBits - 1)
  const end = polynomial + polynomialBytes
  let at = to
  for (let from = polynomial; from < end; from += 16) {
    const first = u64(gamma1 - load<i32>(from))
    const second = u64(gamma1 - load<i32>(from, 4))
    const third = u64(gamma1 - load<i32>(from, 8))
    const fourth = u64(gamma1 - load<i32>(from, 12))
    if (zBits == 18) {
      store<u64>(at, first | (second << 18) | (third << 36) | (fourth << 54))
      store<u8>(at, u8(fourth >> 10), 8)
      at += 9
    } else {
      store<u64>(at, first | (second << 20) | (third << 40) | (fourth << 60))
      store<u16>(at, u16(fourth >> 4), 8)
      at += 10
    }
  }
}

/** Positions, zeros up to ω, then where each row ends (algorithm 20, HintBitPack). @param count of hints, at most ω */
export function packHints(count: i32, to: usize): void {
  memory.fill(to, 0, omega)
  memory.copy(to, hintPositions, count)
  memory.copy(to + omega, hintEnds, k)
}
