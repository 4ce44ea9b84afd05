/**
 * The matrix A of a public key, already transformed (FIPS 204 §7.3, algorithms 32 ExpandA and 30 RejNTTPoly): each
 * polynomial from its own SHAKE128 stream, two streams at a time.
 */
import { pair, pairBytes, permutePair } from './keccak-pair'
import { k, l, n, polynomialBytes, q } from './parameters'

/** Bytes of SHAKE128 output between two permutations: 56 candidates of three bytes, none of them cut. */
const shake128RateBytes: i32 = 168
const lanesOfRate: i32 = 21
const candidatesOfBlock: i32 = 56

/** One block of each stream, and room for a load that reaches past it. */
const firstBlock: usize = memory.data(shake128RateBytes + 16, 16)
const secondBlock: usize = memory.data(shake128RateBytes + 16, 16)

/** @param rho 32 bytes  @param matrix where A goes, by rows. k · l is even in every parameter set. */
export function expandMatrix(rho: usize, matrix: usize): void {
  const polynomials = k * l
  for (let index: i32 = 0; index < polynomials; index += 2) {
    const first = matrix + index * polynomialBytes
    samplePair(rho, indexBytes(index), indexBytes(index + 1), first, first + polynomialBytes)
  }
}

/** Column, then row: what tells the streams apart. */
function indexBytes(index: i32): u64 {
  return u64(index % l) | (u64(index / l) << 8)
}

function samplePair(rho: usize, firstIndex: u64, secondIndex: u64, first: usize, second: usize): void {
  memory.fill(pair, 0, pairBytes)
  for (let lane: i32 = 0; lane < 4; lane++) v128.store(pair + (lane << 4), v128.load_splat<u64>(rho + (lane << 3)))
  // Bytes 32 and 33 are the index; then comes the padding of SHAKE (FIPS 202 §6.2), to the end of the rate.
  store<u64>(pair, firstIndex | 0x1f0000, 64)
  store<u64>(pair, secondIndex | 0x1f0000, 72)
  v128.store(pair, i64x2.splat(i64(0x8000000000000000)), 320)
  let inFirst: i32 = 0
  let inSecond: i32 = 0
  while (inFirst < n || inSecond < n) {
    permutePair()
    for (let lane: i32 = 0; lane < lanesOfRate; lane++) {
      const both = v128.load(pair + (lane << 4))
      store<i64>(firstBlock + (lane << 3), v128.extract_lane<i64>(both, 0))
      store<i64>(secondBlock + (lane << 3), v128.extract_lane<i64>(both, 1))
    }
    inFirst = takeCandidates(firstBlock, first, inFirst)
    inSecond = takeCandidates(secondBlock, second, inSecond)
  }
}

/** CoeffFromThreeBytes (algorithm 14) over a block. @returns how many coefficients the polynomial has now */
function takeCandidates(block: usize, polynomial: usize, taken: i32): i32 {
  const qs = i32x4.splat(q)
  const mask = i32x4.splat(0x7fffff)
  const zero = i32x4.splat(0)
  let count = taken
  const end = block + candidatesOfBlock * 3
  for (let at = block; at < end && count < n; at += 12) {
    const bytes = v128.load(at)
    const candidates = v128.and(
      v128.shuffle<i8>(bytes, zero, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16),
      mask,
    )
    // All four fit in 199 of 200 cases.
    if (count <= n - 4 && v128.all_true<i32>(i32x4.lt_s(candidates, qs))) {
      v128.store(polynomial + (count << 2), candidates)
      count += 4
    } else {
      for (let three = at; three < at + 12 && count < n; three += 3) {
        const candidate =
          i32(load<u8>(three)) | (i32(load<u8>(three, 1)) << 8) | ((i32(load<u8>(three, 2)) & 0x7f) << 16)
        if (candidate < q) {
          store<i32>(polynomial + (count << 2), candidate)
          count += 1
        }
      }
    }
  }
  return count
}
