/**
 * What the protocol lays down and proofs rest on, in one place. The product passes `soundRules`, always; the simulator
 * and the model check pass others, to show that their checkers notice what each rule prevents (docs/protocol.md, "Broken on purpose").
 */
export interface ProtocolRules {
  /** Q of the total weight. Sound: ⌊2W/3⌋ + 1. */
  readonly quorumOf: (totalWeight: bigint) => bigint
  /** What a validator's voice counts. Sound: its stake. */
  readonly weightOf: (stakeMicroRuv: bigint) => bigint
  /** Whether the later vertices are counted once an author. Sound: true. */
  readonly countsAuthorsOnce: boolean
  /** Whether the direct commit asks for certificates; without, support is enough. Sound: true. */
  readonly needsCertificates: boolean
  /** Whether a vertex may name two vertices of one author and round. Sound: false. */
  readonly allowsTwinParents: boolean
  /** Whether naming a leader's vertex counts as non-support of its twin. Sound: false. */
  readonly countsTwinAsNonSupport: boolean
  /** The anchor that the horizon of linearisation lies below. Sound: the previous committed one. */
  readonly horizonBelow: 'previous' | 'newest'
  /** Whether a validator waits for leader and support before the next round. Sound: true. */
  readonly waitsForLeader: boolean
  /** Whether a vertex leaves only after its journal record is durable. Sound: true. */
  readonly journalsBeforeSending: boolean
}

export const soundRules: ProtocolRules = Object.freeze({
  quorumOf: (totalWeight: bigint) => (2n * totalWeight) / 3n + 1n,
  weightOf: (stakeMicroRuv: bigint) => stakeMicroRuv,
  countsAuthorsOnce: true,
  needsCertificates: true,
  allowsTwinParents: false,
  countsTwinAsNonSupport: false,
  horizonBelow: 'previous',
  waitsForLeader: true,
  journalsBeforeSending: true,
})
