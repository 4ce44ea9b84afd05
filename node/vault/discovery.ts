/** After a restore: which accounts of the phrase exist. */
import { type SignatureSuite, signatureSuites } from '../crypto/suites.ts'
import { deriveAccount } from './account-keys.ts'
import { countUsed, defaultSuite, nextIndex } from './accounts.ts'
import { vaultError } from './errors.ts'
import { limits } from './limits.ts'
import type { SecretBytes } from './secrets.ts'
import type { VaultAccount, VaultDeps } from './types.ts'

/** The default suite first: should the limit be reached, it is what most accounts have. */
const searchOrder: readonly SignatureSuite[] = [
  defaultSuite,
  ...(Object.keys(signatureSuites) as SignatureSuite[]).filter((suite) => suite !== defaultSuite),
]

type DiscoveryDeps = Pick<VaultDeps, 'keys' | 'addressOf' | 'clock' | 'discover'>

/** Whether the ledger has seen the address. @throws NodeError ACCOUNT_DISCOVERY_FAILED */
export async function isUsed(address: string, discover: VaultDeps['discover']): Promise<boolean> {
  if (discover === undefined) return false
  try {
    return await discover(address)
  } catch {
    throw vaultError('ACCOUNT_DISCOVERY_FAILED')
  }
}

/**
 * Accounts that the vault does not list yet: in every suite up to the last used one, and of the default suite
 * `minimum` in all, used or not.
 *
 * @throws NodeError ACCOUNT_DISCOVERY_FAILED
 */
export async function findAccounts(
  masterSeed: SecretBytes,
  listed: readonly VaultAccount[],
  minimum: number,
  deps: DiscoveryDeps,
): Promise<readonly VaultAccount[]> {
  const found: VaultAccount[] = []
  for (const suite of searchOrder) {
    const first = nextIndex(listed, suite)
    const room = limits.maxAccounts - listed.length - found.length
    const derived: VaultAccount[] = []
    const at = (offset: number): VaultAccount => {
      derived[offset] ??= {
        ...deriveAccount(masterSeed, suite, first + offset, deps),
        label: null,
        restored: true,
        request: null,
      }
      return derived[offset]
    }
    const used =
      deps.discover === undefined
        ? 0
        : await countUsed(first, room, (index) => isUsed(at(index - first).address, deps.discover))
    const wanted = suite === defaultSuite ? Math.min(minimum - first, room) : 0
    for (let offset = 0; offset < Math.max(used, wanted); offset++) found.push(at(offset))
  }
  return found
}
