/**
 * Epochs: who validates, for how long, and how stake that was bonded or asked back comes to count. A committee is a pure
 * function of the state at the end of the epoch before. Source: docs/protocol.md, "Epochs".
 */
import { bytesKey, bytesOfKey, compareBytes } from '../core/bytes.ts'
import { type Codec, fixedBytes, listOf, record, u64, uintUpTo } from '../core/codec.ts'
import { invariant } from '../core/node-error.ts'
import { oldestEvidenceEpoch } from './evidence.ts'
import { ledgerLimits } from './limits.ts'
import { type NetworkParameters, shareOf } from './parameters.ts'
import { isGone, type StakeRecord, validatorIdBytes } from './stake.ts'

export interface CommitteeMember {
  /** 32 bytes. */
  readonly id: Uint8Array
  /** ML-DSA-65. */
  readonly publicKey: Uint8Array
  readonly stakeMicroRuv: bigint
}

export interface EpochState {
  /** From 0. */
  readonly epoch: number
  /** Ledger time of the commit that closed the epoch before; of the genesis for the first. */
  readonly startMs: number
  /** The first commit at or past this closes the epoch. */
  readonly endsAtMs: number
  /** By id. */
  readonly committee: readonly CommitteeMember[]
}

/**
 * Chooses who of all that have stake is in an epoch's committee.
 *
 * @param candidates by id, each with its stake as it counts; at least one
 * @returns some of them, as they were given: at least one, no more than a committee holds
 */
export type SelectCommittee = (
  candidates: readonly CommitteeMember[],
  context: { readonly epoch: number },
) => readonly CommitteeMember[]

/** All, or the 100 with the largest stakes; of equals the lower ids. */
export const selectLargestStakes: SelectCommittee = (candidates) => {
  if (candidates.length <= ledgerLimits.maxCommittee) return candidates
  const byStake = (a: CommitteeMember, b: CommitteeMember) =>
    a.stakeMicroRuv === b.stakeMicroRuv ? compareBytes(a.id, b.id) : a.stakeMicroRuv > b.stakeMicroRuv ? -1 : 1
  return [...candidates].sort(byStake).slice(0, ledgerLimits.maxCommittee)
}

/** Whether a commit at this time closes the state's epoch. The commit itself is still part of it; nothing after it is. */
export function isEpochEnd(state: { readonly epoch: EpochState }, commitTimeMs: number): boolean {
  return commitTimeMs >= state.epoch.endsAtMs
}

/** The committee of the next epoch, were the running one to end with the state as it is. */
export function nextCommittee(
  state: { readonly stakes: ReadonlyMap<string, StakeRecord>; readonly epoch: EpochState },
  parameters: NetworkParameters,
  select: SelectCommittee = selectLargestStakes,
): readonly CommitteeMember[] {
  // No time goes into it: when amounts will be paid out is all that depends on it.
  return closeEpoch(state.stakes, state.epoch, state.epoch.endsAtMs, parameters, select).epoch.committee
}

export interface EpochChange {
  readonly epoch: EpochState
  /** Records that differ from before, by id; null where nothing is left to remember. */
  readonly records: ReadonlyMap<string, StakeRecord | null>
}

/** A record on its way into the next epoch. */
interface Shift {
  readonly key: string
  readonly before: StakeRecord
  readonly targetMicroRuv: bigint
  activeMicroRuv: bigint
}

/**
 * Ends an epoch: jailed validators and slashed stake leave at once, everything else changes by at most the share that the
 * parameters allow, first come, first served. Where nobody would be left by that, all who wait come at once; and where nobody
 * waits either, the committee stays as it was and so do the stakes.
 *
 * @param stakes by bytesKey of the validator's id
 * @param timeMs of the closing commit
 */
export function closeEpoch(
  stakes: Iterable<readonly [string, StakeRecord]>,
  current: EpochState,
  timeMs: number,
  parameters: NetworkParameters,
  select: SelectCommittee,
): EpochChange {
  const epoch = current.epoch + 1
  const times = { epoch, startMs: timeMs, endsAtMs: timeMs + parameters.epochMs }
  const shifts = [...stakes].sort(byKey).map(([key, before]) => shiftOf(key, before, parameters))
  const before = shifts.reduce((sum, shift) => sum + shift.before.activeMicroRuv, 0n)
  const forced = before - shifts.reduce((sum, shift) => sum + shift.activeMicroRuv, 0n)
  let allowance = shareOf(before, parameters.maxStakeChangePpm) - forced
  for (const shift of waiting(shifts)) {
    if (allowance <= 0n) break
    const missing = shift.targetMicroRuv - shift.activeMicroRuv
    const distance = missing < 0n ? -missing : missing
    const step = distance < allowance ? distance : allowance
    shift.activeMicroRuv += missing < 0n ? -step : step
    allowance -= step
  }
  // Whoever must go has used up what may change: were nobody left for it, those who wait come at once.
  if (shifts.every(({ activeMicroRuv }) => activeMicroRuv === 0n)) {
    for (const shift of shifts) shift.activeMicroRuv = shift.targetMicroRuv
  }
  const candidates = shifts.filter(({ activeMicroRuv }) => activeMicroRuv > 0n).map(memberOf)
  if (candidates.length === 0) return { epoch: { ...times, committee: current.committee }, records: new Map() }

  const oldest = oldestEvidenceEpoch(epoch, parameters)
  const records = new Map<string, StakeRecord | null>()
  for (const shift of shifts) {
    const after = settle(shift, timeMs + parameters.unbondingMs, oldest)
    if (isGone(after)) records.set(shift.key, null)
    else if (after !== shift.before) records.set(shift.key, after)
  }
  return { epoch: { ...times, committee: chosenOf(select, candidates, epoch) }, records }
}

/** The first committee: the validators of the genesis, or the largest of them. */
export function firstEpoch(
  stakes: Iterable<readonly [string, StakeRecord]>,
  startMs: number,
  parameters: NetworkParameters,
): EpochState {
  const candidates = [...stakes]
    .sort(byKey)
    .map(([key, before]) => memberOf({ key, before, activeMicroRuv: before.activeMicroRuv }))
  const committee = chosenOf(selectLargestStakes, candidates, 0)
  return { epoch: 0, startMs, endsAtMs: startMs + parameters.epochMs, committee }
}

/** What counts of a validator's stake once all its changes have come to count. */
export function countedMicroRuv(bondedMicroRuv: bigint, { maxValidatorStakeMicroRuv }: NetworkParameters): bigint {
  return bondedMicroRuv < maxValidatorStakeMicroRuv ? bondedMicroRuv : maxValidatorStakeMicroRuv
}

function shiftOf(key: string, before: StakeRecord, parameters: NetworkParameters): Shift {
  const isJailed = before.jailedFromEpoch !== null
  // What still counts must still be there: it is not after a slash.
  const most = isJailed ? 0n : countedMicroRuv(before.bondedMicroRuv + leavingMicroRuv(before), parameters)
  return {
    key,
    before,
    targetMicroRuv: isJailed ? 0n : countedMicroRuv(before.bondedMicroRuv, parameters),
    activeMicroRuv: before.activeMicroRuv < most ? before.activeMicroRuv : most,
  }
}

/** Those whose stake does not count as it should, the one that has waited longest first. */
function waiting(shifts: readonly Shift[]): Shift[] {
  return shifts
    .filter(({ activeMicroRuv, targetMicroRuv }) => activeMicroRuv !== targetMicroRuv)
    .sort((a, b) => (a.before.waitingSinceMs ?? 0) - (b.before.waitingSinceMs ?? 0))
}

/** The record itself where nothing about it changes. */
function settle(shift: Shift, releaseAtMs: number, oldestOffenceEpoch: number): StakeRecord {
  const { before, activeMicroRuv, targetMicroRuv } = shift
  const waitingSinceMs = activeMicroRuv === targetMicroRuv ? null : before.waitingSinceMs
  const offences = before.offences.filter(({ epoch }) => epoch >= oldestOffenceEpoch)
  const unbonding = letGo(before, activeMicroRuv, releaseAtMs)
  const isSame =
    activeMicroRuv === before.activeMicroRuv &&
    waitingSinceMs === before.waitingSinceMs &&
    offences.length === before.offences.length &&
    unbonding === before.unbonding
  return isSame ? before : { ...before, activeMicroRuv, waitingSinceMs, offences, unbonding }
}

/** The clock of an amount starts once all of it has ceased to count, the oldest first. */
function letGo(before: StakeRecord, activeMicroRuv: bigint, releaseAtMs: number): StakeRecord['unbonding'] {
  let backing = before.bondedMicroRuv + leavingMicroRuv(before)
  let isHeld = false
  let changed = false
  const unbonding = before.unbonding.map((entry) => {
    if (entry.releaseAtMs !== null || isHeld) return entry
    isHeld = backing - entry.amountMicroRuv < activeMicroRuv
    if (isHeld) return entry
    backing -= entry.amountMicroRuv
    changed = true
    return { ...entry, releaseAtMs }
  })
  return changed ? unbonding : before.unbonding
}

function leavingMicroRuv({ unbonding }: StakeRecord): bigint {
  let sum = 0n
  for (const { amountMicroRuv, releaseAtMs } of unbonding) if (releaseAtMs === null) sum += amountMicroRuv
  return sum
}

function memberOf({ key, before, activeMicroRuv }: Pick<Shift, 'key' | 'before' | 'activeMicroRuv'>): CommitteeMember {
  return { id: bytesOfKey(key), publicKey: before.publicKey, stakeMicroRuv: activeMicroRuv }
}

function chosenOf(select: SelectCommittee, candidates: readonly CommitteeMember[], epoch: number): CommitteeMember[] {
  const chosen = [...select(candidates, { epoch })].sort((a, b) => compareBytes(a.id, b.id))
  const known = new Map(candidates.map((member) => [bytesKey(member.id), member]))
  const distinct = new Set(chosen.map(({ id }) => bytesKey(id)))
  invariant(chosen.length > 0 && chosen.length <= maxCommitteeMembers, 'a committee has members, and not too many')
  invariant(distinct.size === chosen.length, 'a committee names nobody twice')
  invariant(
    chosen.every((member) => known.get(bytesKey(member.id)) === member),
    'a committee is chosen from the candidates',
  )
  return chosen
}

/** Map keys of ids sort as the ids do. */
function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Most that any choice of a committee may name: signatures of a checkpoint. */
const maxCommitteeMembers = ledgerLimits.maxGenesisValidators

/** As it stands under the state root: the keys of the members are in their stake records. */
export interface StoredEpoch extends Omit<EpochState, 'committee'> {
  readonly committee: readonly Omit<CommitteeMember, 'publicKey'>[]
}

export const epochCodec: Codec<StoredEpoch> = record({
  epoch: uintUpTo(),
  startMs: uintUpTo(),
  endsAtMs: uintUpTo(),
  committee: listOf(record({ id: fixedBytes(validatorIdBytes), stakeMicroRuv: u64 }), {
    min: 1,
    max: maxCommitteeMembers,
  }),
})

/** Longest canonical epoch: 45 bytes a member. */
export const maxEpochBytes = 64 + 45 * maxCommitteeMembers
