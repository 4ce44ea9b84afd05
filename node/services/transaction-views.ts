/** Transactions as people see them, whether in flight or ended. */

import { decodeVertex } from '../consensus/index.ts'
import { bytesKey, equalBytes, toHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import {
  accountIdOf,
  accountKeyOf,
  accountOf,
  type CarriedKey,
  decodeSignedTransaction,
  type LedgerState,
  networkFeeMicroRuv,
  type Operation,
  type SignedTransaction,
  type Signers,
  signersOf,
  validatorIdOf,
} from '../ledger/index.ts'
import type { HistoryRow, StorageReader } from '../storage/index.ts'
import type { Chain } from './chain.ts'
import type { Contests } from './contests.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'
import { serviceLimits } from './limits.ts'
import { finalSteps, openingSteps } from './steps.ts'
import type { OperationView, StateStep, TransactionView } from './types.ts'

export interface TransactionViews {
  /** @throws NodeError TRANSACTION_UNKNOWN */
  show(txId: Uint8Array): Promise<TransactionView>
  ofEntry(entry: InFlightEntry): TransactionView
  ofFinal(final: HistoryRow): Promise<TransactionView>
  /** The transaction itself; null where nobody kept it: one that came signed and ended in no vertex. */
  transactionOf(final: HistoryRow): Promise<SignedTransaction | null>
  /** Bytes of vertices read so far: what looking at transactions costs. */
  readonly vertexBytesRead: number
}

export function createTransactionViews(deps: {
  readonly chain: Chain
  readonly state: LedgerState
  readonly registry: InFlightRegistry
  readonly read: StorageReader
  /** What is known of transactions that compete; left out, those of this node alone. */
  readonly contests?: Pick<Contests, 'of'>
}): TransactionViews {
  const { chain, state, registry, read, contests } = deps
  /** Transactions of recently shown vertices, oldest first. */
  const vertices = new Map<string, Promise<readonly Uint8Array[]>>()

  let vertexBytesRead = 0
  const readVertex = async (vertexHash: Uint8Array): Promise<readonly Uint8Array[]> => {
    const record = await read.journalByHash(vertexHash)
    vertexBytesRead += record?.bytes.length ?? 0
    const vertex = record === null ? null : decodeVertex(chain.chainId, record.bytes)
    return vertex?.ok === true ? vertex.value.transactions : []
  }

  /** The transactions of a page as a rule stand in few vertices, and are asked for at the same time. */
  const transactionsOf = (vertexHash: Uint8Array): Promise<readonly Uint8Array[]> => {
    const key = bytesKey(vertexHash)
    const known = vertices.get(key)
    if (known !== undefined) return known
    const transactions = readVertex(vertexHash)
    vertices.set(key, transactions)
    // What could not be read is asked for anew the next time.
    transactions.catch(() => vertices.delete(key))
    for (const oldest of vertices.keys()) {
      if (vertices.size <= serviceLimits.maxCachedVertices) break
      vertices.delete(oldest)
    }
    return transactions
  }

  const transactionOf = async (final: HistoryRow): Promise<SignedTransaction | null> => {
    const { vertexHash, indexInVertex } = final
    const inVertex = vertexHash !== null && indexInVertex !== null
    const bytes = inVertex ? (await transactionsOf(vertexHash))[indexInVertex] : final.bytes
    const decoded = bytes === undefined ? null : decodeSignedTransaction(bytes)
    return decoded?.ok === true && equalBytes(decoded.value.txId, final.txId) ? decoded.value : null
  }

  const feeOf = ({ bytes, operations }: SignedTransaction, { key, second }: Signers): bigint =>
    networkFeeMicroRuv(bytes.length, key.suite, chain.rules.parameters, operations, second?.suite ?? null)

  /** Of others by what the engine told, of this node's own by themselves. */
  const contestedOf = ({ account, nonce, txId }: Pick<SignedTransaction, 'account' | 'nonce' | 'txId'>) => {
    const preferred = contests?.of(account, nonce)
    if (preferred !== undefined)
      return { contested: { isPreferred: preferred === null ? null : equalBytes(preferred, txId) } }
    // One that stands back is in no vertex: nobody but this node knows of it.
    const known = registry.at(account, nonce).filter(({ held }) => !held)
    return known.length > 1 ? { contested: { isPreferred: null } } : {}
  }

  const ofEntry = (entry: InFlightEntry): TransactionView => {
    const { transaction } = entry
    const states: StateStep[] = [...openingSteps(transaction.txId, entry, entry.admissionSeq), ...entry.steps]
    const signers = signersOf(transaction, accountOf(state, transaction.account))
    const sizeBytes = transaction.bytes.length
    return {
      txId: toHex(transaction.txId),
      state: states.at(-1)?.state ?? 'Validating',
      account: chain.format(transaction.account),
      nonce: transaction.nonce,
      feeMicroRuv: signers.ok ? feeOf(transaction, signers.value) : 0n,
      states,
      operations: operationViewsOf(chain, transaction.operations),
      sizeBytes,
      validUntilMs: transaction.validUntilMs,
      ...contestedOf(transaction),
    }
  }

  const ofFinal = async (final: HistoryRow): Promise<TransactionView> => {
    const [transaction, progress, checkpoint] = await Promise.all([
      transactionOf(final),
      final.vertexHash === null ? null : read.vertexProgress(final.vertexHash),
      final.commitIndex === null || final.outcome === 'rejected' ? null : read.checkpointCovering(final.commitIndex),
    ])
    return {
      txId: toHex(final.txId),
      state: final.outcome === 'rejected' ? 'Rejected' : 'Finalized',
      ...(final.outcome === 'ok' || final.outcome === 'failed' ? { outcome: final.outcome } : {}),
      ...(final.code === null ? {} : { code: final.code }),
      account: chain.format(final.account),
      nonce: final.nonce,
      feeMicroRuv: final.feeMicroRuv,
      states: finalSteps(final, progress),
      operations: operationViewsOf(chain, transaction?.operations ?? []),
      sizeBytes: final.sizeBytes,
      validUntilMs: transaction?.validUntilMs ?? final.admission?.validUntilMs ?? 0,
      ...(checkpoint === null ? {} : { checkpoint: { seq: checkpoint.seq, hash: toHex(checkpoint.hash) } }),
      ...contestedOf(final),
    }
  }

  return {
    ofEntry,
    ofFinal,
    transactionOf,
    get vertexBytesRead() {
      return vertexBytesRead
    },
    async show(txId) {
      // An entry goes once its end is durable, so look there first and read the end after it is gone.
      const entry = registry.get(txId)
      if (entry !== undefined) {
        await entry.durable
        return ofEntry(entry)
      }
      const final = await read.final(txId)
      if (final === null) {
        throw unknownTransaction()
      }
      return ofFinal(final)
    },
  }
}

export function unknownTransaction(): NodeError {
  return new NodeError('TRANSACTION_UNKNOWN', 'this node knows no transaction with that id', {
    hint: 'Check the id, and that this is the network it was sent on.',
  })
}

/** What moves: an operation that moves nothing is left out, so that a cancellation has none. Evidence moves another's stake. */
export function operationViewsOf(
  chain: Pick<Chain, 'format' | 'rules'>,
  operations: readonly Operation[],
): OperationView[] {
  const views: OperationView[] = []
  for (const operation of operations) {
    switch (operation.kind) {
      case 'noop':
        break
      case 'faucet':
        views.push({ kind: operation.kind, amountMicroRuv: operation.amountMicroRuv })
        break
      case 'transfer': {
        const { kind, to, amountMicroRuv, memo } = operation
        views.push({ kind, to: chain.format(to), amountMicroRuv, ...(memo === null ? {} : { memo }) })
        break
      }
      case 'stake.bond': {
        const { kind, publicKey, amountMicroRuv } = operation
        views.push({ kind, validator: toHex(validatorIdOf(publicKey)), amountMicroRuv })
        break
      }
      case 'stake.unbond': {
        const { kind, validatorId, amountMicroRuv } = operation
        views.push({ kind, validator: toHex(validatorId), amountMicroRuv })
        break
      }
      case 'evidence.submit': {
        const read = chain.rules.readEvidence(operation.evidence)
        const validator = read.ok ? { validator: toHex(read.value.validatorId) } : {}
        views.push({ kind: operation.kind, ...validator, amountMicroRuv: 0n })
        break
      }
      case 'account.update': {
        const { kind, change } = operation
        const key = 'key' in change ? keyFields(chain, change.key) : {}
        const limit = change.kind === 'limit' ? { dailyLimitMicroRuv: change.dailyLimitMicroRuv } : {}
        const delay = change.kind === 'recovery' ? { delayMs: change.delayMs } : {}
        views.push({ kind, change: change.kind, ...key, ...limit, ...delay, amountMicroRuv: 0n })
        break
      }
      case 'account.recover': {
        const { kind, account, key: given } = operation
        const key = given === null ? {} : keyFields(chain, given)
        const change = given === null ? 'finish' : 'start'
        views.push({ kind, to: chain.format(account), change, ...key, amountMicroRuv: 0n })
        break
      }
    }
  }
  return views
}

/** Nothing for a key of unknown form: it breaks a rule, and is shown without. */
function keyFields(chain: Pick<Chain, 'format'>, carried: CarriedKey): { readonly key?: string } {
  const key = accountKeyOf(carried)
  return key.ok ? { key: chain.format(accountIdOf(key.value.suite, key.value.publicKey)) } : {}
}
