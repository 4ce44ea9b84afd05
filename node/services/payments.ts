/**
 * Payments made by this node's vault: nonce, fee and signature are chosen here. A request is recorded under its
 * idempotency key before it is signed, and its signed bytes before they are sent, so that asking again, also after a
 * crash, sends those bytes or none.
 */

import { equalBytes, toHex } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import type { Clock } from '../core/clock.ts'
import { listOf, textUpTo } from '../core/codec.ts'
import { NodeError } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import { sha256, signatureSuites } from '../crypto/index.ts'
import {
  accountIdOf,
  accountOf,
  attachSignature,
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
import type { PaymentRequest } from './types.ts'

export interface Payments {
  pay(request: PaymentRequest): Promise<Sent>
  faucet(input: {
    account: string
    amountMicroRuv?: bigint | undefined
    idempotencyKey?: string | undefined
  }): Promise<Sent>
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
  const { chain, state, registry, door, accounts, vault, read, write, clock, rng, audit } = deps
  /** One payment an account at a time: each takes the nonce after the one before. */
  const perAccount = createKeyedMutex()
  /** One request a key at a time: a repeat waits for the first and gets its answer. */
  const perKey = createKeyedMutex()

  const send = (input: {
    from: VaultAccount
    operations: readonly Operation[]
    maxFeeMicroRuv: bigint | undefined
    idempotencyKey: string | undefined
    request: readonly string[]
  }): Promise<Sent> => {
    const key = input.idempotencyKey ?? `own-${toHex(rng.bytes(16))}`
    const requestHash = sha256(canonicalEncode(requestCodec, input.request))
    return perKey(key, async () => {
      const known = input.idempotencyKey === undefined ? null : await read.intent(key)
      if (known !== null) {
        checkSameRequest(known, requestHash)
        if (known.bytes !== null) return door.submit(known.bytes, sentBefore(known))
      }
      return perAccount(input.from.address, () => signAndSend(input.from, { ...input, key, requestHash }))
    })
  }

  const signAndSend = async (
    from: VaultAccount,
    input: {
      operations: readonly Operation[]
      maxFeeMicroRuv: bigint | undefined
      key: string
      requestHash: Uint8Array
    },
  ): Promise<Sent> => {
    const transaction = build(from, input.operations, input.maxFeeMicroRuv)
    door.precheck(attachSignature(transaction, new Uint8Array(signatureSuites[from.suite].signatureBytes)))
    const signer = vault.signer(from.address)
    if ((await vault.status()).locked) {
      throw new NodeError('VAULT_LOCKED', 'the vault is locked', {
        hint: 'Nothing was sent and nothing was charged. Unlock it with `vault unlock`.',
      })
    }
    const intent = await write.putIntent({ key: input.key, requestHash: input.requestHash, createdAtMs: clock.nowMs() })
    checkSameRequest(intent, input.requestHash)
    const signed = attachSignature(transaction, await signer.sign(transactionMessage(transaction)))
    await audit('transaction.signed', { account: from.address, txId: toHex(signed.txId), nonce: transaction.nonce })
    const signedAtMs = clock.nowMs()
    await write.signIntent(input.key, { txId: signed.txId, bytes: signed.bytes, signedAtMs })
    return door.submit(signed.bytes, { createdAtMs: intent.createdAtMs, signedAtMs, broadcastAtMs: clock.nowMs() })
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
    async pay({ from, transfers, maxFeeMicroRuv, idempotencyKey }) {
      const sender = await accounts.own(from)
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
      return send({ from: sender, operations, maxFeeMicroRuv, idempotencyKey, request })
    },
    async faucet({ account, amountMicroRuv, idempotencyKey }) {
      const sender = await accounts.own(account)
      const request = ['faucet', sender.address, String(amountMicroRuv ?? '')]
      const known = idempotencyKey === undefined ? null : await read.intent(idempotencyKey)
      const restMicroRuv = known?.bytes ? 0n : faucetRest(sender)
      if (!known?.bytes && chain.rules.kind === 'development' && restMicroRuv < (amountMicroRuv ?? 1n)) {
        throw ledgerError({ code: 'FAUCET_LIMIT', ...{ remainingMicroRuv: restMicroRuv > 0n ? restMicroRuv : 0n } })
      }
      const operations: Operation[] = [{ kind: 'faucet', amountMicroRuv: amountMicroRuv ?? restMicroRuv }]
      return send({ from: sender, operations, maxFeeMicroRuv: undefined, idempotencyKey, request })
    },
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
