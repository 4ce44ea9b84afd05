/**
 * Payments made by this node's vault: nonce, fee and signature are chosen here. A request is recorded under its
 * idempotency key before it is signed, and its signed bytes before they are sent, so that asking again, also after a
 * crash, sends those bytes or none.
 */

import { bytesKey, equalBytes, toHex } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import type { Clock } from '../core/clock.ts'
import { hasCanonicalText, listOf, textUpTo } from '../core/codec.ts'
import { NodeError } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import { sha256 } from '../crypto/index.ts'
import {
  type AccountKey,
  accountOf,
  attachSignature,
  decodeSignedTransaction,
  type LedgerState,
  ledgerLimits,
  type Operation,
  operationsCodec,
  outgoingMicroRuv,
  type SignedTransaction,
  type Transaction,
  transactionToSign,
} from '../ledger/index.ts'
import type { StorageReader, StorageWriter, StoredIntent } from '../storage/index.ts'
import type { Signer, Vault, VaultAccount } from '../vault/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import type { Door, SubmitOptions } from './door.ts'
import type { Drafts, Sender, Wish } from './drafts.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'
import { createKeyedMutex } from './keyed-mutex.ts'
import { ledgerError } from './ledger-errors.ts'
import { intentKeyOf } from './request-keys.ts'
import { chargeOf, type TokenGuard } from './token-guard.ts'
import type { PaymentPreview, PaymentRequest } from './types.ts'
import { createUnsignedTransactions, type UnsignedTransactions } from './unsigned-transactions.ts'

/** Beside what is sent at once, what is built here and signed elsewhere, or the other way round. */
export interface Payments extends UnsignedTransactions {
  pay(request: PaymentRequest): Promise<Sent>
  faucet(input: {
    account: string
    amountMicroRuv?: bigint | undefined
    tokenId?: string | undefined
    idempotencyKey?: string | undefined
  }): Promise<Sent>
  /** Takes up a nonce with a transaction that moves nothing. */
  cancel(input: {
    account: string
    nonce: number
    maxFeeMicroRuv?: bigint | undefined
    tokenId?: string | undefined
    idempotencyKey?: string | undefined
  }): Promise<Sent>
  /** Operations that another service made. @param input.request the request in words, for its hash: at most three */
  send(input: {
    from: VaultAccount
    /** Or what makes them for the nonce that the transaction takes. */
    operations: readonly Operation[] | OperationsAt
    request: readonly string[]
    maxFeeMicroRuv?: bigint | undefined
    coSigned?: true | undefined
    tokenId?: string | undefined
    idempotencyKey?: string | undefined
  }): Promise<Sent>
  /** What a payment would be, which fails as the payment would; works while the vault is locked. */
  preview(request: Omit<PaymentRequest, 'idempotencyKey' | 'tokenId'>): Promise<PaymentPreview>
  /** Bytes signed elsewhere, under a key that from here on stands for them alone. */
  submit(input: { bytes: Uint8Array; idempotencyKey: string; tokenId?: string | undefined }): Promise<Sent>
}

export interface Sent {
  readonly txId: Uint8Array
  readonly entry: InFlightEntry | 'ended'
}

export interface PaymentDeps {
  readonly chain: Chain
  readonly state: LedgerState
  readonly registry: InFlightRegistry
  readonly door: Door
  readonly drafts: Drafts
  readonly accounts: AccountServices
  readonly vault: Vault
  /** Stands before the vault where a token asks. */
  readonly guard: TokenGuard
  readonly read: StorageReader
  readonly write: StorageWriter
  readonly clock: Clock
  readonly rng: Rng
  /** A signature is about to leave the vault: recorded before it does. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
}

/** A request in a form that hashes alike whenever it is made alike. */
const requestCodec = listOf(textUpTo(2 * ledgerLimits.maxTransactionBytes), { max: 6 })

/** Operations that name the nonce of their transaction, so that they are good in no other. */
export type OperationsAt = (nonce: number) => Promise<readonly Operation[]>

/** What the vault is asked to sign and send. */
interface Order extends Wish {
  /** In place of the operations. */
  readonly operationsAt?: OperationsAt
  readonly from: VaultAccount
  readonly tokenId: string | undefined
  readonly intentKey: string | undefined
  /** The request in words, for its hash. */
  readonly request: readonly string[]
}

export function createPayments(deps: PaymentDeps): Payments {
  const { chain, state, registry, door, drafts, accounts, vault, guard, read, write, clock, rng, audit } = deps
  /** One payment an account at a time: each takes the nonce after the one before. */
  const perAccount = createKeyedMutex()
  /** One request a key at a time: a repeat waits for the first and gets its answer. */
  const perKey = createKeyedMutex()

  const carryOut = (order: Order): Promise<Sent> => {
    const { tokenId, intentKey } = order
    const key = intentKey ?? `own-${toHex(rng.bytes(16))}`
    const requestHash = sha256(canonicalEncode(requestCodec, order.request))
    return perKey(key, async () => {
      if (tokenId !== undefined) await guard.checkMaySpend(tokenId)
      const known = intentKey === undefined ? null : await read.intent(key)
      if (known !== null) {
        checkSameRequest(known, requestHash)
        if (known.bytes !== null) return sendAgain(known, known.bytes, order)
      }
      return perAccount(order.from.address, () => signAndSend(order, key, requestHash))
    })
  }

  /** Signed before. For a token it counts unless it went out then, when it was counted. */
  const sendAgain = async (known: StoredIntent, bytes: Uint8Array, order: Order): Promise<Sent> => {
    const { tokenId } = order
    const submit = (): Promise<Sent> => door.submit(bytes, { origin: sentBefore(known), ...rivalryOf(order) })
    if (tokenId === undefined) return submit()
    const decoded = decodeSignedTransaction(bytes)
    if (!decoded.ok) throw ledgerError(decoded.error)
    const { txId } = decoded.value
    if (await hasLeft(txId)) return submit()
    const charge = { ...chargeOf(decoded.value, tokenId), key: known.key }
    return guard.spend(charge, { send: submit, hasLeft: () => hasLeft(txId) })
  }

  /** Whether this node answers for it, or did until it ended. Nobody has a transaction before its admission is durable. */
  const hasLeft = async (txId: Uint8Array): Promise<boolean> =>
    registry.get(txId) !== undefined || state.paid.ids.has(bytesKey(txId)) || (await read.final(txId)) !== null

  const senderOf = (from: VaultAccount): Sender => ({ ...from, id: chain.parse(from.address) })

  /** Signs with the keys that the ledger has of the account. @throws NodeError KEY_NOT_IN_VAULT */
  const signingOf = async (sender: Sender, transaction: Transaction): Promise<() => Promise<SignedTransaction>> => {
    const { key, policy } = accountOf(state, sender.id)
    const first = await signerOf(key ?? sender)
    const limit = policy?.limit ?? null
    const second = transaction.coSigned === true && limit !== null ? await signerOf(limit.key) : null
    const unsigned = attachSignature(transaction, new Uint8Array()).bytes
    const signatureBy = (signer: Signer) =>
      signer.sign(transactionToSign(signer.suite, transaction), { what: 'transaction', unsigned })
    return async () => {
      const signature = await signatureBy(first)
      return second === null
        ? attachSignature(transaction, signature)
        : attachSignature(transaction, signature, await signatureBy(second))
    }
  }

  const signerOf = async (key: AccountKey): Promise<Signer> => {
    const holder = await accounts.holderOf(key)
    if (holder !== undefined) return vault.signer(holder.address)
    throw new NodeError('KEY_NOT_IN_VAULT', 'a key that has to sign is not in this vault', {
      hint: 'Nothing was sent and nothing was charged. See `account policy show` for the keys of the account.',
    })
  }

  const signerFor = (from: VaultAccount): Promise<Signer> =>
    signerOf(accountOf(state, chain.parse(from.address)).key ?? from)

  const signAndSend = async (asked: Order, key: string, requestHash: Uint8Array): Promise<Sent> => {
    const { from, tokenId, operationsAt } = asked
    const sender = senderOf(from)
    const order =
      operationsAt === undefined ? asked : { ...asked, operations: await operationsAt(drafts.nextFree(sender.id)) }
    const transaction = drafts.make(sender, order)
    if (tokenId !== undefined) await guard.check(chargeOf(transaction, tokenId))
    drafts.check(sender, transaction, order)
    const sign = await signingOf(sender, transaction)
    if ((await vault.status()).locked) {
      throw new NodeError('VAULT_LOCKED', 'the vault is locked', {
        hint: 'Nothing was sent and nothing was charged. Unlock it with `vault unlock`.',
      })
    }
    let txId: Uint8Array | null = null
    const send = async (): Promise<Sent> => {
      const intent = await write.putIntent({ key, requestHash, createdAtMs: clock.nowMs() })
      checkSameRequest(intent, requestHash)
      const signed = await sign()
      txId = signed.txId
      await audit('transaction.signed', {
        account: from.address,
        txId: toHex(txId),
        nonce: transaction.nonce,
        ...(transaction.coSigned === true ? { coSigned: true } : {}),
        ...(tokenId === undefined ? {} : { token: tokenId }),
      })
      const signedAtMs = clock.nowMs()
      await write.signIntent(key, { txId, bytes: signed.bytes, signedAtMs })
      const origin = { createdAtMs: intent.createdAtMs, signedAtMs, broadcastAtMs: clock.nowMs() }
      return door.submit(signed.bytes, { origin, ...rivalryOf(order) })
    }
    if (tokenId === undefined) return send()
    return guard.spend(
      { ...chargeOf(transaction, tokenId), key },
      { send, hasLeft: async () => txId !== null && (await hasLeft(txId)) },
    )
  }

  /** What the faucet still gives the account in this window, less what is on its way. */
  const faucetRest = (from: VaultAccount): bigint => {
    const id = chain.parse(from.address)
    const { faucetWindowMicroRuv, faucetWindowMs } = chain.rules.parameters
    const { faucet } = accountOf(state, id)
    const isOpen = faucet !== null && door.nowMs() - faucet.windowStartMs < faucetWindowMs
    let rest = faucetWindowMicroRuv - (isOpen ? faucet.creditedMicroRuv : 0n)
    for (const { transaction } of registry.entriesOf(id)) {
      for (const operation of transaction.operations) if (operation.kind === 'faucet') rest -= operation.amountMicroRuv
    }
    return rest
  }

  const transfersOf = (transfers: PaymentRequest['transfers']): Promise<Operation[]> => {
    for (const [operation, { memo }] of transfers.entries()) {
      if (memo !== undefined && !hasCanonicalText(memo)) throw ledgerError({ code: 'MEMO_INVALID', operation })
    }
    return Promise.all(
      transfers.map(
        async ({ to, amountMicroRuv, memo }): Promise<Operation> => ({
          kind: 'transfer',
          to: await accounts.resolve(to),
          amountMicroRuv,
          memo: memo ?? null,
        }),
      ),
    )
  }

  return {
    ...createUnsignedTransactions({
      chain,
      drafts,
      accounts,
      vault,
      guard,
      read,
      clock,
      audit,
      transfersOf,
      signerFor,
    }),
    async pay({ transfers, maxFeeMicroRuv, coSign, nonce, tokenId, idempotencyKey, ...asked }) {
      const from = await accounts.own(asked.from)
      const operations = await transfersOf(transfers)
      const request = [
        'pay',
        from.address,
        String(maxFeeMicroRuv ?? ''),
        toHex(canonicalEncode(operationsCodec, operations)),
        // Nothing in its place: requests were recorded without it before there was such a thing.
        ...(nonce === undefined ? [] : [String(nonce)]),
        ...(coSign === true ? ['co-signed'] : []),
      ]
      const intentKey = intentKeyOf({ idempotencyKey, tokenId })
      const order = { from, operations, maxFeeMicroRuv, nonce, tokenId, intentKey, request }
      return carryOut(coSign === true ? { ...order, coSigned: true } : order)
    },
    async cancel({ account, nonce, maxFeeMicroRuv, tokenId, idempotencyKey }) {
      const from = await accounts.own(account)
      const request = ['cancel', from.address, String(maxFeeMicroRuv ?? ''), String(nonce)]
      const intentKey = intentKeyOf({ idempotencyKey, tokenId })
      return carryOut({ from, operations: [{ kind: 'noop' }], maxFeeMicroRuv, nonce, tokenId, intentKey, request })
    },
    send({ from, operations, request: words, maxFeeMicroRuv, coSigned, tokenId, idempotencyKey }) {
      const request = [...words, from.address, String(maxFeeMicroRuv ?? '')]
      const intentKey = intentKeyOf({ idempotencyKey, tokenId })
      const order = { from, maxFeeMicroRuv, tokenId, intentKey, request, ...(coSigned === true ? { coSigned } : {}) }
      return carryOut(
        typeof operations === 'function'
          ? { ...order, operations: [], operationsAt: operations }
          : { ...order, operations },
      )
    },
    async preview({ transfers, coSign, maxFeeMicroRuv, nonce: wanted, from: asked }) {
      const from = await accounts.own(asked)
      const operations = await transfersOf(transfers)
      const wish: Wish = {
        operations,
        maxFeeMicroRuv,
        nonce: wanted,
        ...(coSign === true ? { coSigned: true } : {}),
      }
      const sender = senderOf(from)
      const transaction = drafts.make(sender, wish)
      drafts.check(sender, transaction, wish)
      const { account, nonce, maxFeeMicroRuv: feeMicroRuv } = transaction
      const amountMicroRuv = outgoingMicroRuv(transaction)
      const totalMicroRuv = amountMicroRuv + feeMicroRuv
      // Of two that compete, the larger reserve is what counts.
      const moreMicroRuv = totalMicroRuv - registry.reserveAt(account, nonce)
      const freeMicroRuv = accountOf(state, account).balanceMicroRuv - registry.of(account).reservedMicroRuv
      return {
        from: from.address,
        nonce,
        feeMicroRuv,
        amountMicroRuv,
        totalMicroRuv,
        remainingMicroRuv: moreMicroRuv > 0n ? freeMicroRuv - moreMicroRuv : freeMicroRuv,
        to: operations.flatMap((operation) => (operation.kind === 'transfer' ? [chain.format(operation.to)] : [])),
      }
    },
    async faucet({ account, amountMicroRuv, tokenId, idempotencyKey }) {
      const sender = await accounts.own(account)
      const request = ['faucet', sender.address, String(amountMicroRuv ?? '')]
      const intentKey = intentKeyOf({ idempotencyKey, tokenId })
      const known = intentKey === undefined ? null : await read.intent(intentKey)
      const restMicroRuv = known?.bytes ? 0n : faucetRest(sender)
      if (!known?.bytes && chain.rules.kind === 'development' && restMicroRuv < (amountMicroRuv ?? 1n)) {
        throw ledgerError({ code: 'FAUCET_LIMIT', remainingMicroRuv: restMicroRuv > 0n ? restMicroRuv : 0n })
      }
      const operations: Operation[] = [{ kind: 'faucet', amountMicroRuv: amountMicroRuv ?? restMicroRuv }]
      return carryOut({ from: sender, operations, tokenId, intentKey, request })
    },
    submit({ bytes, idempotencyKey, tokenId }) {
      const key = intentKeyOf({ idempotencyKey, tokenId }) ?? idempotencyKey
      const requestHash = sha256(canonicalEncode(requestCodec, ['submit', toHex(sha256(bytes))]))
      return perKey(key, async () => {
        checkSameRequest(await write.putIntent({ key, requestHash, createdAtMs: clock.nowMs() }), requestHash)
        return door.submit(bytes)
      })
    },
  }
}

/** A nonce that is named may be taken already. A token competes for it; only the owner takes back what was under way. */
function rivalryOf({ nonce, tokenId }: Order): Pick<SubmitOptions, 'mayCompete' | 'overtakes'> {
  const mayCompete = nonce !== undefined
  return { mayCompete, overtakes: mayCompete && tokenId === undefined }
}

function checkSameRequest(known: StoredIntent, requestHash: Uint8Array): void {
  if (equalBytes(known.requestHash, requestHash)) return
  throw new NodeError('IDEMPOTENCY_KEY_REUSED', 'this idempotency key belongs to another request', {
    hint: 'Nothing was sent. Use a new key for a new payment.',
  })
}

function sentBefore(intent: StoredIntent): {
  createdAtMs: number
  signedAtMs: number | null
  broadcastAtMs: number | null
} {
  return { createdAtMs: intent.createdAtMs, signedAtMs: intent.signedAtMs, broadcastAtMs: intent.signedAtMs }
}
