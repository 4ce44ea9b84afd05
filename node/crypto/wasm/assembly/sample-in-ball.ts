/** The challenge polynomial: τ coefficients ±1, the others 0 (FIPS 204 §7.3, algorithm 29 SampleInBall). */
import { absorb, finish, permute, reset, shake256RateBytes, sponge } from './keccak'
import { challengeBytes, n, polynomialBytes, tau } from './parameters'

/** @param seed c̃  @param polynomial where c goes */
export function sampleInBall(seed: usize, polynomial: usize): void {
  reset()
  absorb(seed, challengeBytes)
  finish()
  memory.fill(polynomial, 0, polynomialBytes)
  let signs = load<u64>(sponge)
  let at: i32 = 8
  for (let i = n - tau; i < n; i++) {
    let j: i32 = 0
    do {
      if (at == shake256RateBytes) {
        permute()
        at = 0
      }
      j = i32(load<u8>(sponge + at))
      at += 1
    } while (j > i)
    store<i32>(polynomial + (i << 2), load<i32>(polynomial + (j << 2)))
    store<i32>(polynomial + (j << 2), 1 - (i32(signs & 1) << 1))
    signs >>= 1
  }
}
