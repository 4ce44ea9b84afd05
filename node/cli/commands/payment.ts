/** `qudag transfer` and `qudag faucet`: transactions that the open vault signs. */
import { randomUUID } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { NodeClient } from '../../api/client/index.ts'
import type { Transaction } from '../../api/contract/index.ts'
import { addressArgument } from '../address.ts'
import { amountArgument, showAmount } from '../amount.ts'
import { type CommandContext, isUncertain } from '../context.ts'
import type { Environment } from '../environment.ts'
import { CliError, failureOf } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { cliLimits } from '../limits.ts'
import { printable } from '../output.ts'
import { transactionText } from '../transaction-text.ts'
import { follow, ledgerFailure, parseWaitSeconds, type WaitState, waitStates } from '../wait.ts'
import { action, examples, given, type Options, text } from './action.ts'

export function addPaymentCommands(program: Command, environment: Environment): void {
  const transfer = program
    .command('transfer')
    .argument('<to>', 'address of the recipient, or label of an account of the vault')
    .argument('<amount>', 'rUv, with up to 6 decimals')
    .description('pay rUv from an account of the open vault')
    .option('--from <account>', 'address or label of the account that pays; needed where the vault has several')
    .option('--memo <text>', 'a public note of at most 256 bytes')
    .option('--max-fee <amount>', 'the most to pay the network for it, in rUv')
    .option('--co-sign', "sign with the account's second key too: beyond its daily limit")
    .option(
      '--nonce <n>',
      'in place of the one with this nonce, which is on its way or missing (see tx nonces)',
      nonceOption,
    )
  waitOptions(transfer)
  examples(
    transfer,
    'transfer ruvd1… 12.5 --memo "invoice 7"',
    'transfer ruvd1… 3 --from main --wait finalized --timeout 20 --json',
  )
  action(transfer, environment, (context, options, to, amount) => {
    const from = text(options, 'from')
    const memo = text(options, 'memo')
    const maxFee = text(options, 'maxFee')
    const recipient = recipientArgument(given(to))
    const microRuv = amountArgument(given(amount))
    const maxMicroRuv = maxFee === undefined ? undefined : amountArgument(maxFee)
    const intent = {
      transfers: [{ to: recipient, amount: microRuv, ...(memo === undefined ? {} : { memo }) }],
      ...(from === undefined ? {} : { from }),
      ...(maxMicroRuv === undefined ? {} : { maxFee: maxMicroRuv }),
      ...(options.coSign === true ? { coSign: true } : {}),
      ...(options.nonce === undefined ? {} : { nonce: options.nonce as number }),
    }
    context.out.note(
      `Paying ${showAmount(microRuv)} to ${printable(recipient)}${memo === undefined ? '' : `, memo "${printable(memo)}"`}.` +
        ` Fee: ${maxMicroRuv === undefined ? 'what the network asks now' : `at most ${showAmount(maxMicroRuv)}`}.`,
    )
    return submit(context, options, (client, idempotencyKey, signal) =>
      client.transactions.create({ ...intent, idempotencyKey }, { signal }),
    )
  })

  const faucet = program
    .command('faucet')
    .argument('<account>', 'address or label of an account of the vault')
    .argument('[amount]', 'rUv; left out, the most it gives now')
    .description('get rUv for trying things out; development networks only')
  waitOptions(faucet)
  examples(faucet, 'faucet main', 'faucet main 100 --wait finalized')
  action(faucet, environment, (context, options, account, amount) => {
    const microRuv = amount === undefined ? undefined : amountArgument(amount)
    const request = { account: given(account), ...(microRuv === undefined ? {} : { amount: microRuv }) }
    return submit(context, options, (client, idempotencyKey, signal) =>
      client.transactions.faucet({ ...request, idempotencyKey }, { signal }),
    )
  })
}

/** An address is checked here, before anything is asked of the node; any other text is left to the node as a label. */
export function recipientArgument(to: string): string {
  return /^ruv[dt]?1/i.test(to) ? addressArgument(to).address : to
}

/** A nonce as it is typed. */
export function nonceOption(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new InvalidArgumentError('A whole number, as `tx nonces` shows them.')
  return Number(value)
}

/** `--wait`, `--timeout` and `--idempotency-key`. */
export function waitOptions(command: Command): void {
  command.addOption(
    new Option('--wait <state>', 'return when it has come so far').choices(waitStates).default('submitted'),
  )
  command.option(
    '--timeout <seconds>',
    `how long to wait (default: ${cliLimits.defaultWaitSeconds}); it ends in exit code 6, and the transaction goes on`,
    parseWaitSeconds,
  )
  command.option(
    '--idempotency-key <key>',
    'the same key and request give the same transaction, so a repeat cannot pay twice',
  )
}

type Send = (client: NodeClient, idempotencyKey: string, signal: AbortSignal) => Promise<Transaction>

/** Submits, waits as far as asked, prints what is known, and ends in the exit code of what became of it. */
export async function submit({ withNode, out }: CommandContext, options: Options, send: Send): Promise<void> {
  const idempotencyKey = text(options, 'idempotencyKey') ?? randomUUID()
  await withNode(async (client, signal) => {
    const first = await send(client, idempotencyKey, signal).catch((error: unknown) => {
      throw isUncertain(error) ? uncertain(error, idempotencyKey) : error
    })
    const waiting = {
      until: (text(options, 'wait') ?? 'submitted') as WaitState,
      timeoutSeconds: (options.timeout as number | undefined) ?? cliLimits.defaultWaitSeconds,
    }
    const { view, cutShort } = await follow(client, first, waiting, out, signal)
    out.data(view, () => transactionText(view, out))
    const failure = cutShort ?? ledgerFailure(view)
    if (failure !== undefined) throw failure
  })
}

/** The call went out and no answer came: the payment may be on its way. The key makes trying again safe. */
function uncertain(error: unknown, idempotencyKey: string): CliError {
  const { code, exitCode } = failureOf(error)
  return new CliError(code, 'No answer came, so it is not known whether the payment was taken.', {
    hint: `Repeat the same command with --idempotency-key ${idempotencyKey}: with it the payment cannot be made twice.`,
    kind: exitCode === exitCodes.interrupted ? 'interrupted' : 'unreachable',
    cause: error,
  })
}
