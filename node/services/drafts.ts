/** Transactions before they are signed: which nonce they take, what they cost, and how long they stay valid. */
import { equalBytes, toHex } from '../core/bytes.ts'
import { type SignatureSuite, signatureSuites } from '../crypto/index.ts'
import {
  type Account,
  type AccountId,
  type AccountKey,
  accountOf,
  attachSignature,
  type LedgerState,
  ledgerLimits,
  networkFeeMicroRuv,
  type Operation,
  signedSizeBytes,
  type Transaction,
} from '../ledger/index.ts'
import type { Chain } from './chain.ts'
import type { Door } from './door.ts'
import type { InFlightRegistry } from './in-flight.ts'
import { ledgerError } from './ledger-errors.ts'
import { serviceLimits } from './limits.ts'
import type { AccountNoncesView } from './types.ts'

export interface Wish {
  readonly operations: readonly Operation[]
  /** Undefined allows what it costs now. */
  readonly maxFeeMicroRuv?: bigint | undefined
  /** One that is taken or missing; undefined takes the next that is free. */
  readonly nonce?: number | undefined
  /** How long it stays valid, in ms; undefined takes what suits one that is sent at once. */
  readonly validityMs?: number
  /** The second key of the account's policy signs too. */
  readonly coSigned?: true
  /** Takes a nonce behind others that nobody has made yet: they are made elsewhere too. */
  readonly mayLeaveGap?: boolean
}

/** Whose transaction it is, and the key that the address is of: until the ledger has another, it signs. */
export interface Sender extends AccountKey {
  readonly id: AccountId
}

export interface Drafts {
  /** @throws NodeError NONCE_TOO_FAR for a nonce that would leave a gap */
  make(from: Sender, wish: Wish): Transaction
  /** Whether the door would take it now, were it signed. @throws NodeError as Door.precheck */
  check(from: Sender, transaction: Transaction, wish: Wish): void
  nonces(account: AccountId): AccountNoncesView
  /** What make() takes where no nonce is asked for. */
  nextFree(account: AccountId): number
}

export interface DraftDeps {
  readonly chain: Chain
  readonly state: LedgerState
  readonly registry: InFlightRegistry
  readonly door: Pick<Door, 'nowMs' | 'precheck'>
}

export function createDrafts({ chain, state, registry, door }: DraftDeps): Drafts {
  const takenBy = (id: AccountId, account: Account): Set<number> =>
    new Set([...registry.of(id).nonces, ...account.parked.map(({ nonce }) => nonce)])

  const nonceOf = (id: AccountId, account: Account, { nonce: wanted, mayLeaveGap = false }: Wish): number => {
    const taken = takenBy(id, account)
    let free = account.nonce
    while (taken.has(free)) free += 1
    if (wanted === undefined) return free
    if (mayLeaveGap || wanted <= free || wanted <= Math.max(...taken)) return wanted
    // It would be parked, pay its fee and wait for transactions that nobody has made.
    throw ledgerError({ code: 'NONCE_TOO_FAR', nextNonce: free, maxInFlight: ledgerLimits.maxInFlightNonces })
  }

  /** One in place of another outlives it, so that it can still go on where the other expires. */
  const validUntil = (id: AccountId, nonce: number, validityMs: number = serviceLimits.paymentValidityMs): number => {
    const nowMs = door.nowMs()
    const rivals = registry.at(id, nonce).map(({ transaction }) => transaction.validUntilMs)
    const wantedMs = Math.max(nowMs, ...rivals) + validityMs
    return Math.min(wantedMs, nowMs + ledgerLimits.maxValidityMs - ledgerLimits.admissionValidityMarginMs)
  }

  /** Of the keys that sign: those the ledger has, where it has any. */
  const suitesOf = (
    from: Sender,
    { coSigned }: Transaction,
  ): { suite: SignatureSuite; second: SignatureSuite | null } => {
    const { key, policy } = accountOf(state, from.id)
    const { suite } = key ?? from
    if (coSigned !== true) return { suite, second: null }
    const second = policy?.limit?.key.suite
    if (second === undefined) throw ledgerError({ code: 'COSIGNATURE_UNEXPECTED' })
    return { suite, second }
  }

  /** The least maxFee that covers the fee of the transaction that names it. */
  const feeOf = (draft: Transaction, from: Sender): bigint => {
    const { suite, second } = suitesOf(from, draft)
    const [first, more] = [suite, second].map((one) => (one === null ? 0 : signatureSuites[one].signatureBytes))
    for (let feeMicroRuv = 0n; ; ) {
      const sizeBytes = signedSizeBytes({ ...draft, maxFeeMicroRuv: feeMicroRuv }, first as number, more)
      const dueMicroRuv = networkFeeMicroRuv(sizeBytes, suite, chain.rules.parameters, draft.operations, second)
      if (dueMicroRuv <= feeMicroRuv) return feeMicroRuv
      feeMicroRuv = dueMicroRuv
    }
  }

  return {
    make(from, wish) {
      const { operations, maxFeeMicroRuv, coSigned } = wish
      const { suite, publicKey, id } = from
      const account = accountOf(state, id)
      const nonce = nonceOf(id, account, wish)
      const draft: Transaction = {
        chainId: chain.chainId,
        account: id,
        // Until the ledger has stored it: a transaction in flight with the key may still fail to get there.
        key: account.key === null ? { suite: signatureSuites[suite].wire, publicKey } : null,
        nonce,
        operations,
        maxFeeMicroRuv: 0n,
        validUntilMs: validUntil(id, nonce, wish.validityMs),
        ...(coSigned === true ? { coSigned } : {}),
      }
      return { ...draft, maxFeeMicroRuv: maxFeeMicroRuv ?? feeOf(draft, from) }
    },
    check(from, transaction, { nonce }) {
      const { suite, second } = suitesOf(from, transaction)
      const [signature, coSignature] = [suite, second].map(
        (one) => new Uint8Array(one === null ? 0 : signatureSuites[one].signatureBytes),
      )
      const unsigned = attachSignature(transaction, signature as Uint8Array, coSignature)
      door.precheck(unsigned, { mayCompete: nonce !== undefined })
    },
    nextFree: (id) => nonceOf(id, accountOf(state, id), { operations: [] }),
    nonces(id) {
      const account = accountOf(state, id)
      const parked = new Map(account.parked.map(({ nonce, txId }) => [nonce, txId]))
      const isParked = ({ nonce, txId }: Transaction & { txId: Uint8Array }): boolean => {
        const holder = parked.get(nonce)
        return holder !== undefined && equalBytes(holder, txId)
      }
      const taken = registry
        .entriesOf(id)
        .map(({ transaction }) => ({
          nonce: transaction.nonce,
          txId: toHex(transaction.txId),
          parked: isParked(transaction),
        }))
        .filter(({ nonce }) => nonce >= account.nonce)
      const known = new Set(taken.map(({ txId }) => txId))
      for (const [nonce, txId] of parked) {
        if (!known.has(toHex(txId))) taken.push({ nonce, txId: toHex(txId), parked: true })
      }
      taken.sort((a, b) => a.nonce - b.nonce)
      const missing: number[] = []
      for (let nonce = account.nonce; nonce < (taken.at(-1)?.nonce ?? 0); nonce += 1) {
        if (!taken.some((one) => one.nonce === nonce)) missing.push(nonce)
      }
      return { next: account.nonce, taken, missing }
    },
  }
}
