/** `qudag tx`: transactions this node knows, their nonces, and handing in one that was signed elsewhere. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { NodeClient } from '../../api/client/index.ts'
import {
  contractLimits,
  type Transaction,
  type TransactionPage,
  type TransactionStateName,
  transactionDirection,
  transactionState,
} from '../../api/contract/index.ts'
import { fromHex, toHex } from '../../core/bytes.ts'
import { amountArgument } from '../amount.ts'
import type { Environment } from '../environment.ts'
import { CliError, failureOf, usageError } from '../errors.ts'
import { readInput } from '../text-input.ts'
import { noncesText, transactionsText, transactionText } from '../transaction-text.ts'
import { ledgerFailure } from '../wait.ts'
import { action, examples, given, type Options, text } from './action.ts'
import { onlyAccount } from './only-account.ts'
import { submit as submitAndFollow, waitOptions } from './payment.ts'
import { addUnsignedCommands } from './unsigned.ts'

/** What fits a terminal. */
const defaultPageSize = 50
const directions = transactionDirection.options
const stateNames = transactionState.options.map((state) => state.toLowerCase())

export function addTxCommands(program: Command, environment: Environment): void {
  const tx = program.command('tx').description('transactions: show, list, build, sign, hand in, cancel')

  const show = tx
    .command('show')
    .argument('<id>', 'transaction id, 64 hex digits')
    .description('state of a transaction, with each step, its time and the record that caused it')
    .summary('state and steps of a transaction')
  action(show, environment, ({ withNode, out }, _options, id) => {
    const txId = transactionId(given(id))
    return withNode(async (client, signal) => {
      const view = await client.transactions.show({ txId }, { signal })
      out.data(view, () => transactionText(view, out))
    })
  })

  const list = tx
    .command('list')
    .description('transactions, newest first')
    .option('--account <account>', 'only of this address or label')
    .addOption(new Option('--state <state>', 'only in this state').choices(stateNames))
    .addOption(
      new Option(
        '--direction <direction>',
        'as seen from the account, or else from all of the vault and watched ones',
      ).choices(directions),
    )
    .option('--since <time>', 'not before this day (2026-11-22, UTC) or time (2026-11-22T17:03:05Z)', timeOption)
    .option('--until <time>', 'before this day or time', timeOption)
    .option('--search <text>', 'only with this text in a memo, address, id, label, name or note')
    .option('--limit <n>', 'at most so many', pageSize, defaultPageSize)
    .option('--cursor <cursor>', 'go on after an earlier page, with the same options')
  examples(
    list,
    'tx list --account main --state finalized',
    'tx list --direction received --search rent --limit 50 --json',
  )
  action(list, environment, ({ withNode, out }, options) =>
    withNode(async (client, signal) => {
      const query = {
        ...textOption(options, 'account'),
        ...textOption(options, 'search'),
        ...textOption(options, 'since'),
        ...textOption(options, 'until'),
        ...choice('state', stateOption(text(options, 'state'))),
        ...choice('direction', directionOption(text(options, 'direction'))),
      }
      const page = await readPage(client, query, text(options, 'cursor'), options.limit as number, signal)
      out.data(page, () => (page.items.length === 0 ? 'No transactions.' : transactionsText(page.items)))
      if (page.cursor !== null) out.note(`More: repeat this with --cursor ${page.cursor}`)
    }),
  )

  const nonces = tx
    .command('nonces')
    .argument('[account]', 'address or label; may be left out where the vault has one account')
    .description('which nonce of an account is next, which are taken, and which are missing so that later ones wait')
    .summary('nonces that are next, taken and missing')
  examples(nonces, 'tx nonces main')
  action(nonces, environment, ({ withNode, out }, _options, name) =>
    withNode(async (client, signal) => {
      const account = name ?? (await onlyAccount(client, signal))
      const shown = await client.transactions.nonces({ account }, { signal })
      out.data(shown, () => noncesText(shown))
      const [first] = shown.missing
      if (first !== undefined) out.note(`Fill the first that is missing with: qudag tx cancel ${account} ${first}`)
    }),
  )

  const cancel = tx
    .command('cancel')
    .argument('<account>', 'address or label of the account of the vault')
    .argument('<nonce>', 'the nonce, as tx nonces shows it')
    .description(
      'take up a nonce with a transaction that moves nothing and pays its fee: so that later ones go on where it is missing, ' +
        'or in place of one that is on its way, unless that one comes first; then this one costs nothing',
    )
    .summary('take up a nonce with a transaction that moves nothing')
    .option('--max-fee <amount>', 'the most to pay the network for it, in rUv')
  waitOptions(cancel)
  examples(cancel, 'tx cancel main 7 --wait finalized')
  action(cancel, environment, (context, options, account, typed) => {
    const maxFee = text(options, 'maxFee')
    const request = {
      account: given(account),
      nonce: nonceArgument(given(typed)),
      ...(maxFee === undefined ? {} : { maxFee: amountArgument(maxFee) }),
    }
    return submitAndFollow(context, options, (client, idempotencyKey, signal) =>
      client.transactions.cancel({ ...request, idempotencyKey }, { signal }),
    )
  })

  const raw = tx
    .command('raw')
    .argument('<id>', 'transaction id, 64 hex digits')
    .description('the canonical bytes of a signed transaction in hex, as tx submit takes them')
    .summary('signed bytes of a transaction in hex')
  examples(raw, 'tx raw 8d0c… > signed.tx')
  action(raw, environment, ({ withNode, out }, _options, id) => {
    const txId = transactionId(given(id))
    return withNode(async (client, signal) => {
      const shown = await client.transactions.raw({ txId }, { signal })
      out.data(shown, () => shown.signed)
    })
  })

  const rebroadcast = tx
    .command('rebroadcast')
    .argument('<id>', 'transaction id, 64 hex digits')
    .description('hand the very same signed bytes in once more; it can never be carried out twice')
    .summary('hand the same signed bytes in once more')
  action(rebroadcast, environment, ({ withNode, out }, _options, id) => {
    const txId = transactionId(given(id))
    return withNode(async (client, signal) => {
      const { signed } = await client.transactions.raw({ txId }, { signal })
      const view = await client.transactions.create({ signed }, { signal })
      out.data(view, () => transactionText(view, out))
      const failure = ledgerFailure(view)
      if (failure !== undefined) throw failure
    })
  })

  addUnsignedCommands(tx, environment)

  const submit = tx
    .command('submit')
    .argument('<file>', 'canonical bytes of the signed transaction, raw or in hex; - for standard input')
    .description('hand in a transaction that was signed elsewhere; the same bytes again give the same answer')
    .summary('hand in a signed transaction')
  examples(submit, 'tx submit signed.tx', 'signer | qudag tx submit -')
  action(submit, environment, async ({ withNode, out }, _options, file) => {
    const signed = await readSigned(given(file))
    await withNode(async (client, signal) => {
      const view = await client.transactions.create({ signed }, { signal }).catch((error: unknown) => {
        // Nobody typed that address: it is in the signed bytes, and the ledger refused them.
        const { code, message, hint } = failureOf(error)
        throw code === 'ADDRESS_INVALID' ? new CliError(code, message, { hint, kind: 'rejected', cause: error }) : error
      })
      out.data(view, () => transactionText(view, out))
      const failure = ledgerFailure(view)
      if (failure !== undefined) throw failure
    })
  })
}

type ListQuery = Omit<NonNullable<Parameters<NodeClient['transactions']['list']>[0]>, 'cursor' | 'limit'>

/** A whole page, however many calls the node needs to find as many that are wanted. */
async function readPage(
  client: NodeClient,
  query: ListQuery,
  start: string | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<TransactionPage> {
  const items: Transaction[] = []
  let cursor = start
  for (;;) {
    const at = cursor === undefined ? {} : { cursor }
    const page = await client.transactions.list({ ...query, ...at, limit: limit - items.length }, { signal })
    items.push(...page.items)
    if (page.cursor === null || items.length >= limit) return { items, cursor: page.cursor }
    cursor = page.cursor
  }
}

function transactionId(id: string): string {
  const lower = id.toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(lower)) throw usageError(`"${id.slice(0, 70)}" is not a transaction id: 64 hex digits.`)
  return lower
}

function stateOption(name: string | undefined): TransactionStateName | undefined {
  return transactionState.options.find((state) => state.toLowerCase() === name)
}

function directionOption(name: string | undefined): ListQuery['direction'] {
  return directions.find((direction) => direction === name)
}

/** An option that was given, under its name in the contract. */
function textOption<K extends 'account' | 'search' | 'since' | 'until'>(
  options: Options,
  name: K,
): { [name in K]?: string } {
  return choice(name, text(options, name))
}

function choice<K extends string, T>(name: K, value: T | undefined): { [name in K]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [name in K]?: T }
}

/** A day or a time as people write them: "2026-11-22" → "2026-11-22T00:00:00.000Z". */
function timeOption(value: string): string {
  const isTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(value)
  const ms = isTime ? Date.parse(value) : Number.NaN
  if (Number.isNaN(ms))
    throw new InvalidArgumentError('A day such as 2026-11-22, or a time such as 2026-11-22T17:03:05Z.')
  return new Date(ms).toISOString()
}

function nonceArgument(value: string): number {
  if (/^\d{1,15}$/.test(value)) return Number(value)
  throw usageError(`"${value.slice(0, 40)}" is not a nonce: a whole number.`, 'See them with: qudag tx nonces')
}

function pageSize(value: string): number {
  const most = contractLimits.maxPageEntries
  if (!/^\d{1,4}$/.test(value) || Number(value) < 1 || Number(value) > most) {
    throw new InvalidArgumentError(`A number from 1 to ${most}.`)
  }
  return Number(value)
}

/** Hex of the bytes in a file or on standard input. Canonical bytes begin with a CBOR array head, which no hex text does. */
async function readSigned(file: string): Promise<string> {
  const bytes = await readInput(file, 2 * contractLimits.maxSubmittedBytes + 2)
  const fromText = fromHex(Buffer.from(bytes).toString('latin1').trim())
  const signed = fromText !== undefined && fromText.length > 0 ? fromText : bytes
  if (signed.length === 0) throw usageError('There is nothing to submit.', '', 'FILE_EMPTY')
  if (signed.length > contractLimits.maxSubmittedBytes) {
    throw usageError(`At most ${contractLimits.maxSubmittedBytes} bytes are possible.`, '', 'FILE_TOO_LONG')
  }
  return toHex(signed)
}
