/**
 * The private vectors and the masks (FIPS 204 §7.3): algorithms 33 ExpandS with 31 RejBoundedPoly, and 34 ExpandMask.
 *
 * How long a private polynomial takes to sample, and where each candidate goes, shows which candidates were refused; not
 * what the others are. Masks take the same time always.
 */
import { absorb, finish, permute, reset, shake256RateBytes, sponge } from '../keccak'
import { packedZBytes, unpackZ } from '../packing'
import { eta, n } from '../parameters'
import { maskSeed, maskSeedBytes, maskStream, nonce } from './memory'

const privateSeedBytes: i32 = 64

/** @param seed ρ′  @param polynomial where 256 coefficients between -η and η go, with room for one more */
export function samplePrivate(seed: usize, index: i32, polynomial: usize): void {
  begin(seed, privateSeedBytes, index)
  let count: i32 = 0
  let at: i32 = 0
  while (count < n) {
    if (at == shake256RateBytes) {
      permute()
      at = 0
    }
    const byte = i32(load<u8>(sponge + at))
    at += 1
    count = takeHalfByte(byte & 15, polynomial, count)
    // After the last coefficient this one goes into the room behind.
    count = takeHalfByte(byte >> 4, polynomial, count)
  }
  store<i32>(polynomial + (n << 2), 0)
}

/** CoeffFromHalfByte (algorithm 15), without a branch: a candidate that is refused is written over by the next. */
@inline
function takeHalfByte(half: i32, polynomial: usize, count: i32): i32 {
  // η = 2: 2 - (half mod 5), where half / 5 is 205 · half / 2^10; η = 4: 4 - half.
  const coefficient = eta == 2 ? 2 - (half - ((205 * half) >> 10) * 5) : 4 - half
  const bound = eta == 2 ? 15 : 9
  store<i32>(polynomial + (count << 2), coefficient)
  // 1 where half is below the bound: the sign of their difference.
  return count + ((half - bound) >>> 31)
}

/** A polynomial of the mask y from ρ″. @param index κ plus its column */
export function sampleMask(index: i32, polynomial: usize): void {
  begin(maskSeed, maskSeedBytes, index)
  const bytes = packedZBytes()
  memory.copy(maskStream, sponge, shake256RateBytes)
  for (let at: i32 = shake256RateBytes; at < bytes; at += shake256RateBytes) {
    permute()
    memory.copy(maskStream + at, sponge, shake256RateBytes)
  }
  // The same packing as that of z (BitUnpack of γ1 - 1 and γ1); the bound of z is no matter here.
  unpackZ(maskStream, polynomial)
}

function begin(seed: usize, seedBytes: i32, index: i32): void {
  store<u16>(nonce, u16(index))
  reset()
  absorb(seed, seedBytes)
  absorb(nonce, 2)
  finish()
}
