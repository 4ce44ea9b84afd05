/** For tests: the software tokens that whoever runs the tests has put aside (.ci/run), each on a folder of its own. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import type { Scheduler } from '../../../core/clock.ts'
import { systemRng } from '../../../crypto/index.ts'
import { createForkHost } from '../fork-host.ts'
import { type ModuleOptions, type ModuleProcess, startModule } from '../module-process.ts'
import { requireBinding } from './faulty-token.ts'

export const officerPin = 'officer-1234'
export const userPin = 'user-5678'

export interface RealToken {
  /** Where the token keeps its keys: gone when the folder goes. */
  readonly storage: string
  readonly options: ModuleOptions
  start(): Promise<ModuleProcess>
  remove(): void
}

const scheduler: Scheduler = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

function realToken(make: (folder: string) => Omit<ModuleOptions, 'sha256' | 'pinFolder'>): RealToken {
  const folder = mkdtempSync(join(tmpdir(), 'qudag-token-'))
  const storage = join(folder, 'storage')
  mkdirSync(storage)
  const host = createForkHost()
  const options = { ...make(folder), sha256: null, pinFolder: folder }
  return {
    storage,
    options,
    start: () => startModule(options, { processHost: host, scheduler, rng: systemRng }),
    remove() {
      host.killAll()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Skips where it is not there. */
export function softHsm(test: Pick<TestContext, 'skip'>): RealToken {
  requireBinding(test)
  const path = process.env.QUDAG_TEST_SOFTHSM ?? ''
  if (!existsSync(path)) test.skip('QUDAG_TEST_SOFTHSM names no SoftHSM library')
  return realToken((folder) => {
    const file = join(folder, 'softhsm2.conf')
    writeFileSync(
      file,
      `directories.tokendir = ${join(folder, 'storage')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    )
    return { path, initString: null, libraryPath: null, variables: { SOFTHSM2_CONF: file } }
  })
}

/** Skips where it is not there. */
export function nssToken(test: Pick<TestContext, 'skip'>): RealToken {
  requireBinding(test)
  const libraryPath = process.env.QUDAG_TEST_NSS_DIR ?? ''
  const path = join(libraryPath, 'libsoftokn3.so')
  if (!existsSync(path)) test.skip('QUDAG_TEST_NSS_DIR names no folder with NSS softoken')
  return realToken((folder) => ({
    path,
    libraryPath,
    initString: `configdir='sql:${join(folder, 'storage')}' certPrefix='' keyPrefix='' secmod='' flags=`,
    variables: {},
  }))
}
