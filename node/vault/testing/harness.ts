/** A vault on a disk in memory, a clock that stands still and chance from a seed. */
import { utf8 } from '../../core/bytes.ts'
import { ManualClock } from '../../core/clock.ts'
import { type Rng, seededRng } from '../../core/rng.ts'
import type { KdfParameters } from '../kdf.ts'
import type { Vault, VaultDeps } from '../types.ts'
import { createVault } from '../vault.ts'
import { createMemoryFs, type MemoryFs } from './memory-fs.ts'
import { nobleKeys, testAddressOf } from './noble-keys.ts'

/** The least that Argon2id takes: tests are about what is around it. */
export const quickKdf: KdfParameters = { memoryKiB: 8, passes: 1, parallelism: 1 }

export const dir = '/data'
export const vaultPath = `${dir}/vault.json`
export const attemptsPath = `${dir}/vault-attempts.json`

/** Fresh bytes each time, since the vault zeroes what it is given. */
export const password = (): Uint8Array => utf8('correct horse battery')
export const wrongPassword = (): Uint8Array => utf8('incorrect horse battery')

export interface AuditLine {
  readonly action: string
  readonly details: Readonly<Record<string, string | number | boolean>>
}

export interface Harness {
  readonly vault: Vault
  readonly fs: MemoryFs
  readonly clock: ManualClock
  readonly rng: Rng
  readonly audit: AuditLine[]
}

export interface HarnessOptions {
  readonly fs?: MemoryFs
  readonly clock?: ManualClock
  readonly rng?: Rng
  readonly autoLockMs?: number
  readonly kdf?: KdfParameters
  readonly deps?: Partial<VaultDeps>
}

/** With the fs of another harness: the same disk after a restart. */
export function createHarness(options: HarnessOptions = {}): Harness {
  const { fs = createMemoryFs(), clock = new ManualClock(), rng = seededRng(1) } = options
  const { autoLockMs = 0, kdf = quickKdf, deps = {} } = options
  const audit: AuditLine[] = []
  const vault = createVault(
    { dir, autoLockMs, kdf },
    {
      clock,
      scheduler: clock,
      rng,
      keys: nobleKeys,
      addressOf: testAddressOf,
      fs,
      audit: (action, details) => audit.push({ action, details }),
      ...deps,
    },
  )
  return { vault, fs, clock, rng, audit }
}
