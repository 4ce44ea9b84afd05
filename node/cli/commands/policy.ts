/** `qudag account policy`: who signs for an account, how much its key alone may spend in a day, and who takes over. */
import type { Command } from 'commander'
import type { AccountPolicy } from '../../api/contract/index.ts'
import { amountArgument, showAmount } from '../amount.ts'
import { durationArgument, durationText } from '../duration-text.ts'
import type { Environment } from '../environment.ts'
import { usageError } from '../errors.ts'
import { fields, printable } from '../output.ts'
import { action, examples, given, type Options, text } from './action.ts'
import { onlyAccount } from './only-account.ts'
import { submit, waitOptions } from './payment.ts'

/** What a recovery waits where nothing is said: long enough to notice one that somebody else began. */
const defaultDelay = '7d'

export function addPolicyCommands(account: Command, environment: Environment): void {
  const policy = account
    .command('policy')
    .description('who signs for an account, how much its key alone may spend in a day, and who takes over')

  const show = policy
    .command('show')
    .argument('[account]', 'address or label; may be left out where the vault has one account')
    .description('key, daily limit and recovery of an account')
  examples(show, 'account policy show main')
  action(show, environment, ({ withNode, out }, _options, name) =>
    withNode(async (client, signal) => {
      const account = name ?? (await onlyAccount(client, signal))
      const shown = await client.policies.show({ account }, { signal })
      out.data(shown, () => policyText(shown))
    }),
  )

  const setLimit = orderOptions(policy.command('set-limit'))
    .argument('<amount>', "rUv that the account's key may spend by itself in 24 hours; 0 lets it spend nothing alone")
    .option('--second <account>', 'account of the vault whose key signs what goes beyond; left out, as it is')
    .description('ask for a second signature beyond a daily limit; needs both keys once there is one')
    .summary('ask for a second signature beyond a daily limit')
  examples(setLimit, 'account policy set-limit 50 --account main --second token')
  action(setLimit, environment, (context, options, amount) => {
    const dailyLimit = amountArgument(given(amount))
    const key = text(options, 'second')
    const order = { ...orderOf(options), dailyLimit, ...(key === undefined ? {} : { key }) }
    context.out.note(`Setting the daily limit to ${showAmount(dailyLimit)}.`)
    return submit(context, options, (client, idempotencyKey, signal) =>
      client.policies.setLimit({ ...order, idempotencyKey }, { signal }),
    )
  })

  const setRecovery = orderOptions(policy.command('set-recovery'))
    .argument('<key>', 'account of the vault whose key may take over')
    .option('--delay <span>', `how long a recovery waits, such as 7d or 12h (default: ${defaultDelay})`)
    .description('register a key that may take the account over, after a delay in which its own key can stop it')
    .summary('register a key that may take the account over')
  examples(setRecovery, 'account policy set-recovery spare --account main --delay 14d')
  action(setRecovery, environment, (context, options, key) => {
    const delayMs = durationArgument(text(options, 'delay') ?? defaultDelay)
    const order = { ...orderOf(options), key: given(key), delayMs }
    context.out.note(`Registering the key of ${printable(order.key)} for recovery, after ${durationText(delayMs)}.`)
    return submit(context, options, (client, idempotencyKey, signal) =>
      client.policies.setRecovery({ ...order, idempotencyKey }, { signal }),
    )
  })

  const replaceKey = orderOptions(policy.command('replace-key'))
    .argument('<key>', 'account of the vault whose key signs for the account from then on')
    .description('replace the key of an account, which keeps its address; what waits for an earlier nonce is rejected')
    .summary('replace the key of an account')
  examples(replaceKey, 'account policy replace-key new --account main')
  action(replaceKey, environment, (context, options, key) => {
    const order = { ...orderOf(options), key: given(key) }
    context.out.note(`Replacing the key by that of ${printable(order.key)}. The old key signs for the account no more.`)
    return submit(context, options, (client, idempotencyKey, signal) =>
      client.policies.setKey({ ...order, idempotencyKey }, { signal }),
    )
  })

  const clear = orderOptions(policy.command('clear'))
    .argument('<part>', 'limit, with its second key, or recovery')
    .description('lift the daily limit, or take the recovery key away')
  examples(clear, 'account policy clear limit --account main')
  action(clear, environment, (context, options, part) => {
    if (part !== 'limit' && part !== 'recovery') throw usageError('Clear either limit or recovery.')
    const order = { ...orderOf(options), part } as const
    return submit(context, options, (client, idempotencyKey, signal) =>
      client.policies.clear({ ...order, idempotencyKey }, { signal }),
    )
  })

  const recover = policy
    .command('recover')
    .argument('<account>', 'address of the account to recover')
    .option('--from <account>', "account that pays; left out, the recovery key's own")
    .option('--max-fee <amount>', 'the most to pay the network for it, in rUv')
    .description('start the recovery of an account by its recovery key, or finish one whose delay is over')
  waitOptions(recover)
  examples(recover, 'account policy recover ruvd1…', 'account policy recover ruvd1… --from spare --wait finalized')
  action(recover, environment, (context, options, name) => {
    const from = text(options, 'from')
    const order = { ...orderOf(options), account: given(name), ...(from === undefined ? {} : { from }) }
    return submit(context, options, (client, idempotencyKey, signal) =>
      client.policies.recover({ ...order, idempotencyKey }, { signal }),
    )
  })

  const cancelRecovery = orderOptions(policy.command('cancel-recovery')).description(
    "stop a recovery that runs, with the account's own key",
  )
  examples(cancelRecovery, 'account policy cancel-recovery --account main')
  action(cancelRecovery, environment, (context, options) => {
    const order = orderOf(options)
    return submit(context, options, (client, idempotencyKey, signal) =>
      client.policies.cancelRecovery({ ...order, idempotencyKey }, { signal }),
    )
  })
}

function orderOptions(command: Command): Command {
  command
    .option('--account <account>', 'address or label of the account; needed where the vault has several')
    .option('--max-fee <amount>', 'the most to pay the network for it, in rUv')
  waitOptions(command)
  return command
}

function orderOf(options: Options): { account?: string; maxFee?: string } {
  const account = text(options, 'account')
  const maxFee = text(options, 'maxFee')
  return {
    ...(account === undefined ? {} : { account }),
    ...(maxFee === undefined ? {} : { maxFee: amountArgument(maxFee) }),
  }
}

type Key = NonNullable<AccountPolicy['key']>

function keyText({ address, suite, label, inVault }: Key): string {
  const where = inVault ? (label === null ? 'in this vault' : `"${printable(label)}" of this vault`) : 'elsewhere'
  return `${address}  ${suite}  (${where})`
}

export function policyText({ address, key, limit, recovery }: AccountPolicy): string {
  const head: [string, string][] = [
    ['Account', address],
    ['Key', key === null ? 'not on the ledger yet' : keyText(key)],
  ]
  if (limit === null) head.push(['Daily limit', 'none'])
  else {
    head.push(['Daily limit', showAmount(limit.dailyLimit)], ['Spent in 24 hours', showAmount(limit.spent)])
    head.push(['Left', showAmount(limit.left)], ['Second key', keyText(limit.key)])
  }
  if (recovery === null) head.push(['Recovery', 'none'])
  else {
    head.push(['Recovery key', keyText(recovery.key)], ['Delay', durationText(recovery.delayMs)])
    if (recovery.takesOverAt !== null) head.push(['Recovery runs', `takes over from ${recovery.takesOverAt} on`])
  }
  return fields(head)
}
