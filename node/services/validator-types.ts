/** Who validates: the committee of the epoch as this node sees it, and the stake behind each validator. */
import type { TransactionView } from './transaction-types.ts'

/** A validator of the epoch, as this node sees it. */
export interface ValidatorView {
  /** Place in the committee, from 0: what vertices name their author by. */
  readonly index: number
  /** 32 bytes as hex: hash of its suite and public key. */
  readonly id: string
  /** `Validator 1` for index 0: for people, of this epoch only. */
  readonly name: string
  /** SHA3-256 of the public key, hex. */
  readonly publicKeyHash: string
  /** What counts, after the cap. */
  readonly stakeMicroRuv: bigint
  /** Of all stake that counts, in parts per million. */
  readonly sharePpm: number
  /** Of its latest vertex that is stored here; 0 before the first. */
  readonly round: number
  /** Rounds behind the furthest validator. */
  readonly lagRounds: number
  readonly isSelf: boolean
  /** Proven to have signed two vertices of one round. */
  readonly isEquivocator: boolean
}

export interface ValidatorsView {
  readonly epoch: number
  readonly totalStakeMicroRuv: bigint
  /** More than two thirds: what a commit and a checkpoint need. */
  readonly quorumMicroRuv: bigint
  readonly items: readonly ValidatorView[]
}

export interface StakedValidatorView {
  readonly id: string
  readonly publicKey: string
  /** Address; null for a validator of the genesis that belongs to nobody. */
  readonly owner: string | null
  readonly bondedMicroRuv: bigint
  /** In the running epoch; 0 for one that is not in its committee. */
  readonly countedMicroRuv: bigint
  readonly unbonding: readonly { readonly amountMicroRuv: bigint; readonly releaseAtMs: number | null }[]
  readonly isJailed: boolean
  /** Whether this node validates with its key. */
  readonly isSelf: boolean
}

export interface StakedValidatorListView {
  readonly epoch: number
  readonly startMs: number
  readonly endsAtMs: number
  /** Of the committee. */
  readonly totalMicroRuv: bigint
  /** By id. */
  readonly items: readonly StakedValidatorView[]
}

/** Stake to be bonded or asked back from an account of the open vault. */
export interface StakeOrder {
  readonly from?: string | undefined
  readonly amountMicroRuv: bigint
  readonly maxFeeMicroRuv?: bigint | undefined
  readonly tokenId?: string | undefined
  readonly idempotencyKey?: string | undefined
}

export interface StakingServices {
  list(): Promise<StakedValidatorListView>
  /** Fails before anything is signed where the ledger would refuse it now. @throws NodeError as transactions.pay, and the codes of stake */
  bond(
    order: StakeOrder & {
      /** Hex; undefined stands for the key that this node validates with. */
      readonly validator?: { readonly publicKey: string; readonly proof: string } | undefined
    },
  ): Promise<TransactionView>
  /** @param order.validator id in hex; undefined stands for this node's own */
  unbond(order: StakeOrder & { readonly validator?: string | undefined }): Promise<TransactionView>
}
