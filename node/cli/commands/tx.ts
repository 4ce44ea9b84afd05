/** `qudag tx`: transactions this node knows, and handing in one that was signed elsewhere. */
import { createReadStream } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { contractLimits, type TransactionStateName, transactionState } from '../../api/contract/index.ts'
import { fromHex, toHex } from '../../core/bytes.ts'
import type { Environment } from '../environment.ts'
import { CliError, failureOf, usageError } from '../errors.ts'
import { transactionsText, transactionText } from '../transaction-text.ts'
import { ledgerFailure } from '../wait.ts'
import { action, examples, given, text } from './action.ts'

const stateNames = transactionState.options.map((state) => state.toLowerCase())

export function addTxCommands(program: Command, environment: Environment): void {
  const tx = program.command('tx').description('transactions: show, list, hand in')

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
    .option('--limit <n>', 'at most so many', pageSize)
    .option('--cursor <cursor>', 'go on after an earlier page')
  examples(list, 'tx list --account main --state finalized', 'tx list --limit 50 --json')
  action(list, environment, ({ withNode, out }, options) =>
    withNode(async (client, signal) => {
      const account = text(options, 'account')
      const state = stateOption(text(options, 'state'))
      const cursor = text(options, 'cursor')
      const limit = options.limit as number | undefined
      const page = await client.transactions.list(
        {
          ...(account === undefined ? {} : { account }),
          ...(state === undefined ? {} : { state }),
          ...(cursor === undefined ? {} : { cursor }),
          ...(limit === undefined ? {} : { limit }),
        },
        { signal },
      )
      out.data(page, () => (page.items.length === 0 ? 'No transactions.' : transactionsText(page.items)))
      if (page.cursor !== null) out.note(`More: qudag tx list --cursor ${page.cursor}`)
    }),
  )

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

function transactionId(id: string): string {
  const lower = id.toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(lower)) throw usageError(`"${id.slice(0, 70)}" is not a transaction id: 64 hex digits.`)
  return lower
}

function stateOption(name: string | undefined): TransactionStateName | undefined {
  return transactionState.options.find((state) => state.toLowerCase() === name)
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
  const most = 2 * contractLimits.maxSubmittedBytes + 2
  const input = file === '-' ? process.stdin : createReadStream(file)
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      length += chunk.length
      if (length > most) break
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw usageError(`${file} cannot be read (${code ?? 'no reason given'}).`, '', 'FILE_UNREADABLE')
  }
  const bytes = Buffer.concat(chunks)
  const fromText = fromHex(bytes.toString('latin1').trim())
  const signed = fromText !== undefined && fromText.length > 0 ? fromText : bytes
  if (signed.length === 0) throw usageError('There is nothing to submit.', '', 'FILE_EMPTY')
  if (signed.length > contractLimits.maxSubmittedBytes) {
    throw usageError(`At most ${contractLimits.maxSubmittedBytes} bytes are possible.`, '', 'FILE_TOO_LONG')
  }
  return toHex(signed)
}
