/** Changes to the encoding of a message that know nothing of what it says, and some that know how CBOR is written. */
import { concatBytes } from '../../core/bytes.ts'
import type { Chance } from '../chance.ts'

type ByteMutation = (bytes: Uint8Array, chance: Chance, other: Uint8Array) => Uint8Array

/** Bytes an insertion or a removal takes at most. */
const maxPiece = 40
/** Deeper than any decoder recurses, and just above what is accepted. */
const depths = [17, 200, 20_000]
/** Heads that promise more than follows: byte strings, lists and maps of 2^32 − 1 and 2^63 entries, and endless ones. */
const heads = [
  [0x5a, 0xff, 0xff, 0xff, 0xff],
  [0x9a, 0xff, 0xff, 0xff, 0xff],
  [0xba, 0xff, 0xff, 0xff, 0xff],
  [0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x5b, 0x80, 0, 0, 0, 0, 0, 0, 0],
  [0x5f],
  [0x9f],
  [0xff],
]
/** Values that no message has: floats, undefined, tags, negative numbers, text. */
const foreignValues = [
  [0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0],
  [0xf9, 0x7e, 0],
  [0xf7],
  [0xd8, 0x2a, 0x40],
  [0x20],
  [0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x62, 0xc3, 0x28],
  [0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
]

const mutations: readonly ByteMutation[] = [
  function flipBits(bytes, chance) {
    const copy = Uint8Array.from(bytes)
    for (let i = chance.between(1, 4); i > 0 && copy.length > 0; i--) {
      const at = chance.below(copy.length)
      copy[at] = (copy[at] as number) ^ (1 << chance.below(8))
    }
    return copy
  },
  function overwrite(bytes, chance) {
    const at = chance.below(bytes.length + 1)
    return concatBytes(bytes.subarray(0, at), chance.rng.bytes(chance.between(1, maxPiece)), bytes.subarray(at + 4))
  },
  function insert(bytes, chance) {
    return spliced(bytes, chance.below(bytes.length + 1), 0, chance.rng.bytes(chance.between(1, maxPiece)))
  },
  function remove(bytes, chance) {
    return spliced(bytes, chance.below(bytes.length + 1), chance.between(1, maxPiece), new Uint8Array(0))
  },
  function cutOff(bytes, chance) {
    return bytes.slice(0, chance.below(bytes.length + 1))
  },
  function append(bytes, chance) {
    return concatBytes(bytes, chance.rng.bytes(chance.between(1, maxPiece)))
  },
  function repeatPiece(bytes, chance) {
    const from = chance.below(bytes.length + 1)
    return spliced(bytes, chance.below(bytes.length + 1), 0, bytes.subarray(from, from + chance.between(1, 400)))
  },
  function joinWithAnother(bytes, chance, other) {
    return concatBytes(
      bytes.subarray(0, chance.below(bytes.length + 1)),
      other.subarray(chance.below(other.length + 1)),
    )
  },
  function putHead(bytes, chance) {
    return spliced(bytes, chance.below(Math.min(bytes.length, 64) + 1), 1, Uint8Array.from(chance.pick(heads)))
  },
  function putForeignValue(bytes, chance) {
    return spliced(bytes, chance.below(bytes.length + 1), 1, Uint8Array.from(chance.pick(foreignValues)))
  },
  /** The same number in a longer form: the same message, were it not for the one accepted encoding. */
  function lengthenNumber(bytes, chance) {
    const small = [...bytes.keys()].filter((at) => at < 200 && (bytes[at] as number) < 24)
    if (small.length === 0) return bytes
    const at = chance.pick(small)
    return spliced(bytes, at, 1, Uint8Array.of(0x18, bytes[at] as number))
  },
  function nest(bytes, chance) {
    return concatBytes(new Uint8Array(chance.pick(depths)).fill(0x81), bytes)
  },
  function nothing() {
    return new Uint8Array(0)
  },
]

/** @param other another message's bytes, for what is put together of two */
export function mutateBytes(bytes: Uint8Array, other: Uint8Array, chance: Chance): Uint8Array {
  return chance.pick(mutations)(bytes, chance, other)
}

function spliced(bytes: Uint8Array, at: number, removed: number, piece: Uint8Array): Uint8Array {
  return concatBytes(bytes.subarray(0, at), piece, bytes.subarray(at + removed))
}
