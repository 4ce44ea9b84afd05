/**
 * The vault: one file of accounts under one password, open or locked. Format: docs/vault-file.md.
 *
 * Operations run one after another. A lock does not wait for its turn: it zeroes what is open at once, and what was
 * asked for before does not open the vault again. What an operation changes is on disk before it answers.
 */
import { limits } from './limits.ts'
import type { Vault, VaultDeps, VaultOptions } from './types.ts'
import { vaultAccounts } from './vault-accounts.ts'
import { createVaultCore } from './vault-core.ts'
import { vaultPassword } from './vault-password.ts'
import { vaultSetup } from './vault-setup.ts'

export function createVault(options: VaultOptions, deps: VaultDeps): Vault {
  const core = createVaultCore(options, deps)
  return {
    async status() {
      const open = core.current()
      const accounts = open?.accounts ?? (await core.file.find())?.document.public.accounts
      return {
        exists: accounts !== undefined,
        locked: open === undefined,
        accounts: accounts?.length ?? 0,
        retryAtMs: await core.attempts.retryAtMs(),
        autoLockAtMs: core.idle.dueAtMs,
      }
    },
    async lock() {
      core.lockNow('user')
    },
    lockNow: core.lockNow,
    touch: core.idle.touch,
    setAutoLock(delayMs) {
      // First locks one whose time was over: a longer one does not bring it back.
      core.current()
      core.idle.setDelay(Math.min(delayMs, limits.maxAutoLockMs))
    },
    ...vaultSetup(core, deps),
    ...vaultPassword(core, deps.rng),
    ...vaultAccounts(core, deps),
  }
}
