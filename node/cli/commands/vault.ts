/** `qudag vault`: the keystore. The node is asked for first, so that nobody types a password for nothing. */
import { type Command, InvalidArgumentError } from 'commander'
import type { NodeClient } from '../../api/client/index.ts'
import { type Account, contractLimits, type VaultStatusShape } from '../../api/contract/index.ts'
import { accountsText } from '../account-text.ts'
import type { CommandContext } from '../context.ts'
import type { Environment } from '../environment.ts'
import { CliError, usageError } from '../errors.ts'
import { fields, type Output, printable } from '../output.ts'
import { readFileUpTo, refuseExisting, writeNewFile } from '../private-files.ts'
import { required, type SecretName, type SecretRequest, secretOptions, withSecrets } from '../secrets.ts'
import { action, examples, given, type Options, text } from './action.ts'

export function addVaultCommands(program: Command, environment: Environment): void {
  const vault = program.command('vault').description('the keystore: create, unlock, back up, restore')
  addInit(vault, environment)
  addUnlock(vault, environment)
  addLock(vault, environment)
  addBackup(vault, environment)
  addRestore(vault, environment)
  addChangePassword(vault, environment)
  addSeal(vault, environment)
  addStatus(vault, environment)
}

type Secrets = Partial<Record<SecretName, Uint8Array>>

interface Call {
  readonly client: NodeClient
  readonly secrets: Secrets
  readonly signal: AbortSignal
}

/** @param vaultMust what the vault has to be for the call to make sense, checked before anything is asked */
function withNodeAndSecrets(
  { withNode }: CommandContext,
  options: Options,
  vaultMust: 'exist' | 'be missing',
  requests: readonly SecretRequest[],
  use: (call: Call) => Promise<void>,
): Promise<void> {
  return withNode(async (client, signal) => {
    const { exists } = await client.vault.status(undefined, { signal })
    if (exists && vaultMust === 'be missing') {
      throw new CliError('VAULT_EXISTS', 'There is a vault in this data folder already; it was left as it is.', {
        hint: 'Use another --data-dir for another vault.',
      })
    }
    if (!exists && vaultMust === 'exist') {
      throw new CliError('VAULT_MISSING', 'There is no vault in this data folder yet.', {
        hint: 'Create one with: qudag vault init; or bring one back with: qudag vault restore',
      })
    }
    await withSecrets(requests, options, (secrets) => use({ client, secrets, signal }))
  })
}

function addInit(vault: Command, environment: Environment): void {
  const init = vault
    .command('init')
    .description('create the vault and show its recovery phrase, once')
    .summary('create the vault')
  secretOptions(init, 'password', 'passphrase')
  examples(init, 'vault init', 'vault init --password-file ~/.qudag-password --json')
  const requests = [
    { name: 'password', isNew: true },
    { name: 'passphrase', optional: true },
  ] as const
  action(init, environment, (context, options) =>
    withNodeAndSecrets(context, options, 'be missing', requests, async ({ client, secrets, signal }) => {
      const { phrase } = await client.vault.init(
        { password: required(secrets.password), ...passphraseOf(secrets) },
        { signal },
      )
      showPhrase(phrase, context.out)
    }),
  )
}

const wordsPerLine = 4
const wordCellCharacters = 14

/** The one place where a phrase becomes text: it has to be read. */
function showPhrase(phrase: Uint8Array, out: Output): void {
  const words = new TextDecoder().decode(phrase).split(' ')
  phrase.fill(0)
  const cells = words.map((word, index) => `${String(index + 1).padStart(2)}. ${word}`.padEnd(wordCellCharacters))
  const lines: string[] = []
  for (let i = 0; i < cells.length; i += wordsPerLine)
    lines.push(
      cells
        .slice(i, i + wordsPerLine)
        .join('')
        .trimEnd(),
    )
  out.data({ phrase: words }, () => lines.join('\n'))
  out.note(
    '\nWrite these words down in this order and keep the paper safe. Whoever has them has the money;' +
      '\nwithout them and without a backup nobody can bring it back. They are not shown again.' +
      '\nNext: qudag account create --label main',
  )
}

function addUnlock(vault: Command, environment: Environment): void {
  const unlock = secretOptions(vault.command('unlock').description('open the vault, so that it can sign'), 'password')
  examples(unlock, 'vault unlock', 'vault unlock --password-fd 3 3< <(pass show qudag)')
  action(unlock, environment, (context, options) =>
    withNodeAndSecrets(context, options, 'exist', [{ name: 'password' }], async ({ client, secrets, signal }) => {
      await client.vault.unlock({ password: required(secrets.password) }, { signal })
      showStatus(await client.vault.status(undefined, { signal }), context.out)
    }),
  )
}

function addLock(vault: Command, environment: Environment): void {
  const lock = vault.command('lock').description('lock the vault and forget its keys')
  action(lock, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      await client.vault.lock(undefined, { signal })
      showStatus(await client.vault.status(undefined, { signal }), out)
    }),
  )
}

function addBackup(vault: Command, environment: Environment): void {
  const backup = vault
    .command('backup')
    .argument('<file>', 'where to write the encrypted backup; it must not exist yet')
    .description('write an encrypted backup; it opens with the password of now, also after that is changed')
    .summary('write an encrypted backup')
  secretOptions(backup, 'password')
  examples(backup, 'vault backup /media/stick/qudag-backup.json')
  action(backup, environment, async (context, options, fileArgument) => {
    const file = given(fileArgument)
    // Before the password is asked for; the write below is what really refuses to overwrite.
    await refuseExisting(file)
    await withNodeAndSecrets(context, options, 'exist', [{ name: 'password' }], async ({ client, secrets, signal }) => {
      const { backup: bytes } = await client.vault.backup({ password: required(secrets.password) }, { signal })
      await writeNewFile(file, bytes)
      context.out.data({ file, bytes: bytes.length }, () => `${file}  ${bytes.length} bytes`)
      context.out.note('Keep it on another machine, and remember the password it was made under.')
    })
  })
}

function addRestore(vault: Command, environment: Environment): void {
  const restore = vault
    .command('restore')
    .description('bring a vault back from its recovery phrase, or from a backup file')
    .option('--backup <file>', 'from this encrypted backup; the password is the one it was made under')
    .option('--accounts <n>', 'derive at least so many accounts from the phrase', accountCount)
  secretOptions(restore, 'phrase', 'password', 'passphrase')
  examples(
    restore,
    'vault restore',
    'vault restore --phrase-file words.txt --password-file password.txt',
    'vault restore --backup /media/stick/qudag-backup.json',
  )
  action(restore, environment, (context, options) => {
    const backupFile = text(options, 'backup')
    return backupFile === undefined
      ? restoreFromPhrase(context, options)
      : restoreFromBackup(context, options, backupFile)
  })
}

const showAccounts = (accounts: readonly Account[], out: Output): void =>
  out.data({ accounts }, () => accountsText(accounts))

async function restoreFromBackup(context: CommandContext, options: Options, file: string): Promise<void> {
  for (const name of ['accounts', 'phraseFile', 'phraseFd', 'passphraseFile', 'passphraseFd']) {
    if (options[name] !== undefined) throw usageError('A backup needs its password only, no phrase and no number.')
  }
  const backup = await readFileUpTo(file, contractLimits.maxBackupBytes)
  await withNodeAndSecrets(
    context,
    options,
    'be missing',
    [{ name: 'password' }],
    async ({ client, secrets, signal }) => {
      const { accounts } = await client.vault.restoreBackup(
        { backup, password: required(secrets.password) },
        { signal },
      )
      showAccounts(accounts, context.out)
    },
  )
}

function restoreFromPhrase(context: CommandContext, options: Options): Promise<void> {
  const count = options.accounts as number | undefined
  const requests = [
    { name: 'phrase' },
    { name: 'passphrase', optional: true },
    { name: 'password', isNew: true },
  ] as const
  return withNodeAndSecrets(context, options, 'be missing', requests, async ({ client, secrets, signal }) => {
    const { accounts } = await client.vault.restorePhrase(
      {
        phrase: required(secrets.phrase),
        password: required(secrets.password),
        ...passphraseOf(secrets),
        ...(count === undefined ? {} : { accounts: count }),
      },
      { signal },
    )
    showAccounts(accounts, context.out)
  })
}

function accountCount(value: string): number {
  const most = contractLimits.maxRestoredAccounts
  if (!/^\d{1,5}$/.test(value) || Number(value) < 1 || Number(value) > most) {
    throw new InvalidArgumentError(`A number from 1 to ${most}.`)
  }
  return Number(value)
}

function addChangePassword(vault: Command, environment: Environment): void {
  const change = vault.command('change-password').description('change the password of the vault')
  secretOptions(change, 'password', 'new-password')
  examples(change, 'vault change-password')
  const requests = [{ name: 'password' }, { name: 'new-password', isNew: true }] as const
  action(change, environment, (context, options) =>
    withNodeAndSecrets(context, options, 'exist', requests, async ({ client, secrets, signal }) => {
      const newPassword = required(secrets['new-password'])
      await client.vault.changePassword({ password: required(secrets.password), newPassword }, { signal })
      context.out.data({ changed: true }, () => 'The password was changed.')
      context.out.note('Backups made before still open with the password of then.')
    }),
  )
}

function addSeal(vault: Command, environment: Environment): void {
  const seal = vault
    .command('seal')
    .argument('<pairing>', 'id or label of a paired key that seals (qudag hsm pair --seal)')
    .description('from here on the vault opens with its password and a key of a token, and so do its backups')
    .summary('have a key of a token needed to open the vault')
  secretOptions(seal, 'password')
  examples(seal, 'hsm unlock card', 'vault seal card')
  action(seal, environment, (context, options, name) =>
    withNodeAndSecrets(context, options, 'exist', [{ name: 'password' }], async ({ client, secrets, signal }) => {
      await client.vault.seal({ password: required(secrets.password), hardware: given(name) }, { signal })
      context.out.data({ sealed: true }, () => 'Sealed.')
      context.out.note(
        'Without the token only the recovery phrase brings the accounts back: make sure that you have it.',
      )
    }),
  )

  const unseal = vault
    .command('unseal')
    .description('the password alone opens the vault again; needs the token once more')
  secretOptions(unseal, 'password')
  examples(unseal, 'vault unseal')
  action(unseal, environment, (context, options) =>
    withNodeAndSecrets(context, options, 'exist', [{ name: 'password' }], async ({ client, secrets, signal }) => {
      await client.vault.unseal({ password: required(secrets.password) }, { signal })
      context.out.data({ sealed: false }, () => 'Unsealed.')
    }),
  )
}

function addStatus(vault: Command, environment: Environment): void {
  const status = vault.command('status').description('whether there is a vault, and whether it is locked')
  action(status, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => showStatus(await client.vault.status(undefined, { signal }), out)),
  )
}

function showStatus(status: VaultStatusShape, out: Output): void {
  const state = status.locked ? out.paint('warn', 'locked') : out.paint('good', 'open')
  out.data(status, () =>
    fields([
      ['Vault', status.exists ? state : 'none yet'],
      ['Accounts', String(status.accounts)],
      ['Locks itself', status.autoLockAt ?? undefined],
      ['Next try', status.retryAt ?? undefined],
      ['Sealed by', sealText(status)],
      ...hardwareText(status),
    ]),
  )
}

function sealText({ sealedBy }: VaultStatusShape): string | undefined {
  if (sealedBy === null) return undefined
  const which = sealedBy.label === null ? 'a key that is not paired here' : `"${printable(sealedBy.label)}"`
  return `${which}, token with serial number ${printable(sealedBy.serial)}`
}

function hardwareText({ hardwareKeys }: VaultStatusShape): [string, string][] {
  if (hardwareKeys === null) return [['Hardware keys', 'cannot be read; qudag hsm list says why']]
  return hardwareKeys.map(({ label, use, suite, state }, index) => [
    index === 0 ? 'Hardware keys' : '',
    `${printable(label)}: ${use}${suite === null ? '' : ` (${suite})`}, ${state}`,
  ])
}

function passphraseOf({ passphrase }: Secrets): { passphrase?: Uint8Array } {
  return passphrase === undefined ? {} : { passphrase }
}
