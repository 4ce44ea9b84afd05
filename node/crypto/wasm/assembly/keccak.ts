/**
 * Keccak-f[1600] and SHAKE256 (FIPS 202), one state, in steps: reset, absorb, finish, then read from `sponge`.
 *
 * A round reads one copy of the state and writes the other, plane by plane; WebAssembly has no room for 25 lanes in
 * registers anyway.
 */

/** Bytes that SHAKE256 takes or gives between two permutations. */
export const shake256RateBytes: i32 = 136
const stateBytes: i32 = 200

/** The state; after finish() its first 136 bytes are output. */
export const sponge: usize = memory.data(stateBytes, 16)
const spare: usize = memory.data(stateBytes, 16)

/** Bytes absorbed since the last permutation. */
let position: i32 = 0

/** RC of FIPS 202 §3.2.5, for the 24 rounds. */
export const roundConstants: usize = memory.data<u64>(
  [
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
  ],
  16,
)
/** Rounds of the permutation: even, so that the state ends where it began. */
export const rounds: i32 = 24

export function reset(): void {
  memory.fill(sponge, 0, stateBytes)
  position = 0
}

export function absorb(from: usize, bytes: i32): void {
  let at = from
  const end = from + bytes
  while (at < end) {
    // Whole lanes where they lie so, bytes else.
    if ((position & 7) == 0 && at + 8 <= end) {
      const lane = sponge + position
      store<u64>(lane, load<u64>(lane) ^ load<u64>(at))
      position += 8
      at += 8
    } else {
      const byte = sponge + position
      store<u8>(byte, load<u8>(byte) ^ load<u8>(at))
      position += 1
      at += 1
    }
    if (position == shake256RateBytes) {
      permute()
      position = 0
    }
  }
}

/** Pads as SHAKE does (FIPS 202 §6.2), and permutes: the first 136 bytes of output stand in `sponge`. */
export function finish(): void {
  const byte = sponge + position
  store<u8>(byte, load<u8>(byte) ^ 0x1f)
  const last = sponge + shake256RateBytes - 1
  store<u8>(last, load<u8>(last) ^ 0x80)
  permute()
}

/** Also gives the next 136 bytes of output. */
export function permute(): void {
  let from = sponge
  let to = spare
  let c0 = column(from)
  let c1 = column(from + 8)
  let c2 = column(from + 16)
  let c3 = column(from + 24)
  let c4 = column(from + 32)
  for (let round: i32 = 0; round < rounds; round++) {
    // θ: the parities of the columns, and what each column gets.
    const d0 = c4 ^ rotl<u64>(c1, 1)
    const d1 = c0 ^ rotl<u64>(c2, 1)
    const d2 = c1 ^ rotl<u64>(c3, 1)
    const d3 = c2 ^ rotl<u64>(c4, 1)
    const d4 = c3 ^ rotl<u64>(c0, 1)

    // Plane 0: θ, ρ and π of its five lanes, then χ and ι. c0 … c4 gather the parities for the next round.
    let b0 = load<u64>(from) ^ d0
    let b1 = rotl<u64>(load<u64>(from, 48) ^ d1, 44)
    let b2 = rotl<u64>(load<u64>(from, 96) ^ d2, 43)
    let b3 = rotl<u64>(load<u64>(from, 144) ^ d3, 21)
    let b4 = rotl<u64>(load<u64>(from, 192) ^ d4, 14)
    c0 = b0 ^ (~b1 & b2) ^ load<u64>(roundConstants + (round << 3))
    store<u64>(to, c0)
    c1 = b1 ^ (~b2 & b3)
    store<u64>(to, c1, 8)
    c2 = b2 ^ (~b3 & b4)
    store<u64>(to, c2, 16)
    c3 = b3 ^ (~b4 & b0)
    store<u64>(to, c3, 24)
    c4 = b4 ^ (~b0 & b1)
    store<u64>(to, c4, 32)

    // Plane 1.
    b0 = rotl<u64>(load<u64>(from, 24) ^ d3, 28)
    b1 = rotl<u64>(load<u64>(from, 72) ^ d4, 20)
    b2 = rotl<u64>(load<u64>(from, 80) ^ d0, 3)
    b3 = rotl<u64>(load<u64>(from, 128) ^ d1, 45)
    b4 = rotl<u64>(load<u64>(from, 176) ^ d2, 61)
    const e10 = b0 ^ (~b1 & b2)
    store<u64>(to, e10, 40)
    const e11 = b1 ^ (~b2 & b3)
    store<u64>(to, e11, 48)
    const e12 = b2 ^ (~b3 & b4)
    store<u64>(to, e12, 56)
    const e13 = b3 ^ (~b4 & b0)
    store<u64>(to, e13, 64)
    const e14 = b4 ^ (~b0 & b1)
    store<u64>(to, e14, 72)
    c0 = c0 ^ e10
    c1 = c1 ^ e11
    c2 = c2 ^ e12
    c3 = c3 ^ e13
    c4 = c4 ^ e14

    // Plane 2.
    b0 = rotl<u64>(load<u64>(from, 8) ^ d1, 1)
    b1 = rotl<u64>(load<u64>(from, 56) ^ d2, 6)
    b2 = rotl<u64>(load<u64>(from, 104) ^ d3, 25)
    b3 = rotl<u64>(load<u64>(from, 152) ^ d4, 8)
    b4 = rotl<u64>(load<u64>(from, 160) ^ d0, 18)
    const e20 = b0 ^ (~b1 & b2)
    store<u64>(to, e20, 80)
    const e21 = b1 ^ (~b2 & b3)
    store<u64>(to, e21, 88)
    const e22 = b2 ^ (~b3 & b4)
    store<u64>(to, e22, 96)
    const e23 = b3 ^ (~b4 & b0)
    store<u64>(to, e23, 104)
    const e24 = b4 ^ (~b0 & b1)
    store<u64>(to, e24, 112)
    c0 = c0 ^ e20
    c1 = c1 ^ e21
    c2 = c2 ^ e22
    c3 = c3 ^ e23
    c4 = c4 ^ e24

    // Plane 3.
    b0 = rotl<u64>(load<u64>(from, 32) ^ d4, 27)
    b1 = rotl<u64>(load<u64>(from, 40) ^ d0, 36)
    b2 = rotl<u64>(load<u64>(from, 88) ^ d1, 10)
    b3 = rotl<u64>(load<u64>(from, 136) ^ d2, 15)
    b4 = rotl<u64>(load<u64>(from, 184) ^ d3, 56)
    const e30 = b0 ^ (~b1 & b2)
    store<u64>(to, e30, 120)
    const e31 = b1 ^ (~b2 & b3)
    store<u64>(to, e31, 128)
    const e32 = b2 ^ (~b3 & b4)
    store<u64>(to, e32, 136)
    const e33 = b3 ^ (~b4 & b0)
    store<u64>(to, e33, 144)
    const e34 = b4 ^ (~b0 & b1)
    store<u64>(to, e34, 152)
    c0 = c0 ^ e30
    c1 = c1 ^ e31
    c2 = c2 ^ e32
    c3 = c3 ^ e33
    c4 = c4 ^ e34

    // Plane 4.
    b0 = rotl<u64>(load<u64>(from, 16) ^ d2, 62)
    b1 = rotl<u64>(load<u64>(from, 64) ^ d3, 55)
    b2 = rotl<u64>(load<u64>(from, 112) ^ d4, 39)
    b3 = rotl<u64>(load<u64>(from, 120) ^ d0, 41)
    b4 = rotl<u64>(load<u64>(from, 168) ^ d1, 2)
    const e40 = b0 ^ (~b1 & b2)
    store<u64>(to, e40, 160)
    const e41 = b1 ^ (~b2 & b3)
    store<u64>(to, e41, 168)
    const e42 = b2 ^ (~b3 & b4)
    store<u64>(to, e42, 176)
    const e43 = b3 ^ (~b4 & b0)
    store<u64>(to, e43, 184)
    const e44 = b4 ^ (~b0 & b1)
    store<u64>(to, e44, 192)
    c0 = c0 ^ e40
    c1 = c1 ^ e41
    c2 = c2 ^ e42
    c3 = c3 ^ e43
    c4 = c4 ^ e44

    const written = to
    to = from
    from = written
  }
}

@inline
function column(from: usize): u64 {
  return load<u64>(from) ^ load<u64>(from, 40) ^ load<u64>(from, 80) ^ load<u64>(from, 120) ^ load<u64>(from, 160)
}
