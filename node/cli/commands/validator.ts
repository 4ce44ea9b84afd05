/** `qudag validator`: who validates with what stake, and stake of one's own. */
import type { Command } from 'commander'
import type { NodeClient } from '../../api/client/index.ts'
import type { StakedValidatorList } from '../../api/contract/index.ts'
import { amountArgument, showAmount } from '../amount.ts'
import type { Environment } from '../environment.ts'
import { CliError } from '../errors.ts'
import { proveValidatorKey } from '../node-runner.ts'
import { fields, table } from '../output.ts'
import { action, examples, given, type Options, text } from './action.ts'
import { submit, waitOptions } from './payment.ts'

export function addValidatorCommands(program: Command, environment: Environment): void {
  const validator = program.command('validator').description('validators and their stake: list, bond, unbond')

  const list = validator.command('list').description('validators with their stake, and the running epoch')
  examples(list, 'validator list', 'validator list --json')
  action(list, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const shown = await client.validators.list(undefined, { signal })
      out.data(shown, () => validatorsText(shown))
    }),
  )

  const bond = orderOptions(validator.command('bond'))
    .description('put rUv of an account of the open vault behind a validator; it counts from the next epochs on')
    .option('--validator <keyfile>', "key file of the validator; left out, the running node's own")
    .option('--validator-password-file <file>', 'password of that key file, where it is encrypted')
  waitOptions(bond)
  examples(bond, 'validator bond 500', 'validator bond 500 --from main --validator other.key --wait finalized')
  action(bond, environment, (context, options, amount) => {
    const order = orderOf(options, given(amount))
    const keyFile = text(options, 'validator')
    const passwordFile = text(options, 'validatorPasswordFile')
    context.out.note(
      `Bonding ${showAmount(order.amount)}. It can be asked back, and can be lost where the key signs twice.`,
    )
    return submit(context, options, async (client, idempotencyKey, signal) => {
      const witness =
        keyFile === undefined
          ? {}
          : { validator: await witnessOf(client, { keyFile, passwordFile, from: order.from }, signal) }
      return client.validators.bond({ ...order, ...witness, idempotencyKey }, { signal })
    })
  })

  const unbond = orderOptions(validator.command('unbond'))
    .description('ask stake back; it is paid out once it has been slashable for the unbonding time')
    .option('--validator <id>', "the validator's id, as `validator list` shows it; left out, the running node's own")
  waitOptions(unbond)
  examples(unbond, 'validator unbond 500', 'validator unbond 500 --validator 3f9a… --wait finalized')
  action(unbond, environment, (context, options, amount) => {
    const order = orderOf(options, given(amount))
    const id = text(options, 'validator')
    context.out.note(`Asking ${showAmount(order.amount)} back.`)
    return submit(context, options, (client, idempotencyKey, signal) =>
      client.validators.unbond(
        { ...order, ...(id === undefined ? {} : { validator: id }), idempotencyKey },
        { signal },
      ),
    )
  })
}

function orderOptions(command: Command): Command {
  return command
    .argument('<amount>', 'rUv, with up to 6 decimals')
    .option('--from <account>', 'address or label of the account; needed where the vault has several')
    .option('--max-fee <amount>', 'the most to pay the network for it, in rUv')
}

function orderOf(options: Options, amount: string): { amount: string; from?: string; maxFee?: string } {
  const from = text(options, 'from')
  const maxFee = text(options, 'maxFee')
  return {
    amount: amountArgument(amount),
    ...(from === undefined ? {} : { from }),
    ...(maxFee === undefined ? {} : { maxFee: amountArgument(maxFee) }),
  }
}

/** The proof names the account that bonds and the chain, which the node knows; the key stays here. */
async function witnessOf(
  client: NodeClient,
  { keyFile, passwordFile, from }: { keyFile: string; passwordFile: string | undefined; from: string | undefined },
  signal: AbortSignal,
): Promise<{ publicKey: string; proof: string }> {
  const { chainId } = await client.node.status(undefined, { signal })
  const account = from ?? (await onlyAccount(client, signal))
  const { address } = await client.accounts.show({ account }, { signal })
  return proveValidatorKey({ keyFile, passwordFile, chainId, address })
}

async function onlyAccount(client: NodeClient, signal: AbortSignal): Promise<string> {
  const own = (await client.accounts.list(undefined, { signal })).filter(({ kind }) => kind === 'vault')
  const [first] = own
  if (first === undefined || own.length > 1) {
    throw new CliError('ACCOUNT_REQUIRED', 'Name the account that bonds with --from.', { kind: 'usage' })
  }
  return first.address
}

function validatorsText({ epoch, start, end, total, items }: StakedValidatorList): string {
  const head = fields([
    ['Epoch', String(epoch)],
    ['Since', start],
    ['Ends', `with the first commit from ${end} on`],
    ['Stake', showAmount(total)],
  ])
  const rows = items.map(({ id, owner, bonded, counted, unbonding, jailed, self }) => [
    id,
    jailed ? 'jailed' : counted === '0' ? 'waits' : 'validates',
    showAmount(counted),
    showAmount(bonded),
    showAmount(unbonding.reduce((sum, { amount }) => sum + BigInt(amount), 0n).toString()),
    `${owner ?? 'nobody'}${self ? '  (this node)' : ''}`,
  ])
  return `${head}\n\n${table(['Validator', 'State', 'Counts', 'Bonded', 'Unbonding', 'Owner'], rows, [2, 3, 4])}`
}
