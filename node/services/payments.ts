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
import { sha256, signatureSuites } from '../crypto/index.ts'
import {
  accountIdOf,
  accountOf,
  attachSignature,
  decodeSignedTransaction,
  type LedgerState,
  ledgerLimits,
  networkFeeMicroRuv,
  type Operation,
  operationsCodec,
  signedSizeBytes,
  type Transaction,
  transactionMessage,
} from '../ledger/index.ts'
import type { StorageReader, StorageWriter, StoredIntent } from '../storage/index.ts'
import type { Vault, VaultAccount } from '../vault/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import type { Door } from './door.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'
import { createKeyedMutex } from './keyed-mutex.ts'
import { ledgerError } from './ledger-errors.ts'
import { serviceLimits } from './limits.ts'
import type { TokenCharge, TokenGuard } from './token-guard.ts'
import type { PaymentRequest } from './types.ts'

export interface Payments {
  pay(request: PaymentRequest): Promise<Sent>
  faucet(input: {
    account: string
    amountMicroRuv?: bigint | undefined
    tokenId?: string | undefined
    idempotencyKey?: string | undefined
  }): Promise<Sent>
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
const requestCodec = listOf(textUpTo(2 * ledgerLimits.maxTransactionBytes), { max: 4 })

export function createPayments(deps: PaymentDeps): Payments {
  const { chain, state, registry, door, accounts, vault, guard, read, write, clock, rng, audit } = deps
  /** One payment an account at a time: each takes the nonce after the one before. */
  const perAccount = createKeyedMutex()
  /** One request a key at a time: a repeat waits for the first and gets its answer. */
  const perKey = createKeyedMutex()

  const pay = (input: {
    from: VaultAccount
    operations: readonly Operation[]
    maxFeeMicroRuv: bigint | undefined
    tokenId: string | undefined
    intentKey: string | undefined
    request: readonly string[]
  }): Promise<Sent> => {
    const { tokenId, intentKey } = input
    const key = intentKey ?? `own-${toHex(rng.bytes(16))}`
    const requestHash = sha256(canonicalEncode(requestCodec, input.request))
    return perKey(key, async () => {
      if (tokenId !== undefined) await guard.checkMaySpend(tokenId)
      const known = intentKey === undefined ? null : await read.intent(key)
      if (known !== null) {
        checkSameRequest(known, requestHash)
        if (known.bytes !== null) return sendAgain(known, known.bytes, tokenId)
      }
      return perAccount(input.from.address, () => signAndSend(input.from, { ...input, key, requestHash }))
    })
  }

  /** Signed before. For a token it counts unless it went out then, when it was counted. */
  const sendAgain = async (known: StoredIntent, bytes: Uint8Array, tokenId: string | undefined): Promise<Sent> => {
    const submit = (): Promise<Sent> => door.submit(bytes, sentBefore(known))
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

  const signAndSend = async (
    from: VaultAccount,
    input: {
      operations: readonly Operation[]
      maxFeeMicroRuv: bigint | undefined
      tokenId: string | undefined
      key: string
      requestHash: Uint8Array
    },
  ): Promise<Sent> => {
    const { tokenId, key } = input
    const transaction = build(from, input.operations, input.maxFeeMicroRuv)
    if (tokenId !== undefined) await guard.check(chargeOf(transaction, tokenId))
    door.precheck(attachSignature(transaction, new Uint8Array(signatureSuites[from.suite].signatureBytes)))
    const signer = vault.signer(from.address)
    if ((await vault.status()).locked) {
      throw new NodeError('VAULT_LOCKED', 'the vault is locked', {
        hint: 'Nothing was sent and nothing was charged. Unlock it with `vault unlock`.',
      })
    }
    let txId: Uint8Array | null = null
    const send = async (): Promise<Sent> => {
      const intent = await write.putIntent({ key, requestHash: input.requestHash, createdAtMs: clock.nowMs() })
      checkSameRequest(intent, input.requestHash)
      const signed = attachSignature(transaction, await signer.sign(transactionMessage(transaction)))
      txId = signed.txId
      await audit('transaction.signed', {
        account: from.address,
        txId: toHex(txId),
        nonce: transaction.nonce,
        ...(tokenId === undefined ? {} : { token: tokenId }),
      })
      const signedAtMs = clock.nowMs()
      await write.signIntent(key, { txId, bytes: signed.bytes, signedAtMs })
      return door.submit(signed.bytes, { createdAtMs: intent.createdAtMs, signedAtMs, broadcastAtMs: clock.nowMs() })
    }
    if (tokenId === undefined) return send()
    return guard.spend(
      { ...chargeOf(transaction, tokenId), key },
      { send, hasLeft: async () => txId !== null && (await hasLeft(txId)) },
    )
  }

  const build = (
    from: VaultAccount,
    operations: readonly Operation[],
    maxFeeMicroRuv: bigint | undefined,
  ): Transaction => {
    const id = accountIdOf(from.suite, from.publicKey)
    const account = accountOf(state, id)
    const draft: Transaction = {
      chainId: chain.chainId,
      account: id,
      // Until the ledger has stored it: a transaction in flight with the key may still fail to get there.
      key: account.key === null ? { suite: signatureSuites[from.suite].wire, publicKey: from.publicKey } : null,
      nonce: nextNonce(account, registry.of(id).nonces),
      operations,
      maxFeeMicroRuv: 0n,
      validUntilMs: door.nowMs() + serviceLimits.paymentValidityMs,
    }
    return { ...draft, maxFeeMicroRuv: maxFeeMicroRuv ?? feeOf(draft, from) }
  }

  /** The least maxFee that covers the fee of the transaction that names it. */
  const feeOf = (draft: Transaction, from: VaultAccount): bigint => {
    const { signatureBytes } = signatureSuites[from.suite]
    for (let feeMicroRuv = 0n; ; ) {
      const sizeBytes = signedSizeBytes({ ...draft, maxFeeMicroRuv: feeMicroRuv }, signatureBytes)
      const dueMicroRuv = networkFeeMicroRuv(sizeBytes, from.suite, chain.rules.parameters)
      if (dueMicroRuv <= feeMicroRuv) return feeMicroRuv
      feeMicroRuv = dueMicroRuv
    }
  }

  /** What the faucet still gives the account in this window, less what is on its way. */
  const faucetRest = (from: VaultAccount): bigint => {
    const id = accountIdOf(from.suite, from.publicKey)
    const { faucetWindowMicroRuv, faucetWindowMs } = chain.rules.parameters
    const { faucet } = accountOf(state, id)
    const isOpen = faucet !== null && door.nowMs() - faucet.windowStartMs < faucetWindowMs
    let rest = faucetWindowMicroRuv - (isOpen ? faucet.creditedMicroRuv : 0n)
    for (const { transaction } of registry.entriesOf(id)) {
      for (const operation of transaction.operations) if (operation.kind === 'faucet') rest -= operation.amountMicroRuv
    }
    return rest
  }

  return {
    async pay({ from, transfers, maxFeeMicroRuv, tokenId, idempotencyKey }) {
      const sender = await accounts.own(from)
      for (const [operation, { memo }] of transfers.entries()) {
        if (memo !== undefined && !hasCanonicalText(memo)) throw ledgerError({ code: 'MEMO_INVALID', operation })
      }
      const operations = await Promise.all(
        transfers.map(
          async ({ to, amountMicroRuv, memo }): Promise<Operation> => ({
            kind: 'transfer',
            to: await accounts.resolve(to),
            amountMicroRuv,
            memo: memo ?? null,
          }),
        ),
      )
      const request = [
        'pay',
        sender.address,
        String(maxFeeMicroRuv ?? ''),
        toHex(canonicalEncode(operationsCodec, operations)),
      ]
      const intentKey = intentKeyOf(idempotencyKey, tokenId)
      return pay({ from: sender, operations, maxFeeMicroRuv, tokenId, intentKey, request })
    },
    async faucet({ account, amountMicroRuv, tokenId, idempotencyKey }) {
      const sender = await accounts.own(account)
      const request = ['faucet', sender.address, String(amountMicroRuv ?? '')]
      const intentKey = intentKeyOf(idempotencyKey, tokenId)
      const known = intentKey === undefined ? null : await read.intent(intentKey)
      const restMicroRuv = known?.bytes ? 0n : faucetRest(sender)
      if (!known?.bytes && chain.rules.kind === 'development' && restMicroRuv < (amountMicroRuv ?? 1n)) {
        throw ledgerError({ code: 'FAUCET_LIMIT', remainingMicroRuv: restMicroRuv > 0n ? restMicroRuv : 0n })
      }
      const operations: Operation[] = [{ kind: 'faucet', amountMicroRuv: amountMicroRuv ?? restMicroRuv }]
      return pay({ from: sender, operations, maxFeeMicroRuv: undefined, tokenId, intentKey, request })
    },
    submit({ bytes, idempotencyKey, tokenId }) {
      const key = intentKeyOf(idempotencyKey, tokenId) ?? idempotencyKey
      const requestHash = sha256(canonicalEncode(requestCodec, ['submit', toHex(sha256(bytes))]))
      return perKey(key, async () => {
        checkSameRequest(await write.putIntent({ key, requestHash, createdAtMs: clock.nowMs() }), requestHash)
        return door.submit(bytes)
      })
    },
  }
}

/** Keys of one caller never meet those of another: what a key stands for is the business of whoever chose it. */
function intentKeyOf(idempotencyKey: string | undefined, tokenId: string | undefined): string | undefined {
  return idempotencyKey === undefined || tokenId === undefined ? idempotencyKey : `token:${tokenId}:${idempotencyKey}`
}

/** What leaves the account at most. A faucet operation pays nobody: its fee alone counts. */
function chargeOf(
  { operations, maxFeeMicroRuv }: Pick<Transaction, 'operations' | 'maxFeeMicroRuv'>,
  tokenId: string,
): TokenCharge {
  const transfers = operations.filter((operation) => operation.kind === 'transfer')
  return {
    tokenId,
    amountMicroRuv: transfers.reduce((sum, { amountMicroRuv }) => sum + amountMicroRuv, maxFeeMicroRuv),
    recipients: transfers.map(({ to }) => to),
  }
}

/** The first nonce that neither the ledger nor a transaction in flight has taken. */
function nextNonce(account: ReturnType<typeof accountOf>, inFlight: ReadonlySet<number>): number {
  const parked = new Set(account.parked.map(({ nonce }) => nonce))
  let nonce = account.nonce
  while (inFlight.has(nonce) || parked.has(nonce)) nonce += 1
  return nonce
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
