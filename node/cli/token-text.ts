/** Tokens, for reading. */
import type { Token } from '../api/contract/index.ts'
import { showAmount } from './amount.ts'
import { fields, printable, table } from './output.ts'

const optionalAmount = (amount: string | undefined): string | undefined =>
  amount === undefined ? undefined : showAmount(amount)

/** @param secret the token itself, where it has just been made */
export function tokenText(token: Token, secret?: string): string {
  const { perTransaction, perDay, recipients = [] } = token.limits
  return fields([
    ['Token', secret],
    ['Id', token.id],
    ['Label', printable(token.label)],
    ['Scopes', token.scopes.join(', ')],
    ['Per transaction', optionalAmount(perTransaction)],
    ['Per 24 hours', optionalAmount(perDay)],
    ...recipients.map((recipient): [string, string] => ['May pay', recipient]),
    ['Expires', token.expiresAt ?? 'never'],
  ])
}

export function tokensText(tokens: readonly Token[], nowMs: number): string {
  if (tokens.length === 0) return 'No token yet. Create one with: qudag token create --label shop --scope read'
  return table(
    ['Id', 'Label', 'Scopes', 'Spent in 24 h', 'Per 24 h', 'Per transaction', 'Recipients', 'Expires'],
    tokens.map(({ id, label, scopes, limits, expiresAt, spentToday }) => [
      id,
      printable(label),
      scopes.join(','),
      showAmount(spentToday),
      limitText(scopes, optionalAmount(limits.perDay)),
      limitText(scopes, optionalAmount(limits.perTransaction)),
      limitText(scopes, limits.recipients?.length.toString()),
      expiresAt === null ? 'never' : `${expiresAt}${Date.parse(expiresAt) <= nowMs ? ' (expired)' : ''}`,
    ]),
    [3, 4, 5, 6],
  )
}

/** A token that may not spend needs no limit; one that may and has none must be seen to have none. */
function limitText(scopes: Token['scopes'], limit: string | undefined): string {
  return limit ?? (scopes.includes('spend') ? 'any' : '')
}
