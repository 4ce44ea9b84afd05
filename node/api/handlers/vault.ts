/** vault.*: hands secrets over and keeps none. */
import type { NodeServices } from '../../services/types.ts'
import type { Guarded } from './guard.ts'
import { accountShape, vaultStatusShape } from './views.ts'

export function vaultHandlers(os: Guarded['vault'], vault: NodeServices['vault']) {
  return {
    status: os.status.handler(async () => vaultStatusShape(await vault.status())),
    init: os.init.handler(async ({ input, context: { call } }) => {
      call.handOver()
      const { phrase } = await vault.init(input)
      call.wipeAfterAnswer(phrase)
      return { phrase }
    }),
    restorePhrase: os.restorePhrase.handler(async ({ input, context: { call } }) => {
      call.handOver()
      const { accounts } = await vault.restorePhrase(input)
      return { accounts: accounts.map(accountShape) }
    }),
    restoreBackup: os.restoreBackup.handler(async ({ input, context: { call } }) => {
      call.handOver()
      const { accounts } = await vault.restoreBackup(input)
      return { accounts: accounts.map(accountShape) }
    }),
    unlock: os.unlock.handler(async ({ input, context: { call } }) => {
      call.handOver()
      await vault.unlock(input)
      return {}
    }),
    lock: os.lock.handler(async () => {
      await vault.lock()
      return {}
    }),
    keepOpen: os.keepOpen.handler(async () => vaultStatusShape(await vault.keepOpen())),
    changePassword: os.changePassword.handler(async ({ input, context: { call } }) => {
      call.handOver()
      await vault.changePassword(input)
      return {}
    }),
    seal: os.seal.handler(async ({ input, context: { call } }) => {
      call.handOver()
      await vault.seal(input)
      return {}
    }),
    unseal: os.unseal.handler(async ({ input, context: { call } }) => {
      call.handOver()
      await vault.unseal(input)
      return {}
    }),
    backup: os.backup.handler(async ({ input, context: { call } }) => {
      call.handOver()
      const { backup } = await vault.backup(input)
      return { backup }
    }),
  }
}
