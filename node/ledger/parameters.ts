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
}

export const networkParametersCodec: Codec<NetworkParameters> = record({
  bytePriceMicroRuv: u64,
  unitPriceMicroRuv: u64,
  faucetWindowMicroRuv: u64,
  faucetWindowMs: uintUpTo(),
  faucetCapMicroRuv: u64,
  checkpointIntervalMs: uintUpTo(),
})

/** A development network: a transfer costs about 0.005 rUv, the faucet gives 1,000 rUv an account per 10 minutes. */
export const developmentParameters: NetworkParameters = {
  bytePriceMicroRuv: 1n,
  unitPriceMicroRuv: 500n,
  faucetWindowMicroRuv: 1_000_000_000n,
  faucetWindowMs: 10 * 60 * 1_000,
  faucetCapMicroRuv: 1_000_000_000_000_000n,
  checkpointIntervalMs: 2_000,
}
