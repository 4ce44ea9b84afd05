/** accounts.* */
import type { NodeServices } from '../../services/types.ts'
import type { Guarded } from './guard.ts'
import { accountShape } from './views.ts'

export function accountsHandlers(os: Guarded['accounts'], accounts: NodeServices['accounts']) {
  return {
    create: os.create.handler(async ({ input }) => accountShape(await accounts.create(input))),
    list: os.list.handler(async () => (await accounts.list()).map(accountShape)),
    show: os.show.handler(async ({ input }) => accountShape(await accounts.show(input.account))),
    exportPublic: os.exportPublic.handler(({ input }) => accounts.exportPublic(input.account)),
  }
}
