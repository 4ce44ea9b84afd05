/**
 * The files of a new development network of several validators: a key and a data folder each, and one genesis that names
 * them all. What is there is kept, so that the same network starts again.
 */
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import type { Rng } from '../core/rng.ts'
import { developmentParameters, type Genesis } from '../ledger/index.ts'
import { developmentStakeMicroRuv, genesisFileName, readGenesis, writeGenesis } from './genesis-file.ts'
import { serviceLimits } from './limits.ts'

export interface NetworkFiles {
  readonly genesisFile: string
  /** One a validator. */
  readonly dataDirs: readonly string[]
}

export interface NetworkFilesDeps {
  readonly clock: Clock
  readonly rng: Rng
  /** Makes the validator's key in its data folder, or reads the one that is there; returns the public one. */
  readonly validatorKey: (dataDir: string) => Promise<Uint8Array>
}

/** @throws NodeError NETWORK_SIZE, NETWORK_MISMATCH where the folder holds a network of another size, GENESIS_*, VALIDATOR_KEY_* */
export async function createNetworkFiles(
  { dir, validators }: { readonly dir: string; readonly validators: number },
  deps: NetworkFilesDeps,
): Promise<NetworkFiles> {
  if (!Number.isInteger(validators) || validators < 1 || validators > serviceLimits.maxLocalValidators) {
    throw new NodeError('NETWORK_SIZE', `a network here has 1 to ${serviceLimits.maxLocalValidators} validators`)
  }
  const genesisFile = join(dir, genesisFileName)
  const dataDirs = Array.from({ length: validators }, (_, index) => join(dir, `node-${index + 1}`))
  const known = await readGenesis(genesisFile)
  if (known !== null && known.validators.length !== validators) {
    throw new NodeError('NETWORK_MISMATCH', `${dir} holds a network of ${known.validators.length} validators`, {
      hint: 'Name another folder with --dir, or start as many as it has.',
    })
  }
  const publicKeys: Uint8Array[] = []
  for (const dataDir of dataDirs) {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    publicKeys.push(await deps.validatorKey(dataDir))
  }
  if (known !== null) return { genesisFile, dataDirs }
  const genesis: Genesis = {
    kind: 'development',
    name: `qudag-dev-${validators}`,
    salt: deps.rng.bytes(32),
    startTimeMs: deps.clock.nowMs(),
    validators: publicKeys.map((publicKey) => ({ publicKey, stakeMicroRuv: developmentStakeMicroRuv })),
    allocations: [],
    parameters: developmentParameters,
  }
  await writeGenesis(genesisFile, genesis)
  return { genesisFile, dataDirs }
}

/** Data folders of the network in this folder that exist, in order. */
export async function networkDataDirs(dir: string): Promise<string[]> {
  const found: string[] = []
  for (let index = 1; index <= serviceLimits.maxLocalValidators; index++) {
    const dataDir = join(dir, `node-${index}`)
    const isThere = await stat(dataDir).then(
      (entry) => entry.isDirectory(),
      () => false,
    )
    if (!isThere) break
    found.push(dataDir)
  }
  return found
}
