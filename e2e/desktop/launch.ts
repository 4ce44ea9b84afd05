/**
 * Starts what a person would use, and hands over its page: the desktop app (launchApp), or a node with its interface in a
 * browser (launchBrowser). Both have the same surface, so that a flow is written once and runs on both.
 */
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { buildDesktop } from '../../scripts/build-desktop.ts'
import { findElectron } from '../../scripts/electron-binary.ts'
import { isToolInstalled, skipNote } from '../../scripts/test-support/require-tool.ts'
import { openDisplay } from './display.ts'
import type { InterfaceUnderTest } from './interface-under-test.ts'
import { asUser, folderOf, testUser } from './test-user.ts'

export type { InterfaceUnderTest } from './interface-under-test.ts'
export { type BrowserUnderTest, browserProblem, launchBrowser } from './launch-browser.ts'
export { dataFolder } from './test-user.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Of the first window: the app starts Chromium, which takes seconds on a busy machine. */
const startTimeoutMs = 60_000

export interface LaunchOptions {
  /** Left out, one of its own that goes with the app. Belongs to the app's user: made by `dataFolder`. */
  readonly dataDir?: string
  readonly userDataDir?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface AppUnderTest extends InterfaceUnderTest {
  readonly app: ElectronApplication
  readonly dataDir: string
  /** What the process wrote to its output. */
  output(): string
  /** Starts the program once more with these arguments, as the system does for a link; resolves to how that one ended. */
  startAgain(args: readonly string[]): Promise<number | null>
}

/** Why the desktop app cannot be tested here, as the note of a skipped test; undefined where it can. */
export function desktopProblem(): string | undefined {
  const use = 'launches the desktop app'
  if (findElectron(root, process.env) === undefined) return skipNote('electron', use)
  if (process.platform === 'linux' && !isToolInstalled('Xvfb')) return skipNote('Xvfb', use)
  return undefined
}

/** Launches the app with its sandbox on, builds it first where that is needed. */
export async function launchApp(options: LaunchOptions = {}): Promise<AppUnderTest> {
  await buildDesktop()
  const electron = findElectron(root, process.env)
  if (electron === undefined) throw new Error('there is no Electron here: ask desktopProblem() first')
  return launchProgram(electron, [root], options)
}

/** @param appArgs what comes before the app's own arguments */
export async function launchProgram(
  program: string,
  appArgs: readonly string[],
  { args = [], env = {}, ...options }: LaunchOptions,
): Promise<AppUnderTest> {
  const user = testUser()
  const own = mkdtempSync(join(tmpdir(), 'qudag-app-'))
  const homeDir = folderOf(user, own, 'home')
  const dataDir = options.dataDir ?? folderOf(user, own, 'data')
  const userDataDir = options.userDataDir ?? folderOf(user, own, 'user-data')
  const display = await openDisplay(user)
  const cleanUp = (): void => {
    display.close()
    rmSync(own, { recursive: true, force: true })
  }
  let launched: ElectronApplication | undefined
  try {
    const executablePath = asProgramOf(user.name, program, own)
    const environment = { ...passedOn(), HOME: homeDir, TMPDIR: homeDir, LANG: 'en_US.UTF-8', ...display.env, ...env }
    const app = await _electron.launch({
      executablePath,
      args: [...appArgs, `--user-data-dir=${userDataDir}`, `--data-dir=${dataDir}`, '--api-port=0', ...args],
      // Without this Playwright turns the sandbox off.
      chromiumSandbox: true,
      timeout: startTimeoutMs,
      env: environment,
    })
    launched = app
    let output = ''
    for (const stream of [app.process().stdout, app.process().stderr]) {
      stream?.on('data', (text: Buffer) => {
        output += text.toString('utf8')
      })
    }
    const page = await app.firstWindow({ timeout: startTimeoutMs })
    return {
      app,
      page,
      dataDir,
      output: () => output,
      secretWindow: () =>
        isSecret(app.windows().at(-1))
          ? Promise.resolve(app.windows().at(-1) as Page)
          : app.waitForEvent('window', { predicate: isSecret, timeout: startTimeoutMs }),
      startAgain: (again) =>
        new Promise((resolve, reject) => {
          const second = spawn(executablePath, [...appArgs, `--user-data-dir=${userDataDir}`, ...again], {
            env: environment,
            stdio: 'ignore',
          })
          second.once('error', reject)
          second.once('exit', resolve)
        }),
      async close() {
        await app.close()
        cleanUp()
      },
      async kill() {
        const closed = app.waitForEvent('close', { timeout: startTimeoutMs })
        // By itself: as another user it runs below the program that changes to that one.
        app.evaluate(() => process.kill(process.pid, 'SIGKILL')).catch(() => undefined)
        await closed
        cleanUp()
      },
    }
  } catch (cause) {
    await launched?.close()
    cleanUp()
    throw cause
  }
}

function isSecret(page: Page | undefined): boolean {
  return page?.url().startsWith('app://qudag/secret.html') === true
}

/** One executable, as Playwright wants it: the program itself, or a script that becomes the user first. */
function asProgramOf(user: string | undefined, program: string, folder: string): string {
  if (user === undefined) return program
  const script = join(folder, 'start-as-user')
  const [command, commandArgs] = asUser(testUser(), program, [])
  writeFileSync(script, `#!/bin/sh\nexec ${[command, ...commandArgs].map(quoted).join(' ')} "$@"\n`)
  chmodSync(script, 0o755)
  return script
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** Of our own environment, what the machine's tools say; nothing of the test runner's. */
function passedOn(): Record<string, string> {
  const names = ['PATH', 'QUDAG_TEST_SQLITE_BINDING', 'ELECTRON_MAJOR_VER']
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}
