/**
 * What a transaction is to the person looking at it: money in, money out, between own accounts, or nothing. Seen from a
 * set of addresses: one account, or all of them.
 */
import type { Transaction } from '../../../../node/api/contract/index.ts'

export type MovementKind =
  | 'sent'
  | 'received'
  | 'internal'
  | 'faucet'
  | 'cancel'
  | 'bond'
  | 'unbond'
  | 'evidence'
  | 'policy'

/** What is done to the keys or policy of an account. */
export type PolicyChange = NonNullable<Transaction['operations'][number]['change']>

/**
 * `pending`: not decided. `done`: balances changed. `failed`: ordered, the fee was paid and nothing moved. `rejected`: it
 * will never move anything.
 */
export type MovementEffect = 'pending' | 'done' | 'failed' | 'rejected'

export interface Movement {
  readonly kind: MovementKind
  readonly effect: MovementEffect
  /** µrUv, with its sign, without the fee: what the viewer gains or loses by it once it is done. */
  readonly changeMicroRuv: bigint
  /** µrUv that moves between accounts, whoever looks: the headline of an internal transfer. */
  readonly movedMicroRuv: bigint
  /** µrUv that the viewer pays the network; 0 where somebody else does. */
  readonly feeMicroRuv: bigint
  /** The other side, each once, in order: recipients of what was sent, the sender of what was received. */
  readonly counterparties: readonly string[]
  /** Of a change of keys or policy, what it does. */
  readonly change?: PolicyChange
}

/** @returns undefined where the transaction does not touch any of `mine` */
export function movementOf(transaction: Transaction, mine: ReadonlySet<string>): Movement | undefined {
  const effect = effectOf(transaction)
  const isSender = mine.has(transaction.account)
  const feeMicroRuv = isSender ? BigInt(transaction.fee) : 0n
  let out = 0n
  let into = 0n
  let minted = 0n
  let moved = 0n
  let bonded = 0n
  let unbonded = 0n
  let isEvidence = false
  let change: PolicyChange | undefined
  let isAboutMine = false
  const others = new Set<string>()
  const own = new Set<string>()
  for (const { kind, to, amount, change: done } of transaction.operations) {
    const value = BigInt(amount)
    if (kind === 'faucet') minted += value
    else if (kind === 'stake.bond') bonded += value
    else if (kind === 'stake.unbond') unbonded += value
    else if (kind === 'evidence.submit') isEvidence = true
    change ??= done
    if (kind === 'account.recover' && to !== undefined && mine.has(to)) isAboutMine = true
    if (to === undefined || kind !== 'transfer') continue
    moved += value
    const isRecipient = mine.has(to)
    if (isSender && !isRecipient) {
      out += value
      others.add(to)
    } else if (isSender) {
      own.add(to)
    } else if (isRecipient) into += value
  }
  if (change !== undefined && (isSender || isAboutMine)) {
    const nothing = { changeMicroRuv: 0n, movedMicroRuv: 0n, counterparties: [] }
    return { kind: 'policy', effect, feeMicroRuv, change, ...nothing }
  }
  if (isSender) {
    const base = { effect, feeMicroRuv }
    if (minted > 0n) {
      return { ...base, kind: 'faucet', changeMicroRuv: minted, movedMicroRuv: minted, counterparties: [] }
    }
    if (others.size > 0) {
      const counterparties = [...others, ...own]
      return { ...base, kind: 'sent', changeMicroRuv: -out - bonded, movedMicroRuv: moved, counterparties }
    }
    const counterparties = [...own]
    // Bonded rUv stays the viewer's, but not in the balance; what is asked back comes into it only later.
    if (bonded > 0n) return { ...base, kind: 'bond', changeMicroRuv: -bonded, movedMicroRuv: bonded, counterparties }
    if (own.size > 0) return { ...base, kind: 'internal', changeMicroRuv: 0n, movedMicroRuv: moved, counterparties }
    if (unbonded > 0n) return { ...base, kind: 'unbond', changeMicroRuv: 0n, movedMicroRuv: unbonded, counterparties }
    return { ...base, kind: isEvidence ? 'evidence' : 'cancel', changeMicroRuv: 0n, movedMicroRuv: 0n, counterparties }
  }
  if (into === 0n) return undefined
  return {
    kind: 'received',
    effect,
    changeMicroRuv: into,
    movedMicroRuv: into,
    feeMicroRuv,
    counterparties: [transaction.account],
  }
}

export function effectOf({ state, outcome }: Pick<Transaction, 'state' | 'outcome'>): MovementEffect {
  if (state === 'Rejected') return 'rejected'
  if (state !== 'Finalized') return 'pending'
  // Executed while the node was away: what it did is not known.
  if (outcome === undefined) return 'pending'
  return outcome === 'failed' ? 'failed' : 'done'
}

/** µrUv that really came or went, fee included; 0 while undecided. */
export function settledChange(movement: Movement): bigint {
  if (movement.effect === 'pending') return 0n
  return (movement.effect === 'done' ? movement.changeMicroRuv : 0n) - movement.feeMicroRuv
}

/** Whether nothing more will happen to it but a checkpoint. */
export function hasEnded({ state }: Pick<Transaction, 'state'>): boolean {
  return state === 'Finalized' || state === 'Rejected'
}

/** When this node first knew of it; undefined where it has no history. */
export function firstSeenAt({ states }: Pick<Transaction, 'states'>): string | undefined {
  return states[0]?.at
}

/** Memos in order, without repeats. */
export function memosOf({ operations }: Pick<Transaction, 'operations'>): readonly string[] {
  return [...new Set(operations.flatMap(({ memo }) => (memo === undefined || memo === '' ? [] : [memo])))]
}
