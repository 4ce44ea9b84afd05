/**
 * The randomness that committees are drawn from: each validator commits to a chain of hashes once and reveals a link an
 * epoch. A link was fixed before anything it is mixed with was known, so nobody chooses it; all that is left is to hold
 * it back, which is seen and slashed. What the links of epoch e give is used in epoch e + 2: the committee is known for
 * a whole epoch before it sits, and no stake bonded after the links were seen can be placed by them.
 *
 * Of f colluding validators, each may hold back its link once the others' are known: at most f bits of choice between
 * committees an epoch, at the price of f slashings.
 */
import { bytesKey, bytesOfKey, compareBytes, concatBytes, equalBytes } from '../core/bytes.ts'
import { domainTags } from '../core/domain-tags.ts'
import { invariant } from '../core/node-error.ts'
import { err, ok, type Result } from '../core/result.ts'
import { hashLengthBytes, sha3 } from '../crypto/hash.ts'
import { consensusLimits } from './limits.ts'

/** Links of a validator's chain, from the commitment (link 0) to the secret (link `length`). */
export interface RevealChain {
  readonly length: number
  /** Link 0: what is made public before. */
  readonly commitment: Uint8Array
  /** @param position 1 … length */
  reveal(position: number): Uint8Array
}

/** The link before: a function of the validator, so that nobody can take over another's commitment. */
function linkBefore(validator: Uint8Array, link: Uint8Array): Uint8Array {
  return sha3(domainTags.reveal, validator, link)
}

/** @param secret 32 random bytes, kept until the last link is out */
export function createRevealChain(validator: Uint8Array, secret: Uint8Array, length: number): RevealChain {
  invariant(secret.length === hashLengthBytes, 'a chain begins with 32 bytes')
  invariant(Number.isInteger(length) && length >= 1 && length <= consensusLimits.maxRevealChain, 'a bounded chain')
  const links = new Uint8Array((length + 1) * hashLengthBytes)
  links.set(secret, length * hashLengthBytes)
  const link = (position: number): Uint8Array =>
    links.slice(position * hashLengthBytes, (position + 1) * hashLengthBytes)
  for (let position = length; position > 0; position--) {
    links.set(linkBefore(validator, link(position)), (position - 1) * hashLengthBytes)
  }
  return {
    length,
    commitment: link(0),
    reveal(position) {
      invariant(Number.isInteger(position) && position >= 1 && position <= length, 'a position of the chain')
      return link(position)
    },
  }
}

/** What is known of a validator's chain. */
export interface RevealRecord {
  /** The newest link seen; at first the commitment. */
  readonly link: Uint8Array
  /** Its position, 0 for the commitment. */
  readonly position: number
  /** Epoch in which link 1 is due. */
  readonly firstEpoch: number
  /** A new chain's commitment, in force from the next epoch: the old chain still owes this one's link. */
  readonly renewal: Uint8Array | null
}

export type RevealError =
  /** Nobody of that id has committed to a chain, or its first link is due later. */
  | { readonly code: 'REVEAL_NOT_DUE' }
  /** A link for this epoch was taken already. */
  | { readonly code: 'REVEAL_REPEATED' }
  /** Too many were missed: the chain is lost, a new commitment is needed. */
  | { readonly code: 'REVEAL_CHAIN_LOST'; readonly missed: number }
  /** It does not hash to the link before. */
  | { readonly code: 'REVEAL_WRONG' }

/**
 * Checks the link due in an epoch against the newest one seen; links that were missed between are hashed over.
 *
 * @returns the record with the link as its newest
 */
export function verifyReveal(
  validator: Uint8Array,
  record: RevealRecord,
  epoch: number,
  reveal: Uint8Array,
): Result<RevealRecord, RevealError> {
  const position = epoch - record.firstEpoch + 1
  if (position < 1) return err({ code: 'REVEAL_NOT_DUE' })
  const steps = position - record.position
  if (steps < 1) return err({ code: 'REVEAL_REPEATED' })
  if (steps - 1 > consensusLimits.maxMissedReveals) return err({ code: 'REVEAL_CHAIN_LOST', missed: steps - 1 })
  if (reveal.length !== hashLengthBytes) return err({ code: 'REVEAL_WRONG' })
  let link = reveal
  for (let step = 0; step < steps; step++) link = linkBefore(validator, link)
  return equalBytes(link, record.link) ? ok({ ...record, link: reveal, position }) : err({ code: 'REVEAL_WRONG' })
}

export interface Reveal {
  readonly validator: Uint8Array
  readonly link: Uint8Array
}

/** Mixes the links of an epoch, whatever the order they came in. @param reveals checked, one a validator */
export function combineReveals(before: Uint8Array, epoch: number, reveals: readonly Reveal[]): Uint8Array {
  const sorted = [...reveals].sort((a, b) => compareBytes(a.validator, b.validator))
  return sha3(
    domainTags.randomness,
    before,
    epochBytes(epoch),
    ...sorted.map(({ validator, link }) => concatBytes(validator, link)),
  )
}

export interface RandomnessState {
  /** The epoch whose links are being collected. */
  readonly epoch: number
  /** Seeds of this epoch and of the next: both fixed. */
  readonly seeds: readonly [now: Uint8Array, next: Uint8Array]
  /** By validator (bytesKey). */
  readonly records: ReadonlyMap<string, RevealRecord>
}

/** The first two epochs have seeds that the genesis fixes. */
export function createRandomness(chainId: Uint8Array): RandomnessState {
  const seed = (epoch: number): Uint8Array => sha3(domainTags.randomness, chainId, epochBytes(epoch))
  return { epoch: 0, seeds: [seed(0), seed(1)], records: new Map() }
}

/** A chain's first link is due in the epoch after; a further commitment takes the place of the first from then on. */
export function commitChain(state: RandomnessState, validator: Uint8Array, commitment: Uint8Array): RandomnessState {
  const known = state.records.get(bytesKey(validator))
  const record =
    known !== undefined && known.firstEpoch <= state.epoch
      ? { ...known, renewal: commitment }
      : newRecord(commitment, state.epoch + 1)
  return { ...state, records: new Map(state.records).set(bytesKey(validator), record) }
}

function newRecord(commitment: Uint8Array, firstEpoch: number): RevealRecord {
  return { link: commitment, position: 0, firstEpoch, renewal: null }
}

/** A validator that leaves owes no further links: at the boundary, once the epoch has been closed. */
export function dropChain(state: RandomnessState, validator: Uint8Array): RandomnessState {
  const records = new Map(state.records)
  records.delete(bytesKey(validator))
  return { ...state, records }
}

export interface EpochClose {
  readonly state: RandomnessState
  /** Validators whose link was due and did not come, or was wrong: to be slashed. By id. */
  readonly missed: readonly Uint8Array[]
  readonly refused: readonly { readonly validator: Uint8Array; readonly error: RevealError }[]
}

/**
 * Ends the collection of an epoch: its links, and none that comes later, give the seed of the epoch after the next.
 *
 * @param reveals in committed order; of several valid ones of a validator the first counts (there can be but one)
 */
export function closeRandomness(state: RandomnessState, reveals: readonly Reveal[]): EpochClose {
  const records = new Map(state.records)
  const accepted: Reveal[] = []
  const refused: { validator: Uint8Array; error: RevealError }[] = []
  for (const { validator, link } of reveals) {
    const record = records.get(bytesKey(validator))
    const verified =
      record === undefined
        ? err({ code: 'REVEAL_NOT_DUE' } as const)
        : verifyReveal(validator, record, state.epoch, link)
    if (verified.ok) {
      records.set(bytesKey(validator), verified.value)
      accepted.push({ validator, link })
    } else refused.push({ validator, error: verified.error })
  }
  const missed = [...records]
    .filter(([, { firstEpoch, position }]) => firstEpoch <= state.epoch && position < state.epoch - firstEpoch + 1)
    .map(([key]) => bytesOfKey(key))
    .sort(compareBytes)
  for (const [key, { renewal }] of records) {
    if (renewal !== null) records.set(key, newRecord(renewal, state.epoch + 1))
  }
  const [, next] = state.seeds
  const afterNext = combineReveals(next, state.epoch, accepted)
  return { state: { epoch: state.epoch + 1, seeds: [next, afterNext], records }, missed, refused }
}

function epochBytes(epoch: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt(epoch))
  return new Uint8Array(view.buffer)
}
