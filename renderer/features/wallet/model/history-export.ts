/**
 * The filtered history as a file: every row of the list, in its order, with names and notes. Read page by page from the
 * node, so that it is whole whatever of it was on the screen.
 */
import { formatRuv, type Transaction, type TransactionPage } from '../../../../node/api/contract/index.ts'
import { walletLimits as limits } from '../limits.ts'
import { csvRecord } from './csv.ts'
import type { HistoryQuery } from './history-filter.ts'
import { memosOf, movementOf, settledChange } from './movement.ts'
import type { Names } from './names.ts'

export type ExportFormat = 'csv' | 'json'

export interface ExportContext {
  /** Whose history it is: the account that was chosen, or all. */
  readonly mine: ReadonlySet<string>
  readonly names: Names
  /** By transaction id. */
  readonly notes: ReadonlyMap<string, string>
}

export interface ExportRequest extends ExportContext {
  readonly format: ExportFormat
  readonly query: HistoryQuery
  readonly list: (query: HistoryQuery & { cursor?: string; limit: number }) => Promise<TransactionPage>
  readonly signal: AbortSignal
  /** Rows so far, and the time of the last of them: the list goes back in time. */
  readonly onProgress: (rows: number, reachedAt: string | undefined) => void
  readonly maxBytes: number
}

export type ExportResult =
  | { readonly kind: 'done'; readonly bytes: Uint8Array; readonly rows: number }
  | { readonly kind: 'cancelled' }
  /** The file would be larger than a window may save. */
  | { readonly kind: 'too-large'; readonly rows: number }

/** @throws what `list` throws */
export async function exportHistory(request: ExportRequest): Promise<ExportResult> {
  const { format, query, list, signal, onProgress, maxBytes } = request
  const encoder = new TextEncoder()
  const chunks: Uint8Array[] = []
  let bytes = 0
  const add = (text: string): void => {
    const chunk = encoder.encode(text)
    chunks.push(chunk)
    bytes += chunk.length
  }
  const seen = new Set<string>()
  add(format === 'csv' ? csvRecord(csvColumns) : '[')
  let cursor: string | undefined
  do {
    if (signal.aborted) return { kind: 'cancelled' }
    const page = await list({ ...query, limit: limits.pageRows, ...(cursor === undefined ? {} : { cursor }) })
    let text = ''
    let reachedAt: string | undefined
    for (const transaction of page.items) {
      // One that became final while the pages were read has moved down to where it was read already.
      if (seen.has(transaction.txId)) continue
      const record = exportRecord(transaction, request)
      if (record === undefined) continue
      text +=
        format === 'csv' ? csvRecord(csvFields(record)) : `${seen.size === 0 ? '' : ','}\n${JSON.stringify(record)}`
      seen.add(transaction.txId)
      reachedAt = record.time
    }
    if (text !== '') add(text)
    if (bytes > maxBytes) return { kind: 'too-large', rows: seen.size }
    onProgress(seen.size, reachedAt)
    cursor = page.cursor ?? undefined
  } while (cursor !== undefined)
  if (format === 'json') add('\n]\n')
  return signal.aborted ? { kind: 'cancelled' } : { kind: 'done', bytes: joined(chunks, bytes), rows: seen.size }
}

export interface ExportRecord {
  /** When this node first knew of it, and when it ended; RFC 3339. */
  readonly time: string
  readonly ended: string
  readonly kind: string
  readonly state: string
  readonly outcome: string
  readonly code: string
  readonly account: string
  readonly accountName: string
  readonly counterparty: string
  readonly counterpartyName: string
  /** rUv with its sign: what it is about, whether or not it came to be. */
  readonly amount: string
  /** rUv moved between accounts, own ones too. */
  readonly moved: string
  /** rUv this side pays the network. */
  readonly fee: string
  /** rUv with its sign: what the balance changed by; this column adds up. */
  readonly balanceChange: string
  readonly memo: string
  readonly note: string
  readonly nonce: number
  readonly txId: string
  readonly checkpoint: string
  /** One for each recipient, in order. */
  readonly operations: readonly {
    readonly kind: string
    readonly to?: string
    readonly validator?: string
    readonly amount: string
    readonly memo?: string
  }[]
}

/** Undefined for a transaction that touches none of the accounts, which is no row of the list either. */
export function exportRecord(
  transaction: Transaction,
  { mine, names, notes }: ExportContext,
): ExportRecord | undefined {
  const movement = movementOf(transaction, mine)
  if (movement === undefined) return undefined
  const isSender = mine.has(transaction.account)
  const account = isSender
    ? transaction.account
    : (transaction.operations.find(({ to }) => to !== undefined && mine.has(to))?.to ?? '')
  const nameOf = (address: string): string => names.of(address)?.name ?? ''
  const last = transaction.states.at(-1)
  const hasEnded = transaction.state === 'Finalized' || transaction.state === 'Rejected'
  return {
    time: transaction.states[0]?.at ?? '',
    ended: hasEnded ? (last?.at ?? '') : '',
    kind: movement.kind,
    state: transaction.state,
    outcome: transaction.outcome ?? '',
    code: transaction.code ?? '',
    account,
    accountName: nameOf(account),
    counterparty: movement.counterparties.join(' '),
    counterpartyName: movement.counterparties.map(nameOf).filter(Boolean).join('; '),
    amount: formatRuv(movement.changeMicroRuv),
    moved: formatRuv(movement.movedMicroRuv),
    fee: formatRuv(movement.feeMicroRuv),
    balanceChange: formatRuv(settledChange(movement)),
    memo: memosOf(transaction).join('; '),
    note: notes.get(transaction.txId) ?? '',
    nonce: transaction.nonce,
    txId: transaction.txId,
    checkpoint: transaction.checkpoint === undefined ? '' : String(transaction.checkpoint.seq),
    operations: transaction.operations.map(({ kind, to, validator, amount, memo }) => ({
      kind,
      ...(to === undefined ? {} : { to }),
      ...(validator === undefined ? {} : { validator }),
      amount: formatRuv(BigInt(amount)),
      ...(memo === undefined ? {} : { memo }),
    })),
  }
}

/** Columns of the CSV, named as in the JSON. */
export const csvColumns = [
  'time',
  'ended',
  'kind',
  'state',
  'outcome',
  'code',
  'account',
  'accountName',
  'counterparty',
  'counterpartyName',
  'amount',
  'moved',
  'fee',
  'balanceChange',
  'memo',
  'note',
  'nonce',
  'txId',
  'checkpoint',
] as const satisfies readonly (keyof ExportRecord)[]

const figures: ReadonlySet<string> = new Set(['amount', 'moved', 'fee', 'balanceChange', 'nonce', 'checkpoint'])

function csvFields(record: ExportRecord) {
  return csvColumns.map((column) => {
    const text = String(record[column])
    return figures.has(column) ? { figure: text } : text
  })
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
