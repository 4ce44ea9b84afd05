/** A transaction, for reading. Words and times, no signs that need a legend. */
import type { AccountNonces, Transaction, UnsignedTransaction } from '../api/contract/index.ts'
import { showAmount } from './amount.ts'
import { durationText } from './duration-text.ts'
import { fields, type Output, printable, table } from './output.ts'

type Operation = Transaction['operations'][number]

/** "Finalized, paid" and so on: failed is never shown as paid. */
export function stateText(view: Transaction, out: Output): string {
  if (view.state === 'Rejected') return out.paint('bad', `Rejected (${view.code ?? 'no code'})`)
  if (view.state !== 'Finalized') return out.paint('warn', view.state)
  return view.outcome === 'failed'
    ? out.paint('bad', `Finalized, failed (${view.code ?? 'no code'}): only the fee was paid`)
    : out.paint('good', 'Finalized, ok')
}

export function transactionText(view: Transaction, out: Output): string {
  const { checkpoint } = view
  const head = fields([
    ['Transaction', view.txId],
    ['State', stateText(view, out)],
    ['From', view.account],
    ...operationFields(view.operations),
    ['Fee', showAmount(view.fee)],
    ['Nonce', String(view.nonce)],
    ['Size', `${view.size} bytes`],
    ['Valid until', view.validUntil],
    ['Checkpoint', checkpoint === undefined ? undefined : `${checkpoint.seq}  ${checkpoint.hash}`],
  ])
  const steps = table(
    ['Step', 'Time', 'Record'],
    view.states.map(({ state, at, record }) => [state, at, record]),
  )
  return `${head}\n\n${steps}`
}

/** What unsigned bytes say: all that a person has to look at before signing them. */
export function unsignedText(view: UnsignedTransaction): string {
  return fields([
    ['From', view.account],
    ...operationFields(view.operations),
    ['Fee, at most', showAmount(view.maxFee)],
    ['Nonce', String(view.nonce)],
    ['Valid until', view.validUntil],
    ['Chain', view.chainId],
    ['Transaction', view.txId],
  ])
}

const operationNames: Readonly<Record<Operation['kind'], string>> = {
  transfer: 'To',
  faucet: 'Faucet',
  'stake.bond': 'Bond to validator',
  'stake.unbond': 'Unbond from validator',
  'evidence.submit': 'Evidence against',
  'account.update': 'Own keys',
  'account.recover': 'Account',
}

/** What is done to keys or policy of an account. */
const changeNames: Readonly<Record<NonNullable<Operation['change']>, string>> = {
  key: 'replace the key by that of',
  limit: 'second key and daily limit:',
  recovery: 'recovery key:',
  clearLimit: 'clear the daily limit',
  clearRecovery: 'clear the recovery key',
  cancelRecovery: 'cancel the recovery',
  start: 'start its recovery, by the key of',
  finish: 'finish its recovery',
}

/** Nothing for an operation that is about no keys. */
function changeText({ change, key, dailyLimit, delayMs }: Operation): string | undefined {
  if (change === undefined) return undefined
  const limit = dailyLimit === undefined ? undefined : `${showAmount(dailyLimit)} a day`
  const delay = delayMs === undefined ? undefined : `after ${durationText(delayMs)}`
  return [changeNames[change], key, limit, delay].filter((part) => part !== undefined).join(' ')
}

/** The other side of the first operation, for a line of a list. */
function firstText({ account, operations: [first] }: Transaction): string {
  if (first === undefined) return 'nobody'
  if (first.kind === 'faucet') return `faucet to ${account}`
  const change = changeText(first)
  if (change !== undefined) return first.to === undefined ? change : `${first.to}, ${change}`
  return first.to ?? `${operationNames[first.kind].toLowerCase()} ${first.validator ?? 'unknown'}`
}

function operationFields(operations: Transaction['operations']): [string, string][] {
  if (operations.length === 0) return [['Moves', 'nothing']]
  return operations.map((operation) => [
    operationNames[operation.kind],
    [
      operation.to ?? operation.validator,
      changeText(operation),
      // Evidence and changes of keys move nothing of the sender's.
      operation.kind === 'evidence.submit' || operation.change !== undefined ? undefined : showAmount(operation.amount),
      operation.memo === undefined ? undefined : `"${printable(operation.memo)}"`,
    ]
      .filter((part) => part !== undefined)
      .join('  '),
  ])
}

/** One line each, for a list. */
export function transactionsText(views: readonly Transaction[]): string {
  return table(
    ['Last change', 'State', 'Amount', 'To', 'Transaction'],
    views.map((view) => {
      const more = view.operations.length > 1 ? ` and ${view.operations.length - 1} more` : ''
      const total = view.operations.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
      return [
        view.states.at(-1)?.at ?? '',
        view.outcome === 'failed' ? 'Finalized, failed' : view.state,
        showAmount(total.toString()),
        `${firstText(view)}${more}`,
        view.txId,
      ]
    }),
    [2],
  )
}

/** Nonces of an account, each with what holds it, and what is to be done about those that are missing. */
export function noncesText({ next, taken, missing }: AccountNonces): string {
  const head = fields([
    ['Next', String(next)],
    ['Missing', missing.length === 0 ? 'none' : missing.join(', ')],
  ])
  if (taken.length === 0) return head
  const rows = taken.map(({ nonce, txId, parked }) => [
    String(nonce),
    parked ? 'waits for an earlier one' : 'on its way',
    txId,
  ])
  return `${head}\n\n${table(['Nonce', 'State', 'Transaction'], rows, [0])}`
}
