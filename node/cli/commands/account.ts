/** `qudag account` and `qudag address`. */
import { type Command, Option } from 'commander'
import type { NodeClient } from '../../api/client/index.ts'
import { accountsText, accountText } from '../account-text.ts'
import { addressArgument } from '../address.ts'
import type { Environment } from '../environment.ts'
import { CliError, usageError } from '../errors.ts'
import { fields } from '../output.ts'
import { action, examples, given, text } from './action.ts'

const suites = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const

export function addAccountCommands(program: Command, environment: Environment): void {
  const account = program.command('account').description('accounts of the vault, and any account of the ledger')

  const create = account
    .command('create')
    .description('create an account in the open vault')
    .option('--label <text>', 'a name of your own for it')
    .addOption(new Option('--suite <suite>', 'signature suite').choices(suites).default('ML-DSA-65'))
  examples(create, 'account create --label main')
  action(create, environment, ({ withNode, out }, options) =>
    withNode(async (client, signal) => {
      const label = text(options, 'label')
      const suite = text(options, 'suite') as (typeof suites)[number]
      const created = await client.accounts.create({ suite, ...(label === undefined ? {} : { label }) }, { signal })
      out.data(created, () => accountText(created))
    }),
  )

  const list = account.command('list').description('the accounts of the vault, also while it is locked')
  action(list, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const accounts = await client.accounts.list(undefined, { signal })
      out.data(accounts, () => accountsText(accounts))
    }),
  )

  const show = account
    .command('show')
    .argument('[account]', 'address or label; may be left out where the vault has one account')
    .description('balance and nonce of an account')
  examples(show, 'account show main', 'account show ruvd1…')
  action(show, environment, ({ withNode, out }, _options, name) =>
    withNode(async (client, signal) => {
      const shown = await client.accounts.show({ account: name ?? (await onlyAccount(client, signal)) }, { signal })
      out.data(shown, () => accountText(shown))
    }),
  )

  const exportPublic = account
    .command('export-public')
    .argument('[account]', 'address or label; may be left out where the vault has one account')
    .description('public key and derivation path of an account: what a watching wallet needs')
  action(exportPublic, environment, ({ withNode, out }, _options, name) =>
    withNode(async (client, signal) => {
      const exported = await client.accounts.exportPublic(
        { account: name ?? (await onlyAccount(client, signal)) },
        { signal },
      )
      out.data(exported, () =>
        fields([
          ['Account', exported.address],
          ['Suite', exported.suite],
          ['Path', exported.path],
          ['Public key', exported.publicKey],
        ]),
      )
    }),
  )

  const address = program.command('address').description('addresses')
  const verify = address
    .command('verify')
    .argument('<address>', 'the address to check')
    .description('check the form of an address and tell its network; needs no node')
  examples(verify, 'address verify ruvd1…')
  action(verify, environment, ({ out, globals }, _options, text) => {
    const facts = addressArgument(given(text))
    if (
      globals.network !== undefined &&
      ['dev', 'test', 'main'].includes(globals.network) &&
      facts.network !== globals.network
    ) {
      throw usageError(`The address is sound, but of the network ${facts.network}.`, '', 'ADDRESS_WRONG_NETWORK')
    }
    out.data({ valid: true, ...facts }, () =>
      fields([
        ['Address', facts.address],
        ['Network', facts.network],
      ]),
    )
  })
}

/** The account that is meant where none is named. */
export async function onlyAccount(client: NodeClient, signal: AbortSignal): Promise<string> {
  const accounts = await client.accounts.list(undefined, { signal })
  const [first] = accounts
  if (first !== undefined && accounts.length === 1) return first.address
  throw new CliError(
    first === undefined ? 'ACCOUNT_UNKNOWN' : 'ACCOUNT_AMBIGUOUS',
    first === undefined ? 'The vault has no account.' : `The vault has ${accounts.length} accounts: name one.`,
    {
      hint: first === undefined ? 'Create one with: qudag account create' : 'See them with: qudag account list',
      kind: first === undefined ? 'failed' : 'usage',
    },
  )
}
