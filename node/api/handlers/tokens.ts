/** tokens.*: decimal strings and times to what the service takes, views to shapes. */
import type { NodeServices, TokenView } from '../../services/types.ts'
import type { Token } from '../contract/index.ts'
import type { Guarded } from './guard.ts'
import { timestampOf } from './views.ts'

export function tokensHandlers(os: Guarded['tokens'], tokens: NodeServices['tokens']) {
  return {
    create: os.create.handler(async ({ input: { label, scopes, limits = {}, expiresAt } }) => {
      const { token, view } = await tokens.create({
        label,
        scopes,
        limits: {
          perTransactionMicroRuv: optionalAmount(limits.perTransaction),
          perDayMicroRuv: optionalAmount(limits.perDay),
          recipients: limits.recipients,
        },
        expiresAtMs: expiresAt === undefined ? undefined : Date.parse(expiresAt),
      })
      return { token, ...tokenShape(view) }
    }),
    list: os.list.handler(async () => (await tokens.list()).map(tokenShape)),
    revoke: os.revoke.handler(async ({ input: { id } }) => {
      await tokens.revoke(id)
      return { id }
    }),
  }
}

const optionalAmount = (text: string | undefined): bigint | undefined => (text === undefined ? undefined : BigInt(text))

export function tokenShape(view: TokenView): Token {
  const { perTransactionMicroRuv, perDayMicroRuv, recipients } = view.limits
  return {
    id: view.id,
    label: view.label,
    scopes: [...view.scopes],
    limits: {
      ...(perTransactionMicroRuv === undefined ? {} : { perTransaction: perTransactionMicroRuv.toString() }),
      ...(perDayMicroRuv === undefined ? {} : { perDay: perDayMicroRuv.toString() }),
      ...(recipients === undefined ? {} : { recipients: [...recipients] }),
    },
    createdAt: timestampOf(view.createdAtMs),
    expiresAt: view.expiresAtMs === null ? null : timestampOf(view.expiresAtMs),
    spentToday: view.spentTodayMicroRuv.toString(),
  }
}
