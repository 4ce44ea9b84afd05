/** The secrets of a node: its vault, and keys in tokens, each behind the process of its module. */
import { dirname } from 'node:path'
import { prepareSocketFolder, socketPathOf } from './api/transports/index.ts'
import type { Config } from './config/index.ts'
import { bytesKey } from './core/bytes.ts'
import type { Clock, Scheduler } from './core/clock.ts'
import type { Rng } from './core/rng.ts'
import { defaultSignatureBackend } from './crypto/index.ts'
import type { NodeBase } from './node-base.ts'
import type { Closers, NodeDeps } from './node-types.ts'
import { createVaultAnnouncer, type NodeEventHub, opensVault } from './services/index.ts'
import { createVault, type Vault, type VaultKeys } from './vault/index.ts'
import {
  createForkHost,
  createHardwareKeys,
  createPairings,
  createTokenWorkbench,
  type HardwareKeyDeps,
} from './vault/pkcs11/index.ts'

export interface NodeVault {
  readonly vault: Vault
  readonly hardware: ReturnType<typeof createHardwareKeys>
  readonly workbench: ReturnType<typeof createTokenWorkbench>
}

export interface NodeVaultDeps extends Pick<NodeDeps, 'processHost' | 'workers'> {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly rng: Rng
  readonly keys: VaultKeys
  readonly hub: NodeEventHub
  /** Whether the ledger knows an account, by its key (core/bytes.ts): those that a restored vault finds by itself. */
  readonly isOnLedger: (account: string) => boolean
  /** Called when the vault has opened. */
  readonly opened: () => void
  readonly closers: Closers
  /** What cannot be put on record ends the node. */
  readonly fail: (cause: unknown) => void
  readonly reportFault: (fault: unknown, where: string) => void
}

/** The vault is locked, and no module runs, until somebody asks for one. */
export function openNodeVault(
  { autoLockMinutes }: Pick<Config, 'autoLockMinutes'>,
  { dataDir, audit, chain }: Pick<NodeBase, 'dataDir' | 'audit' | 'chain'>,
  deps: NodeVaultDeps,
): NodeVault {
  const { clock, scheduler, rng, keys, hub, closers, fail, reportFault } = deps
  const processHost = deps.processHost ?? createForkHost()
  if (deps.processHost === undefined) closers.push(() => processHost.killAll())
  const pinFolder = async (): Promise<string> => {
    const socket = socketPathOf(dataDir)
    await prepareSocketFolder(socket)
    return dirname(socket)
  }
  const hardwareDeps = {
    processHost,
    scheduler,
    rng,
    verify: keys.verify,
    entry: deps.workers?.hardwareKey,
    audit: (action, details) => void audit.append(action, details).catch(fail),
    changed: () => void hub.publish({ type: 'hardware-key', atMs: clock.nowMs() }),
  } satisfies HardwareKeyDeps
  const hardware = createHardwareKeys({ dataDir, pinFolder }, hardwareDeps)
  const workbench = createTokenWorkbench({ ...hardwareDeps, clock, pairings: createPairings(dataDir), pinFolder })
  const lockTokens = (): void => {
    hardware.lock()
    workbench.closeAll()
  }
  closers.push(lockTokens)

  const announceVault = createVaultAnnouncer({ status: () => vault.status(), hub, clock, reportFault })
  const vault: Vault = createVault(
    { dir: dataDir, autoLockMs: autoLockMinutes * 60_000 },
    {
      clock,
      scheduler,
      rng,
      keys,
      addressOf: chain.addressOf,
      hardware: { ...hardware, lock: lockTokens },
      discover: async (address) => deps.isOnLedger(bytesKey(chain.parse(address))),
      audit(action, details) {
        audit.append(action, details).catch(fail)
        announceVault(action)
        if (opensVault(action)) deps.opened()
      },
    },
  )
  closers.push(() => vault.lockNow('shutdown'))
  return { vault, hardware, workbench }
}

/** Signatures of vault and validator by the backend this machine is best served with. */
export function nodeVaultKeys(): VaultKeys {
  const backend = defaultSignatureBackend()
  return {
    publicKeyOfSeed: (suite, seed) => backend.keygen(suite, seed).publicKey,
    sign: (suite, seed, message) => backend.sign(suite, seed, message),
    verify: (suite, publicKey, message, signature) => backend.verify(suite, publicKey, message, signature),
  }
}
