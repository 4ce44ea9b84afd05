/** Sending, showing, listing and watching transactions. */
import { equalBytes } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import type { AccountId } from '../ledger/index.ts'
import type { HistoryCursor, HistoryRow, StorageReader } from '../storage/index.ts'
import type { AccountServices } from './accounts.ts'
import { parseTxId } from './chain.ts'
import type { Door } from './door.ts'
import type { NodeEventHub } from './events.ts'
import type { InFlightEntry, InFlightRegistry } from './in-flight.ts'
import { serviceLimits } from './limits.ts'
import type { Payments, Sent } from './payments.ts'
import type { TransactionViews } from './transaction-views.ts'
import type { NodeServices, TransactionView } from './types.ts'

export function createTransactionServices(deps: {
  readonly accounts: AccountServices
  readonly payments: Payments
  readonly door: Door
  readonly views: TransactionViews
  readonly registry: InFlightRegistry
  readonly read: StorageReader
  readonly hub: NodeEventHub
}): NodeServices['transactions'] {
  const { accounts, payments, door, views, registry, read, hub } = deps

  const viewOf = ({ txId, entry }: Sent): Promise<TransactionView> | TransactionView =>
    entry === 'ended' ? views.show(txId) : views.ofEntry(entry)

  const inFlightOf = (account: AccountId | undefined): InFlightEntry[] => {
    const entries: InFlightEntry[] = []
    for (const entry of registry.all()) if (account === undefined || concerns(entry, account)) entries.push(entry)
    return entries.sort((a, b) => b.admissionSeq - a.admissionSeq)
  }

  return {
    pay: async (request) => viewOf(await payments.pay(request)),
    faucet: async (input) => viewOf(await payments.faucet(input)),
    submit: async (bytes, { tokenId, idempotencyKey } = {}) =>
      viewOf(
        await (idempotencyKey === undefined ? door.submit(bytes) : payments.submit({ bytes, tokenId, idempotencyKey })),
      ),
    show: (txId) => views.show(parseTxId(txId)),

    async list({ account, state, cursor, limit = serviceLimits.defaultPageSize }) {
      const id = account === undefined ? undefined : await accounts.resolve(account)
      const pageSize = Math.min(limit, serviceLimits.maxPageSize)
      const wanted = (view: TransactionView): boolean => state === undefined || view.state === state
      const items: TransactionView[] = []
      let place: Place = cursor === undefined ? { inFlightBelow: Number.MAX_SAFE_INTEGER } : parseCursor(cursor)
      // What is in flight stands above all history.
      if ('inFlightBelow' in place) {
        for (const entry of inFlightOf(id)) {
          if (entry.admissionSeq >= place.inFlightBelow) continue
          const view = views.ofEntry(entry)
          if (!wanted(view)) continue
          items.push(view)
          if (items.length === pageSize) return { items, cursor: formatCursor({ inFlightBelow: entry.admissionSeq }) }
        }
      }
      for (;;) {
        const before: HistoryCursor | undefined = 'inFlightBelow' in place ? undefined : place
        const rows: HistoryRow[] = await read.history({ account: id, before, limit: pageSize - items.length })
        for (const view of await Promise.all(rows.map(views.ofFinal))) if (wanted(view)) items.push(view)
        const last = rows.at(-1)
        if (last === undefined) return { items, cursor: null }
        if (items.length === pageSize) return { items, cursor: formatCursor(last.cursor) }
        place = last.cursor
      }
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

function concerns({ transaction }: InFlightEntry, account: AccountId): boolean {
  if (equalBytes(transaction.account, account)) return true
  return transaction.operations.some((operation) => operation.kind === 'transfer' && equalBytes(operation.to, account))
}

/** Where a page ends: among what is in flight (by order of admission), or in the history. */
type Place = { readonly inFlightBelow: number } | HistoryCursor

/** Opaque to callers: base64url of the place. */
function formatCursor(place: Place): string {
  const parts = 'inFlightBelow' in place ? [place.inFlightBelow] : [place.commitIndex, place.position]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function parseCursor(text: string): Place {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (Array.isArray(parts) && parts.every((part) => Number.isSafeInteger(part))) {
      const [first, second] = parts as number[]
      if (parts.length === 1 && first !== undefined) return { inFlightBelow: first }
      if (parts.length === 2 && first !== undefined && second !== undefined)
        return { commitIndex: first, position: second }
    }
  } catch {
    // Falls through to the one error for every cursor that is not ours.
  }
  throw new NodeError('CURSOR_INVALID', 'that cursor is not one of a page of this list', {
    hint: 'Start again without a cursor.',
  })
}
