/**
 * Hardware keys for the command line: modules that it starts itself, for looking at tokens, pairing and testing them. No
 * node is needed for that; the node uses what was paired.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRng } from './crypto/index.ts'
import { nodeVaultKeys } from './node-vault.ts'
import { systemClock, systemScheduler } from './system-time.ts'
import {
  createForkHost,
  createPairings,
  type MlDsaNumbers,
  type ModuleOptions,
  type ModuleProcess,
  type Pairing,
  type Pairings,
  type PairWish,
  pairKey,
  runSelfTest,
  type SelfTestReport,
  startModule,
  type TokenFacts,
} from './vault/pkcs11/index.ts'

export {
  chooseToken,
  hsmError,
  initialiseToken,
  logIn,
  type MlDsaNumbers,
  type ModuleFacts,
  type ModuleOptions,
  type ModuleProcess,
  moduleOptionsOf,
  moduleVariables,
  needsPin,
  type Pairing,
  type Pairings,
  profileOf,
  requireUsable,
  type SelfTestReport,
  sendPin,
  type TokenFacts,
} from './vault/pkcs11/index.ts'

/** Runs a module for as long as the work takes; however it ends, its process is ended. */
export async function withModule<T>(
  options: Omit<ModuleOptions, 'pinFolder'>,
  use: (module: ModuleProcess) => Promise<T>,
): Promise<T> {
  const pinFolder = mkdtempSync(join(tmpdir(), 'qudag-pin-'))
  const processHost = createForkHost()
  try {
    const module = await startModule(
      { ...options, pinFolder },
      { processHost, scheduler: systemScheduler, rng: systemRng },
    )
    try {
      return await use(module)
    } finally {
      module.stop()
    }
  } finally {
    processHost.killAll()
    rmSync(pinFolder, { recursive: true, force: true })
  }
}

export function pairingsOf(dataDir: string): Pairings {
  return createPairings(dataDir)
}

/** @param approve the key wants a PIN for the signature that proves it, under this ticket */
export function pairOnToken(
  module: ModuleProcess,
  options: Omit<ModuleOptions, 'pinFolder'>,
  token: TokenFacts,
  wish: PairWish,
  pairings: Pairings,
  approve: (ticket: Uint8Array) => void,
): Promise<Pairing> {
  const { verify } = nodeVaultKeys()
  return pairKey(module, { ...options, pinFolder: null }, token, wish, {
    pairings,
    verify,
    clock: systemClock,
    rng: systemRng,
    approve,
  })
}

/** @param approve a key of the test wants a PIN for its signature, under this ticket */
export function testToken(
  module: ModuleProcess,
  token: TokenFacts,
  numbers: MlDsaNumbers | undefined,
  approve: (ticket: Uint8Array) => void,
): Promise<SelfTestReport> {
  return runSelfTest(module, token, numbers, { rng: systemRng, verify: nodeVaultKeys().verify, approve })
}
