/**
 * Transactions that are built on one machine and signed on another: a connected one knows nonce and fee, the other has the
 * key and needs to know nothing of the ledger. What goes between them are canonical bytes with an empty signature; whoever
 * signs them reads those bytes, and believes nothing that is said beside them.
 */
import { fromHex, toHex } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import { signatureSuites } from '../crypto/index.ts'
import {
  attachSignature,
  checkRules,
  decodeSignedTransaction,
  ledgerLimits,
  networkFeeMicroRuv,
  type Operation,
  type SignedTransaction,
  signedSizeBytes,
  transactionToSign,
} from '../ledger/index.ts'
import type { StorageReader } from '../storage/index.ts'
import type { Signer, Vault, VaultAccount } from '../vault/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import type { Drafts, Sender } from './drafts.ts'
import { createKeyedMutex } from './keyed-mutex.ts'
import { ledgerError } from './ledger-errors.ts'
import { serviceLimits } from './limits.ts'
import { chargeOf, type TokenGuard } from './token-guard.ts'
import { operationViewsOf } from './transaction-views.ts'
import type { NodeServices, PaymentRequest, UnsignedTransactionView } from './types.ts'

export type UnsignedTransactions = Pick<NodeServices['transactions'], 'build' | 'inspect' | 'sign'>

export interface UnsignedTransactionDeps {
  readonly chain: Chain
  readonly drafts: Drafts
  readonly accounts: AccountServices
  readonly vault: Vault
  readonly guard: TokenGuard
  readonly read: StorageReader
  readonly clock: Clock
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
  /** Signs with the key that the ledger has of the account, else with the account's own. @throws NodeError KEY_NOT_IN_VAULT */
  readonly signerFor: (account: VaultAccount) => Promise<Signer>
  readonly transfersOf: (transfers: PaymentRequest['transfers']) => Promise<Operation[]>
}

export function createUnsignedTransactions(deps: UnsignedTransactionDeps): UnsignedTransactions {
  const { chain, drafts, accounts, vault, guard, read, clock, audit, transfersOf, signerFor } = deps
  /** One signature of a transaction at a time: what it counts against a token, it counts once. */
  const perTransaction = createKeyedMutex()

  /** Of the vault, a watched account whose key is known, or, without a name, the vault's only account. */
  const senderOf = async (name: string | undefined): Promise<Sender> => {
    if (name === undefined) {
      const own = await accounts.own(undefined)
      return { ...own, id: chain.parse(own.address) }
    }
    const { address, suite, publicKey } = await accounts.api.exportPublic(name)
    return { suite, publicKey: fromHex(publicKey) ?? new Uint8Array(), id: chain.parse(address) }
  }

  /** What can be said of the bytes without a ledger: their form, the rules, and for how long they would be good. */
  const readUnsigned = (bytes: Uint8Array): SignedTransaction => {
    const decoded = decodeSignedTransaction(bytes)
    if (!decoded.ok) throw ledgerError(decoded.error)
    const transaction = decoded.value
    if (transaction.signature.length > 0) {
      throw new NodeError('INPUT_INVALID', 'the transaction is signed already', {
        hint: 'Hand it in with `tx submit`.',
        details: { field: 'unsigned', reason: 'signed already' },
      })
    }
    const rules = checkRules(transaction, chain.rules)
    if (!rules.ok) throw ledgerError(rules.error)
    const nowMs = clock.nowMs()
    const { maxValidityMs } = ledgerLimits
    if (transaction.validUntilMs <= nowMs) throw ledgerError({ code: 'EXPIRED' })
    // Signed now and good only much later, it would come back when nobody thinks of it any more.
    if (transaction.validUntilMs > nowMs + maxValidityMs)
      throw ledgerError({ code: 'VALID_UNTIL_TOO_FAR', maxValidityMs })
    return transaction
  }

  const viewOf = ({ bytes, txId, account, ...rest }: SignedTransaction): UnsignedTransactionView => ({
    bytes,
    txId: toHex(txId),
    chainId: chain.chainIdHex,
    account: chain.format(account),
    nonce: rest.nonce,
    operations: operationViewsOf(chain, rest.operations),
    maxFeeMicroRuv: rest.maxFeeMicroRuv,
    validUntilMs: rest.validUntilMs,
  })

  return {
    async build({ from, transfers, maxFeeMicroRuv, nonce }) {
      const sender = await senderOf(from)
      const operations = await transfersOf(transfers)
      const { unsignedValidityMs: validityMs } = serviceLimits
      const draft = drafts.make(sender, { operations, maxFeeMicroRuv, nonce, validityMs, mayLeaveGap: true })
      // It will come back as any other that was signed elsewhere: those compete with none that is on its way.
      drafts.check(sender, draft, { operations })
      return viewOf(attachSignature(draft, new Uint8Array()))
    },

    inspect: async (bytes) => viewOf(readUnsigned(bytes)),

    async sign({ bytes, tokenId }) {
      if (tokenId !== undefined) await guard.checkMaySpend(tokenId)
      const transaction = readUnsigned(bytes)
      const own = await accounts.own(chain.format(transaction.account))
      const { address } = own
      const signer = await signerFor(own)
      const { suite } = signer
      const sizeBytes = signedSizeBytes(transaction, signatureSuites[suite].signatureBytes)
      const feeMicroRuv = networkFeeMicroRuv(sizeBytes, suite, chain.rules.parameters, transaction.operations)
      const { maxFeeMicroRuv } = transaction
      if (feeMicroRuv > maxFeeMicroRuv) throw ledgerError({ code: 'MAX_FEE_TOO_LOW', feeMicroRuv, maxFeeMicroRuv })
      const txId = toHex(transaction.txId)
      const sign = async (): Promise<{ txId: string; signed: Uint8Array }> => {
        const signature = await signer.sign(transactionToSign(suite, transaction), {
          what: 'transaction',
          unsigned: transaction.bytes,
        })
        const token = tokenId === undefined ? {} : { token: tokenId }
        await audit('transaction.signed', { account: address, txId, nonce: transaction.nonce, sent: false, ...token })
        return { txId, signed: attachSignature(transaction, signature).bytes }
      }
      return perTransaction(txId, async () => {
        if ((await vault.status()).locked) {
          throw new NodeError('VAULT_LOCKED', 'the vault is locked', {
            hint: 'Nothing was signed. Unlock it with `vault unlock`.',
          })
        }
        if (tokenId === undefined) return sign()
        // Whoever has the signature can send it. Signed once more it is the same payment, and counts once.
        const key = `signed:${txId}`
        const hasLeft = (await read.tokenSpending({ tokenId, key })) !== null
        return guard.spend({ ...chargeOf(transaction, tokenId), key }, { send: sign, hasLeft: async () => hasLeft })
      })
    },
  }
}
