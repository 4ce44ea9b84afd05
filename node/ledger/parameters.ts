/** What a network fixes in its genesis: prices and rules that all its nodes share. Source: docs/protocol.md, "Parameters". */
import { type Codec, record, u64, uintUpTo } from '../core/codec.ts'

/** Decides the address prefix and whether there is a faucet. */
export type NetworkKind = 'main' | 'test' | 'development'

export interface NetworkParameters {
  /** Network fee: µrUv a byte of the canonical encoding, signature included. */
  readonly bytePriceMicroRuv: bigint
  /** Network fee: µrUv a verification unit of the suite (see crypto/suites.ts). */
  readonly unitPriceMicroRuv: bigint
  /** Faucet of a development network: most an account is credited within a window of ledger time. */
  readonly faucetWindowMicroRuv: bigint
  readonly faucetWindowMs: number
  /** Faucet: most that is ever minted. 0 on networks without a faucet. */
  readonly faucetCapMicroRuv: bigint
  /** A checkpoint is due with the first commit past each multiple of this, in ms of ledger time. */
  readonly checkpointIntervalMs: number
  /** An epoch ends with the first commit at or past this long after its start, in ms of ledger time. */
  readonly epochMs: number
  /** From the epoch change that takes stake out of the votes until it is paid out, in ms of ledger time; slashable meanwhile. */
  readonly unbondingMs: number
  /** Least that a validator has bonded, or else nothing. Validators of the genesis may have less. */
  readonly minValidatorStakeMicroRuv: bigint
  /** Most of a validator's stake that counts. */
  readonly maxValidatorStakeMicroRuv: bigint
  /** How much of all stake may change from one epoch to the next, in parts per million. What goes beyond waits. */
  readonly maxStakeChangePpm: number
  /** What an offence burns of a validator's stake, bonded and unbonding, in parts per million. */
  readonly slashPpm: number
}

/** One, in parts per million. */
export const wholePpm = 1_000_000

export const networkParametersCodec: Codec<NetworkParameters> = record({
  bytePriceMicroRuv: u64,
  unitPriceMicroRuv: u64,
  faucetWindowMicroRuv: u64,
  faucetWindowMs: uintUpTo(),
  faucetCapMicroRuv: u64,
  checkpointIntervalMs: uintUpTo(),
  epochMs: uintUpTo(),
  unbondingMs: uintUpTo(),
  minValidatorStakeMicroRuv: u64,
  maxValidatorStakeMicroRuv: u64,
  maxStakeChangePpm: uintUpTo(),
  slashPpm: uintUpTo(),
})

/** Part of an amount, rounded up, so that the smallest stake is slashed and the smallest network can change. */
export function shareOf(amountMicroRuv: bigint, ppm: number): bigint {
  const whole = BigInt(wholePpm)
  return (amountMicroRuv * BigInt(ppm) + whole - 1n) / whole
}

/**
 * A development network: a transfer costs about 0.005 rUv, the faucet gives 1,000 rUv an account per 10 minutes, and 100 rUv
 * make a validator. Unbonding takes 14 days, so that a trust anchor is good for 7.
 */
export const developmentParameters: NetworkParameters = {
  bytePriceMicroRuv: 1n,
  unitPriceMicroRuv: 500n,
  faucetWindowMicroRuv: 1_000_000_000n,
  faucetWindowMs: 10 * 60 * 1_000,
  faucetCapMicroRuv: 1_000_000_000_000_000n,
  checkpointIntervalMs: 2_000,
  epochMs: 10 * 60 * 1_000,
  unbondingMs: 14 * 24 * 60 * 60 * 1_000,
  minValidatorStakeMicroRuv: 100_000_000n,
  maxValidatorStakeMicroRuv: 10_000_000_000_000n,
  maxStakeChangePpm: 100_000,
  slashPpm: 50_000,
}

/** For how long what validators signed is trusted, in ms: half of the time for which stake that was asked back can still be slashed. */
export function trustPeriodOf({ unbondingMs }: Pick<NetworkParameters, 'unbondingMs'>): number {
  return Math.floor(unbondingMs / 2)
}
