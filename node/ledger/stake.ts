/**
 * Stake: rUv that an account has bonded under a validator's key, and what becomes of it. All changes here are pure and keep
 * count of every µrUv; when stake begins or ceases to count is the epochs' to say (epochs.ts). Source: docs/protocol.md, "Stake".
 */
import { concatBytes, equalBytes } from '../core/bytes.ts'
import { type Codec, CodecFault, fixedBytes, listOf, nullable, record, u64, uintUpTo } from '../core/codec.ts'
import { domainTags } from '../core/domain-tags.ts'
import { err, ok, type Result } from '../core/result.ts'
import { hashLengthBytes } from '../crypto/hash.ts'
import { signatureSuites } from '../crypto/suites.ts'
import { type AccountId, accountIdBytes } from './address.ts'
import type { Offence, OffenceKind } from './evidence.ts'
import { ledgerLimits } from './limits.ts'
import { type NetworkParameters, shareOf } from './parameters.ts'
import type { BondOperation, UnbondOperation } from './transaction.ts'

/** An amount on its way out. */
export interface Unbonding {
  readonly amountMicroRuv: bigint
  /** Ledger time at which it is paid out; null while it still counts, or waits for the next epoch. */
  readonly releaseAtMs: number | null
}

/** What stands under a validator's id. */
export interface StakeRecord {
  /** ML-DSA-65. */
  readonly publicKey: Uint8Array
  /** The account that bonded first: it alone bonds more, unbonds, and is paid out. Null for a validator of the genesis without one. */
  readonly owner: AccountId | null
  /** Bonded and not asked back. */
  readonly bondedMicroRuv: bigint
  /** Oldest first; at most 16. Those without a time come last. */
  readonly unbonding: readonly Unbonding[]
  /** What counts in the running epoch: follows the bonded amount from epoch to epoch, as far as change goes. */
  readonly activeMicroRuv: bigint
  /** Ledger time of the last change that has not wholly come to count; null where nothing waits. */
  readonly waitingSinceMs: number | null
  /** First epoch without it; null for a validator that has not offended. There is no way back for a key. */
  readonly jailedFromEpoch: number | null
  /** Those that counted and could still be submitted; at most 16. */
  readonly offences: readonly Offence[]
}

export type StakeCode =
  /** Failed: the validator has no stake on this ledger. */
  | 'VALIDATOR_UNKNOWN'
  /** Failed: the validator belongs to another account, or to nobody. */
  | 'VALIDATOR_NOT_OWNED'
  /** Failed: the validator has offended; its key takes no more stake. */
  | 'VALIDATOR_JAILED'
  /** Failed: the validator would have bonded less than the least, and not nothing. */
  | 'STAKE_BELOW_MINIMUM'
  /** Failed: more than is bonded. */
  | 'STAKE_INSUFFICIENT'
  /** Failed: 16 amounts of this validator are on their way out. */
  | 'UNBONDING_LIMIT'

/** tag ‖ chainId ‖ account: what a validator's key signs to let the account bond under it. */
export function possessionMessage(chainId: Uint8Array, account: AccountId): Uint8Array {
  return concatBytes(domainTags.validatorPossession, chainId, account)
}

/** The record after a bond, from an account whose balance has been seen to cover it. */
export function bond(
  existing: StakeRecord | undefined,
  account: AccountId,
  operation: BondOperation,
  timeMs: number,
  parameters: NetworkParameters,
): Result<StakeRecord, { code: StakeCode }> {
  const before = existing ?? newStakeRecord(operation.publicKey, account)
  if (before.owner === null || !equalBytes(before.owner, account)) return err({ code: 'VALIDATOR_NOT_OWNED' })
  if (before.jailedFromEpoch !== null) return err({ code: 'VALIDATOR_JAILED' })
  const bondedMicroRuv = before.bondedMicroRuv + operation.amountMicroRuv
  if (bondedMicroRuv < parameters.minValidatorStakeMicroRuv) return err({ code: 'STAKE_BELOW_MINIMUM' })
  return ok({ ...before, bondedMicroRuv, waitingSinceMs: timeMs })
}

export function unbond(
  existing: StakeRecord | undefined,
  account: AccountId,
  operation: UnbondOperation,
  timeMs: number,
  parameters: NetworkParameters,
): Result<StakeRecord, { code: StakeCode }> {
  if (existing === undefined) return err({ code: 'VALIDATOR_UNKNOWN' })
  if (existing.owner === null || !equalBytes(existing.owner, account)) return err({ code: 'VALIDATOR_NOT_OWNED' })
  const { amountMicroRuv } = operation
  if (amountMicroRuv > existing.bondedMicroRuv) return err({ code: 'STAKE_INSUFFICIENT' })
  const bondedMicroRuv = existing.bondedMicroRuv - amountMicroRuv
  if (bondedMicroRuv > 0n && bondedMicroRuv < parameters.minValidatorStakeMicroRuv) {
    return err({ code: 'STAKE_BELOW_MINIMUM' })
  }
  if (existing.unbonding.length >= ledgerLimits.maxUnbondingPerValidator) return err({ code: 'UNBONDING_LIMIT' })
  const unbonding = [...existing.unbonding, { amountMicroRuv, releaseAtMs: null }]
  return ok({ ...existing, bondedMicroRuv, unbonding, waitingSinceMs: timeMs })
}

/** Takes what an offence costs, and the validator out of the committees from the given epoch on. */
export function slash(
  existing: StakeRecord,
  offence: Offence,
  fromEpoch: number,
  slashPpm: number,
): { readonly record: StakeRecord; readonly burnedMicroRuv: bigint } {
  const bondedMicroRuv = existing.bondedMicroRuv - shareOf(existing.bondedMicroRuv, slashPpm)
  const unbonding = existing.unbonding.map((entry) => ({
    ...entry,
    amountMicroRuv: entry.amountMicroRuv - shareOf(entry.amountMicroRuv, slashPpm),
  }))
  const slashed: StakeRecord = {
    ...existing,
    bondedMicroRuv,
    unbonding,
    jailedFromEpoch: existing.jailedFromEpoch ?? fromEpoch,
    offences: [...existing.offences, offence],
  }
  return { record: slashed, burnedMicroRuv: stakeOfRecord(existing) - stakeOfRecord(slashed) }
}

/** Pays out what is due. */
export function release(
  existing: StakeRecord,
  timeMs: number,
): { readonly record: StakeRecord; readonly releasedMicroRuv: bigint } {
  const isDue = ({ releaseAtMs }: Unbonding) => releaseAtMs !== null && releaseAtMs <= timeMs
  const released: StakeRecord = { ...existing, unbonding: existing.unbonding.filter((entry) => !isDue(entry)) }
  return { record: released, releasedMicroRuv: stakeOfRecord(existing) - stakeOfRecord(released) }
}

/** When something of it is next due; infinity where nothing is. */
export function nextReleaseMs({ unbonding }: StakeRecord): number {
  let next = Number.POSITIVE_INFINITY
  for (const { releaseAtMs } of unbonding) if (releaseAtMs !== null && releaseAtMs < next) next = releaseAtMs
  return next
}

/** All rUv of a record, unbonding included. */
export function stakeOfRecord({ bondedMicroRuv, unbonding }: StakeRecord): bigint {
  return unbonding.reduce((sum, { amountMicroRuv }) => sum + amountMicroRuv, bondedMicroRuv)
}

/** Nothing is left, and nothing needs to be remembered. A jailed key is remembered, so that it cannot come back. */
export function isGone(existing: StakeRecord): boolean {
  const { bondedMicroRuv, unbonding, activeMicroRuv, jailedFromEpoch } = existing
  return bondedMicroRuv === 0n && unbonding.length === 0 && activeMicroRuv === 0n && jailedFromEpoch === null
}

export function newStakeRecord(publicKey: Uint8Array, owner: AccountId | null): StakeRecord {
  return {
    publicKey,
    owner,
    bondedMicroRuv: 0n,
    unbonding: [],
    activeMicroRuv: 0n,
    waitingSinceMs: null,
    jailedFromEpoch: null,
    offences: [],
  }
}

const wireOfOffence: Readonly<Record<OffenceKind, number>> = { vertex: 1, checkpoint: 2 }

const offenceKindCodec: Codec<OffenceKind> = {
  encode: (kind) => wireOfOffence[kind],
  decode: (raw, path) => {
    const found = (Object.keys(wireOfOffence) as OffenceKind[]).find((kind) => wireOfOffence[kind] === raw)
    if (found === undefined) throw new CodecFault(path, 'unknown kind of offence')
    return found
  },
}

export const stakeRecordCodec: Codec<StakeRecord> = record({
  publicKey: fixedBytes(signatureSuites['ML-DSA-65'].publicKeyBytes),
  owner: nullable(fixedBytes(accountIdBytes)),
  bondedMicroRuv: u64,
  unbonding: listOf(record({ amountMicroRuv: u64, releaseAtMs: nullable(uintUpTo()) }), {
    max: ledgerLimits.maxUnbondingPerValidator,
  }),
  activeMicroRuv: u64,
  waitingSinceMs: nullable(uintUpTo()),
  jailedFromEpoch: nullable(uintUpTo()),
  offences: listOf(record({ kind: offenceKindCodec, epoch: uintUpTo(), position: uintUpTo() }), {
    max: ledgerLimits.maxOffencesPerValidator,
  }),
})

/** Longest canonical record: the key, the owner, and 16 entries of at most 20 bytes in each list. */
export const maxStakeRecordBytes = signatureSuites['ML-DSA-65'].publicKeyBytes + 1_024

/** Length of a validator's id. */
export const validatorIdBytes = hashLengthBytes
