/** `qudag token`: what lets other programs use this node over HTTP, within limits. */
import { type Command, InvalidArgumentError } from 'commander'
import { type TokenScopeName, tokenScope } from '../../api/contract/index.ts'
import { addressArgument } from '../address.ts'
import { amountArgument } from '../amount.ts'
import type { Environment } from '../environment.ts'
import { cliLimits } from '../limits.ts'
import { tokensText, tokenText } from '../token-text.ts'
import { action, examples, given, type Options, text } from './action.ts'

export function addTokenCommands(program: Command, environment: Environment): void {
  const token = program.command('token').description('tokens that let other programs use this node, within limits')

  const create = token
    .command('create')
    .description('make a token; it is shown once, and kept only as a hash')
    .requiredOption('--label <text>', 'a name of your own for it')
    .requiredOption(
      '--scope <scopes>',
      'read: see; submit: hand in transactions signed elsewhere; spend: have the open vault sign. Several with commas',
      scopeList,
    )
    .option('--per-transaction <amount>', 'the most it may spend in a transaction, fee included, in rUv')
    .option('--per-day <amount>', 'the most it may spend within any 24 hours, fees included, in rUv')
    .option('--recipient <address...>', 'an address it may pay; repeat it for more, leave it out for any')
    .option('--expires-in <time>', 'when it ends by itself, as 12h, 30d or 8w; left out, never', lifetime)
  examples(
    create,
    'token create --label dashboard --scope read',
    'token create --label shop --scope read,spend --per-transaction 5 --per-day 20 --recipient ruvd1… --expires-in 30d',
  )
  action(create, environment, ({ withNode, out }, options) => {
    const limits = limitsOf(options)
    const lifeMs = options.expiresIn as number | undefined
    const request = {
      label: given(text(options, 'label')),
      scopes: options.scope as TokenScopeName[],
      ...(limits === undefined ? {} : { limits }),
      ...(lifeMs === undefined ? {} : { expiresAt: new Date(Date.now() + lifeMs).toISOString() }),
    }
    return withNode(async (client, signal) => {
      const created = await client.tokens.create(request, { signal })
      out.data(created, () => tokenText(created, created.token))
      out.note('Keep it like a password. It is sent as the header "Authorization: Bearer …" and is not shown again.')
      if (request.scopes.includes('spend') && limits?.perDay === undefined) {
        out.note('Made without --per-day, it may spend all that the vault holds.')
      }
    })
  })

  const list = token.command('list').description('the tokens there are, with their limits and what they have spent')
  action(list, environment, ({ withNode, out }) =>
    withNode(async (client, signal) => {
      const tokens = await client.tokens.list(undefined, { signal })
      out.data(tokens, () => tokensText(tokens, Date.now()))
    }),
  )

  const revoke = token
    .command('revoke')
    .argument('<id>', 'as `token list` shows it')
    .description('end a token at once; nothing more is signed for it')
  examples(revoke, 'token revoke 4f1c09ab77d2')
  action(revoke, environment, ({ withNode, out }, _options, id) =>
    withNode(async (client, signal) => {
      const revoked = await client.tokens.revoke({ id: given(id) }, { signal })
      out.data(revoked, () => `Revoked ${revoked.id}.`)
    }),
  )
}

function scopeList(value: string): TokenScopeName[] {
  const names = value.split(',').map((name) => tokenScope.safeParse(name.trim()))
  const known = names.flatMap((name) => (name.success ? [name.data] : []))
  if (known.length < names.length) throw new InvalidArgumentError(`Of ${tokenScope.options.join(', ')}.`)
  return [...new Set(known)]
}

/** @throws CliError AMOUNT_INVALID, ADDRESS_INVALID */
function limitsOf(options: Options) {
  const perTransaction = text(options, 'perTransaction')
  const perDay = text(options, 'perDay')
  const recipients = options.recipient as readonly string[] | undefined
  if (perTransaction === undefined && perDay === undefined && recipients === undefined) return undefined
  return {
    ...(perTransaction === undefined ? {} : { perTransaction: amountArgument(perTransaction) }),
    ...(perDay === undefined ? {} : { perDay: amountArgument(perDay) }),
    ...(recipients === undefined ? {} : { recipients: recipients.map((address) => addressArgument(address).address) }),
  }
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

function lifetime(value: string): number {
  const [, count, unit] = /^(\d{1,7})([mhdw])$/.exec(value) ?? []
  const ms = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN)
  if (!(ms > 0 && ms <= cliLimits.maxTokenLifeMs)) {
    throw new InvalidArgumentError(
      'A whole number of minutes, hours, days or weeks, as 30m, 12h, 30d or 8w; ten years at most.',
    )
  }
  return ms
}
