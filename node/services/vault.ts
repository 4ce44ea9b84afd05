/** The vault behind the API: its own work, with accounts shown as the ledger sees them, and word of it when it changes. */
import type { Clock } from '../core/clock.ts'
import type { Vault, VaultAccount } from '../vault/index.ts'
import type { AccountServices } from './accounts.ts'
import type { NodeEventHub } from './events.ts'
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
    async keepOpen() {
      // First locks a vault whose time was over while the machine slept: being there now does not bring it back.
      await vault.status()
      vault.touch()
      return vault.status()
    },
    changePassword: (input) => vault.changePassword(input),
    backup: (input) => vault.backup(input),
  }
}

/** What the vault records when it was made, opened or locked, by itself too (node/vault). */
const changes: ReadonlySet<string> = new Set(['vault.created', 'vault.restored', 'vault.unlocked', 'vault.locked'])

/**
 * Announces `vault.changed`. Told of each of the vault's records; says how the vault is by then, so that of two changes in
 * quick succession no reader is left with the older one.
 */
export function createVaultAnnouncer(deps: {
  readonly status: Vault['status']
  readonly hub: NodeEventHub
  readonly clock: Clock
  /** Told where the vault could not say how it is. */
  readonly reportFault: (fault: unknown, where: string) => void
}): (action: string) => void {
  const { status, hub, clock, reportFault } = deps
  return (action) => {
    if (!changes.has(action)) return
    status().then(
      ({ exists, locked }) => hub.publish({ type: 'vault', atMs: clock.nowMs(), exists, locked }),
      (fault: unknown) => reportFault(fault, 'vault.changed'),
    )
  }
}
