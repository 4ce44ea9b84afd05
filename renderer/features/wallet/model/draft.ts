/** A payment as it is being written, and what it lacks to be one. Pure: the form shows it, the node has the last word. */
import type { AddressNetwork, PaymentIntent, PaymentLink } from '../../../../node/api/contract/index.ts'
import type { AmountFault, ParsedAmount } from '../../../i18n/index.ts'
import { walletLimits as limits } from '../limits.ts'
import { isWholeText, memoBytes } from './memo.ts'
import type { Names } from './names.ts'
import { type RecipientReading, readRecipient } from './recipient.ts'

export interface DraftRow {
  /** Tells rows apart while others come and go. */
  readonly id: number
  /** As typed. */
  readonly to: string
  readonly amount: string
  readonly memo: string
}

export interface Draft {
  /** Address of the paying account; undefined before there is one. */
  readonly from: string | undefined
  readonly rows: readonly DraftRow[]
  /** Set where the form was filled in from a payment link; `label` is what the link calls the recipient. */
  readonly link?: { readonly label?: string } | undefined
  /** Takes the place of the transaction with this nonce. */
  readonly replaces?: { readonly nonce: number; readonly txId?: string } | undefined
}

export const emptyRow: DraftRow = { id: 1, to: '', amount: '', memo: '' }

export function emptyDraft(from?: string): Draft {
  return { from, rows: [emptyRow] }
}

export type AmountProblem = Exclude<AmountFault, 'empty'> | 'zero'
export type MemoProblem = 'too-long' | 'invalid'

export interface RowReading {
  readonly id: number
  readonly recipient: RecipientReading
  /** The recipient is the paying account. */
  readonly isSelf: boolean
  readonly amountMicroRuv: bigint | undefined
  /** Undefined for an empty field, which is unfinished and not wrong. */
  readonly amountProblem: AmountProblem | undefined
  readonly memoBytes: number
  readonly memoProblem: MemoProblem | undefined
}

export interface DraftReading {
  readonly rows: readonly RowReading[]
  /** What can be previewed and reviewed; undefined while something is missing or wrong. */
  readonly intent: Omit<PaymentIntent, 'idempotencyKey'> | undefined
}

export interface DraftContext {
  readonly names: Names
  readonly network: AddressNetwork | undefined
  /** A typed amount, in the language of the person. */
  readonly readAmount: (text: string) => ParsedAmount
}

export function readDraft(draft: Draft, { names, network, readAmount }: DraftContext): DraftReading {
  const rows = draft.rows.map((row): RowReading => {
    const recipient = readRecipient(row.to, names, network)
    const amount = readAmount(row.amount)
    const bytes = memoBytes(row.memo)
    return {
      id: row.id,
      recipient,
      isSelf: recipient.kind === 'address' && recipient.address === draft.from,
      amountMicroRuv: amount.ok ? amount.microRuv : undefined,
      amountProblem: problemOf(amount),
      memoBytes: bytes,
      memoProblem: bytes > limits.maxMemoBytes ? 'too-long' : isWholeText(row.memo) ? undefined : 'invalid',
    }
  })
  return { rows, intent: intentOf(draft, rows) }
}

function problemOf(amount: ParsedAmount): AmountProblem | undefined {
  if (amount.ok) return amount.microRuv === 0n ? 'zero' : undefined
  return amount.fault === 'empty' ? undefined : amount.fault
}

function intentOf(draft: Draft, rows: readonly RowReading[]): DraftReading['intent'] {
  if (draft.from === undefined || rows.length === 0 || rows.length > limits.maxRecipients) return undefined
  const transfers: { to: string; amount: string; memo?: string }[] = []
  for (const [index, row] of rows.entries()) {
    const memo = draft.rows[index]?.memo ?? ''
    if (row.recipient.kind !== 'address' || row.isSelf || row.memoProblem !== undefined) return undefined
    if (row.amountMicroRuv === undefined || row.amountMicroRuv === 0n) return undefined
    transfers.push({
      to: row.recipient.address,
      amount: row.amountMicroRuv.toString(),
      ...(memo === '' ? {} : { memo }),
    })
  }
  const { replaces } = draft
  return { from: draft.from, transfers, ...(replaces === undefined ? {} : { nonce: replaces.nonce }) }
}

/** A row more, at the end. */
export function withRow(draft: Draft): Draft {
  if (draft.rows.length >= limits.maxRecipients) return draft
  const id = Math.max(0, ...draft.rows.map((row) => row.id)) + 1
  return { ...draft, rows: [...draft.rows, { ...emptyRow, id }] }
}

/** Without the row; the last one is emptied instead. */
export function withoutRow(draft: Draft, id: number): Draft {
  const rows = draft.rows.filter((row) => row.id !== id)
  return { ...draft, rows: rows.length === 0 ? [emptyRow] : rows }
}

export function withChange(draft: Draft, id: number, change: Partial<Omit<DraftRow, 'id'>>): Draft {
  return { ...draft, rows: draft.rows.map((row) => (row.id === id ? { ...row, ...change } : row)) }
}

/** The row that a payment link fills in: recipient, amount, and what it suggests as memo. Nothing else comes from a link. */
export function rowOfLink(
  { address, amountMicroRuv, message }: PaymentLink,
  writeAmount: (microRuv: bigint) => string,
): Omit<DraftRow, 'id'> {
  return { to: address, amount: amountMicroRuv === undefined ? '' : writeAmount(amountMicroRuv), memo: message ?? '' }
}

/** Nothing was written in it yet. */
export function isBlank({ rows, replaces }: Draft): boolean {
  return replaces === undefined && rows.every(({ to, amount, memo }) => to === '' && amount === '' && memo === '')
}
