/** `qudag account` and `qudag address`. */
import { type Command, Option } from 'commander'
import { accountsText, accountText } from '../account-text.ts'
import { addressArgument } from '../address.ts'
import type { Environment } from '../environment.ts'
import { usageError } from '../errors.ts'
import { fields } from '../output.ts'
import { action, examples, given, type Options, text } from './action.ts'
import { onlyAccount } from './only-account.ts'
import { addPolicyCommands } from './policy.ts'

const suites = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'ML-DSA-65+P-256'] as const

export function addAccountCommands(program: Command, environment: Environment): void {
  const account = program.command('account').description('accounts of the vault, and any account of the ledger')

  const create = account
    .command('create')
    .description('create an account in the open vault')
    .option('--label <text>', 'a name of your own for it')
    .addOption(suiteOption())
    .option(
      '--hardware <pairing>',
      'by a paired key of a token, in place of one of the vault; id or label of the pairing',
    )
    .option('--idempotency-key <key>', keyDescription)
  examples(create, 'account create --label main', 'account create --label savings --hardware card')
  action(create, environment, ({ withNode, out }, options) =>
    withNode(async (client, signal) => {
      const hardware = text(options, 'hardware')
      const asked = { suite: suiteOf(options), ...(hardware === undefined ? {} : { hardware }), ...common(options) }
      const created = await client.accounts.create(asked, { signal })
      out.data(created, () => accountText(created))
    }),
  )

  const watch = account
    .command('watch')
    .argument('[address]', 'of the account; or name its public key')
    .description('follow an account whose key is elsewhere: its balance is shown here, and nothing can be paid from it')
    .summary('follow an account whose key is elsewhere')
    .option('--public-key <hex>', 'the public key in place of the address')
    .addOption(suiteOption())
    .option('--label <text>', 'a name of your own for it')
    .option('--idempotency-key <key>', keyDescription)
  examples(watch, 'account watch ruvd1… --label savings', 'account watch --public-key 3f09… --suite ML-DSA-44')
  action(watch, environment, ({ withNode, out }, options, address) => {
    const which = watchedOf(address, options)
    return withNode(async (client, signal) => {
      const watched = await client.accounts.create({ ...which, ...common(options) }, { signal })
      out.data(watched, () => accountText(watched))
    })
  })

  const unwatch = account
    .command('unwatch')
    .argument('<account>', 'address or label')
    .description('stop following a watched account')
  examples(unwatch, 'account unwatch savings')
  action(unwatch, environment, ({ withNode, out }, _options, name) =>
    withNode(async (client, signal) => {
      const unwatched = await client.accounts.unwatch({ account: given(name) }, { signal })
      out.data(unwatched, () => `Not watched any more: ${unwatched.address}`)
    }),
  )

  const rename = account
    .command('rename')
    .argument('<account>', 'address or label')
    .argument('<label>', 'its new name')
    .description('name an account anew; one of the vault while that is open, a watched one at any time')
    .summary('name an account anew')
  examples(rename, 'account rename main household')
  action(rename, environment, ({ withNode, out }, _options, name, label) =>
    withNode(async (client, signal) => {
      const renamed = await client.accounts.rename({ account: given(name), label: given(label) }, { signal })
      out.data(renamed, () => accountText(renamed))
    }),
  )

  const list = account
    .command('list')
    .description('the accounts of the vault, also while it is locked, and those that are watched')
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
          ['Path', exported.path ?? undefined],
          ['Public key', exported.publicKey],
        ]),
      )
    }),
  )

  addPolicyCommands(account, environment)

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

const keyDescription = 'the same key and request give the same account, also after a crash'

function suiteOption(): Option {
  return new Option('--suite <suite>', 'signature suite').choices(suites).default('ML-DSA-65')
}

function suiteOf(options: Options): (typeof suites)[number] {
  return text(options, 'suite') as (typeof suites)[number]
}

/** What creating and watching take alike. */
function common(options: Options): { label?: string; idempotencyKey?: string } {
  const label = text(options, 'label')
  const idempotencyKey = text(options, 'idempotencyKey')
  return { ...(label === undefined ? {} : { label }), ...(idempotencyKey === undefined ? {} : { idempotencyKey }) }
}

/** @throws CliError USAGE, ADDRESS_INVALID */
function watchedOf(
  address: string | undefined,
  options: Options,
): { address: string } | { publicKey: string; suite: (typeof suites)[number] } {
  const publicKey = text(options, 'publicKey')
  if ((address === undefined) === (publicKey === undefined)) {
    throw usageError('Name either an address or a --public-key.', 'See: qudag account watch --help')
  }
  if (publicKey === undefined) return { address: addressArgument(given(address)).address }
  if (!/^(?:[0-9a-f]{2})+$/i.test(publicKey)) throw usageError('The public key is not hex.')
  return { publicKey, suite: suiteOf(options) }
}
