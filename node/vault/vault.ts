/**
 * The vault: one file of accounts under one password, open or locked. Format: docs/vault-file.md.
 *
 * Operations run one after another. A lock does not wait for its turn: it zeroes what is open at once, and what was
 * asked for before does not open the vault again. What an operation changes is on disk before it answers.
 */
import { sealOf } from './kdf.ts'
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
      const stored = open === undefined ? (await core.file.find())?.document : undefined
      const accounts = open?.accounts ?? stored?.public.accounts
      const kdf = open?.key.kdf ?? stored?.kdf
      const seal = kdf === undefined ? undefined : sealOf(kdf)
      return {
        exists: accounts !== undefined,
        locked: open === undefined,
        accounts: accounts?.length ?? 0,
        seal: seal === undefined ? null : { serial: seal.serial, keyId: seal.keyId },
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
    ...vaultPassword(core, deps),
    ...vaultAccounts(core, deps),
  }
}
