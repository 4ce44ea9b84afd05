/** `qudag tx build` and `qudag tx sign`: a payment made on a connected machine and signed on the one that has the key. */
import { isDeepStrictEqual } from 'node:util'
import type { Command } from 'commander'
import { contractLimits, type UnsignedTransaction, unsignedTransaction } from '../../api/contract/index.ts'
import { amountArgument } from '../amount.ts'
import { confirm } from '../confirm.ts'
import type { Environment } from '../environment.ts'
import { usageError } from '../errors.ts'
import { readTextInput } from '../text-input.ts'
import { unsignedText } from '../transaction-text.ts'
import { action, examples, given, text } from './action.ts'
import { nonceOption, recipientArgument } from './payment.ts'

/** Of the document: its bytes in hex, and as much again for what it says of them. */
const maxDocumentBytes = 4 * contractLimits.maxSubmittedBytes

export function addUnsignedCommands(tx: Command, environment: Environment): void {
  const build = tx
    .command('build')
    .argument('<to>', 'address of the recipient, or label of an account of the vault')
    .argument('<amount>', 'rUv, with up to 6 decimals')
    .description(
      'build a payment without signing it, and print it as one JSON document for tx sign on the machine that has the key; ' +
        'nothing is sent, and for 12 hours it can be signed and submitted',
    )
    .summary('build a payment to be signed on another machine')
    .option('--from <account>', 'address or label of the account that pays: of the vault, or watched with a known key')
    .option('--memo <text>', 'a public note of at most 256 bytes')
    .option('--max-fee <amount>', 'the most to pay the network for it, in rUv')
    .option('--nonce <n>', 'this nonce and not the next free one: for several that are signed together', nonceOption)
  examples(build, 'tx build ruvd1… 12.5 --from savings --memo "invoice 7" > unsigned.json')
  action(build, environment, ({ withNode, out }, options, to, amount) => {
    const from = text(options, 'from')
    const memo = text(options, 'memo')
    const maxFee = text(options, 'maxFee')
    const recipient = recipientArgument(given(to))
    const intent = {
      transfers: [{ to: recipient, amount: amountArgument(given(amount)), ...(memo === undefined ? {} : { memo }) }],
      ...(from === undefined ? {} : { from }),
      ...(maxFee === undefined ? {} : { maxFee: amountArgument(maxFee) }),
      ...(options.nonce === undefined ? {} : { nonce: options.nonce as number }),
    }
    return withNode(async (client, signal) => {
      const document = await client.transactions.build(intent, { signal })
      out.data(document, () => JSON.stringify(document, null, 2))
      out.note(`${unsignedText(document)}\nSign it where the key is with: qudag tx sign <file>`)
    })
  })

  const sign = tx
    .command('sign')
    .argument('<file>', 'a document of tx build; - for standard input')
    .description(
      'sign a payment of tx build with the open vault, after showing what its bytes say; prints the signed bytes in hex for ' +
        'tx submit and sends nothing, so that this machine need not be in sync',
    )
    .summary('sign a payment of tx build')
    .option('--yes', 'do not ask on the terminal')
  examples(sign, 'tx sign unsigned.json > signed.tx', 'tx sign - --yes < unsigned.json > signed.tx')
  action(sign, environment, async ({ withNode, out }, options, file) => {
    const document = await readDocument(given(file))
    const { unsigned } = document
    await withNode(async (client, signal) => {
      const said = await client.transactions.inspect({ unsigned }, { signal })
      checkSaysTheSame(document, said)
      if (options.yes === true) out.note(unsignedText(said))
      else await confirm(`${unsignedText(said)}\nSign this?`)
      const signed = await client.transactions.sign({ unsigned }, { signal })
      out.data(signed, () => signed.signed)
      out.note('Nothing was sent yet. Hand it in with: qudag tx submit <file>')
    })
  })
}

/** @throws CliError UNSIGNED_DOCUMENT, FILE_* (usage) */
async function readDocument(file: string): Promise<UnsignedTransaction> {
  const read = await readTextInput(file, maxDocumentBytes)
  let value: unknown
  try {
    value = JSON.parse(read)
  } catch {
    value = undefined
  }
  const document = unsignedTransaction.safeParse(value)
  if (document.success) return document.data
  throw usageError(`${file} is not an unsigned transaction.`, 'Make one with: qudag tx build', 'UNSIGNED_DOCUMENT')
}

/**
 * The bytes are what is signed, and what stands beside them in the document is what its owner may have looked at.
 * @throws CliError UNSIGNED_MISMATCH (usage)
 */
function checkSaysTheSame(document: UnsignedTransaction, said: UnsignedTransaction): void {
  const fields = Object.keys(said) as (keyof UnsignedTransaction)[]
  const other = fields.find((field) => !isDeepStrictEqual(document[field], said[field]))
  if (other === undefined) return
  throw usageError(
    `The document says another ${other} than its bytes do; nothing was signed.`,
    'Somebody has altered it: build it again, and carry it another way.',
    'UNSIGNED_MISMATCH',
  )
}
