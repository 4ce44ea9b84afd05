/** Sending, showing, listing and watching transactions. */
import { equalBytes } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import type { StorageReader } from '../storage/index.ts'
import type { AccountServices } from './accounts.ts'
import { parseTxId } from './chain.ts'
import type { Door } from './door.ts'
import type { Drafts } from './drafts.ts'
import type { NodeEventHub } from './events.ts'
import type { InFlightRegistry } from './in-flight.ts'
import type { Payments, Sent } from './payments.ts'
import { type TransactionViews, unknownTransaction } from './transaction-views.ts'
import type { NodeServices, TransactionView } from './types.ts'

export function createTransactionServices(deps: {
  readonly accounts: AccountServices
  readonly payments: Payments
  readonly drafts: Drafts
  readonly list: NodeServices['transactions']['list']
  readonly door: Door
  readonly views: TransactionViews
  readonly registry: InFlightRegistry
  readonly read: StorageReader
  readonly hub: NodeEventHub
}): NodeServices['transactions'] {
  const { accounts, payments, drafts, list, door, views, registry, read, hub } = deps

  const viewOf = ({ txId, entry }: Sent): Promise<TransactionView> | TransactionView =>
    entry === 'ended' ? views.show(txId) : views.ofEntry(entry)

  return {
    pay: async (request) => viewOf(await payments.pay(request)),
    faucet: async (input) => viewOf(await payments.faucet(input)),
    cancel: async (input) => viewOf(await payments.cancel(input)),
    submit: async (bytes, { tokenId, idempotencyKey } = {}) =>
      viewOf(
        await (idempotencyKey === undefined ? door.submit(bytes) : payments.submit({ bytes, tokenId, idempotencyKey })),
      ),
    show: (txId) => views.show(parseTxId(txId)),

    list,
    preview: (request) => payments.preview(request),
    build: (request) => payments.build(request),
    inspect: (bytes) => payments.inspect(bytes),
    sign: (input) => payments.sign(input),
    nonces: async (account) => drafts.nonces(await accounts.resolve(account)),

    async raw(txIdText) {
      const txId = parseTxId(txIdText)
      const entry = registry.get(txId)
      if (entry !== undefined) {
        await entry.durable
        return entry.transaction.bytes
      }
      const final = await read.final(txId)
      const transaction = final === null ? null : await views.transactionOf(final)
      if (transaction === null) throw unknownTransaction()
      return transaction.bytes
    },

    async *watch(txIdText, signal) {
      const txId = parseTxId(txIdText)
      // Subscribed before it is read, so that no change falls between.
      const subscription = hub.subscribe({
        wanted: (event) => event.type === 'transaction' && equalBytes(event.txId, txId),
      })
      if (subscription === undefined) {
        throw new NodeError('TOO_MANY_SUBSCRIBERS', 'this node serves as many event streams as it can', {
          hint: 'Close one, or ask for the transaction again later.',
        })
      }
      const close = (): void => subscription.close()
      signal?.addEventListener('abort', close, { once: true })
      try {
        let view = await views.show(txId)
        yield view
        if (isEnded(view)) return
        for await (const _ of subscription) {
          const next = await views.show(txId)
          if (next.states.length === view.states.length) continue
          view = next
          yield view
          if (isEnded(view)) return
        }
      } finally {
        signal?.removeEventListener('abort', close)
        close()
      }
    },
  }
}

function isEnded({ state }: TransactionView): boolean {
  return state === 'Finalized' || state === 'Rejected'
}
