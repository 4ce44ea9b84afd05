/** The vault behind the API: its own work, with accounts shown as the ledger sees them. */
import type { Vault, VaultAccount } from '../vault/index.ts'
import type { AccountServices } from './accounts.ts'
import type { AccountView, NodeServices } from './types.ts'

export function createVaultServices(deps: {
  readonly vault: Vault
  readonly accounts: AccountServices
}): NodeServices['vault'] {
  const { vault } = deps
  const viewAll = ({ accounts }: { accounts: readonly VaultAccount[] }): { accounts: readonly AccountView[] } => ({
    accounts: accounts.map(deps.accounts.view),
  })
  return {
    status: () => vault.status(),
    init: (input) => vault.init(input),
    restorePhrase: async (input) => viewAll(await vault.restorePhrase(input)),
    restoreBackup: async (input) => viewAll(await vault.restoreBackup(input)),
    unlock: (input) => vault.unlock(input),
    lock: () => vault.lock(),
    changePassword: (input) => vault.changePassword(input),
    backup: (input) => vault.backup(input),
  }
}
