/** The vault behind the API: its own work, with accounts shown as the ledger sees them, and word of it when it changes. */
import type { Clock } from '../core/clock.ts'
import type { Vault, VaultAccount } from '../vault/index.ts'
import type { HardwareKeys } from '../vault/pkcs11/index.ts'
import type { AccountServices } from './accounts.ts'
import type { NodeEventHub } from './events.ts'
import { hardwareKeyView } from './hsm.ts'
import type { AccountView, NodeServices, VaultStatus } from './types.ts'

export function createVaultServices(deps: {
  readonly vault: Vault
  readonly accounts: AccountServices
  readonly hardware: Pick<HardwareKeys, 'list'>
}): NodeServices['vault'] {
  const { vault, hardware } = deps
  const status = async (): Promise<VaultStatus> => {
    const [{ seal, ...rest }, held] = await Promise.all([
      vault.status(),
      // A pairing that cannot be read keeps nobody from seeing how the vault is.
      hardware.list().catch(() => null),
    ])
    const sealing = held?.find(({ pairing: { key, token } }) => isSealedBy(seal, key, token))?.pairing
    return {
      ...rest,
      sealedBy:
        seal === null ? null : { pairing: sealing?.id ?? null, label: sealing?.label ?? null, serial: seal.serial },
      hardwareKeys: held?.map(hardwareKeyView) ?? null,
    }
  }
  const viewAll = ({ accounts }: { accounts: readonly VaultAccount[] }): { accounts: readonly AccountView[] } => ({
    accounts: accounts.map(deps.accounts.view),
  })
  return {
    status,
    init: (input) => vault.init(input),
    restorePhrase: async (input) => viewAll(await vault.restorePhrase(input)),
    restoreBackup: async (input) => viewAll(await vault.restoreBackup(input)),
    unlock: (input) => vault.unlock(input),
    lock: () => vault.lock(),
    async keepOpen() {
      // First locks a vault whose time was over while the machine slept: being there now does not bring it back.
      await vault.status()
      vault.touch()
      return status()
    },
    changePassword: (input) => vault.changePassword(input),
    seal: (input) => vault.seal(input),
    unseal: (input) => vault.unseal(input),
    backup: (input) => vault.backup(input),
  }
}

function isSealedBy(
  seal: Awaited<ReturnType<Vault['status']>>['seal'],
  key: { readonly kind: string; readonly id: string },
  token: { readonly serial: string },
): boolean {
  return key.kind === 'aes' && key.id === seal?.keyId && token.serial === seal.serial
}

/** What the vault records when it was made or opened (node/vault). */
const openings: ReadonlySet<string> = new Set(['vault.created', 'vault.restored', 'vault.unlocked'])
/** When it was locked, by itself too, or opens with other things than before. */
const changes: ReadonlySet<string> = new Set([...openings, 'vault.locked', 'vault.sealed', 'vault.unsealed'])

/** Whether the vault is open after what it recorded. */
export function opensVault(action: string): boolean {
  return openings.has(action)
}

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
