/** accounts.* */
import { fromHex } from '../../core/bytes.ts'
import type { NodeServices } from '../../services/types.ts'
import type { Guarded } from './guard.ts'
import { accountShape, balanceHistoryShape } from './views.ts'

export function accountsHandlers(os: Guarded['accounts'], accounts: NodeServices['accounts']) {
  return {
    create: os.create.handler(async ({ input, context: { tokenId } }) => {
      const { label, idempotencyKey } = input
      const asked = { label, idempotencyKey, tokenId }
      if ('address' in input) return accountShape(await accounts.watch({ ...asked, address: input.address }))
      if ('publicKey' in input) {
        // The input's schema lets hex through only.
        const publicKey = fromHex(input.publicKey) ?? new Uint8Array()
        return accountShape(await accounts.watch({ ...asked, publicKey, suite: input.suite }))
      }
      return accountShape(await accounts.create({ ...asked, suite: input.suite, hardware: input.hardware }))
    }),
    list: os.list.handler(async () => (await accounts.list()).map(accountShape)),
    show: os.show.handler(async ({ input }) => accountShape(await accounts.show(input.account))),
    rename: os.rename.handler(async ({ input }) => accountShape(await accounts.rename(input))),
    unwatch: os.unwatch.handler(({ input }) => accounts.unwatch(input.account)),
    balanceHistory: os.balanceHistory.handler(async ({ input: { account, from, points } }) =>
      balanceHistoryShape(
        await accounts.balanceHistory({ account, points, fromMs: from === undefined ? undefined : Date.parse(from) }),
      ),
    ),
    exportPublic: os.exportPublic.handler(({ input }) => accounts.exportPublic(input.account)),
  }
}
