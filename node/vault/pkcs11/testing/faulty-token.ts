/** For tests: the faulty token of test-module/, built once, and what a test tells it to do. */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js'
import type { TestContext } from 'vitest'
import { requireTool } from '../../../../scripts/test-support/require-tool.ts'
import { ManualClock } from '../../../core/clock.ts'
import { systemRng } from '../../../crypto/index.ts'
import { createForkHost } from '../fork-host.ts'
import type { KeyName } from '../messages.ts'
import { type ModuleOptions, type ModuleProcess, startModule } from '../module-process.ts'

const source = fileURLToPath(new URL('../test-module/faulty-token.c', import.meta.url))

/** Skips where there is no compiler, or no binding. */
export function requireFaultyToken(test: Pick<TestContext, 'skip'>): void {
  requireBinding(test)
  requireTool(test, { name: 'cc', reason: 'builds the PKCS #11 module that plays faults' })
  if (process.platform === 'win32') test.skip('the module that plays faults is for Unix')
}

export function requireBinding(test: Pick<TestContext, 'skip'>): void {
  try {
    createRequire(import.meta.url)('pkcs11js')
  } catch {
    test.skip('pkcs11js is not installed: it is optional, and built from source')
  }
}

let built: string | undefined

/** Path of the module: built anew where its source is. Beside it first, then in its place, as tests run at once. */
export function buildFaultyToken(): string {
  if (built !== undefined) return built
  const folder = join(tmpdir(), `qudag-faulty-token-${process.getuid?.() ?? 0}-${Math.round(statSync(source).mtimeMs)}`)
  const path = join(folder, 'faulty-token.so')
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const own = `${path}.${process.pid}`
    execFileSync('cc', ['-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', own, source])
    renameSync(own, path)
  }
  built = path
  return path
}

export const rightPin = '1234'
export const seed = new Uint8Array(32).fill(7)
export const keyPair = ml_dsa65.keygen(seed)
export const keyId = Uint8Array.of(0xab, 0xcd)
export const token = { serial: '0001', label: 'faulty' }
export const pairedKey: KeyName = { kind: 'ml-dsa', id: keyId, publicKey: keyPair.publicKey }

export class FaultyToken {
  readonly folder = mkdtempSync(join(tmpdir(), 'qudag-token-'))
  readonly clock = new ManualClock()
  readonly host = createForkHost()
  readonly #settings = new Map<string, string | number>()

  constructor() {
    writeFileSync(join(this.folder, 'public-key.bin'), keyPair.publicKey)
    this.set({})
  }

  /** What it does from its next call on; what was set before stays. */
  set(settings: Readonly<Record<string, string | number>>): void {
    for (const [name, value] of Object.entries(settings)) this.#settings.set(name, value)
    const text = [...this.#settings].map(([name, value]) => `${name} ${value}\n`).join('')
    writeFileSync(join(this.folder, 'control.new'), text)
    renameSync(join(this.folder, 'control.new'), join(this.folder, 'control'))
  }

  /** Lets it answer with the right signature of this message. */
  answers(message: Uint8Array): void {
    writeFileSync(
      join(this.folder, 'signature.bin'),
      ml_dsa65.sign(message, keyPair.secretKey, { extraEntropy: false }),
    )
  }

  /** Calls so far, in order. */
  calls(name?: string): string[] {
    const path = join(this.folder, 'calls')
    const all = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
    return name === undefined ? all : all.filter((call) => call === name)
  }

  /** Resolves once it has been called by this name so many times. */
  called(name: string, times = 1): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(this.folder, () => check())
      const check = (): void => {
        if (this.calls(name).length < times) return
        watcher.close()
        resolve()
      }
      check()
    })
  }

  options(): ModuleOptions {
    return {
      path: buildFaultyToken(),
      sha256: null,
      initString: null,
      libraryPath: null,
      variables: { QUDAG_TEST_TOKEN_DIR: this.folder },
      pinFolder: this.folder,
    }
  }

  start(options: Partial<ModuleOptions> = {}): Promise<ModuleProcess> {
    const { clock, host } = this
    return startModule({ ...this.options(), ...options }, { processHost: host, scheduler: clock, rng: systemRng })
  }

  remove(): void {
    this.host.killAll()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
