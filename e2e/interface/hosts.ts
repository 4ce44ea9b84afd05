/** The two programs that show the interface, with one surface, so that a flow is written once and runs in both. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import {
  type AppUnderTest,
  type BrowserUnderTest,
  browserProblem,
  desktopProblem,
  type InterfaceUnderTest,
  launchApp,
  launchBrowser,
} from '../desktop/launch.ts'

export interface SavedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

export interface OpenInterface extends InterfaceUnderTest {
  readonly dataDir: string
  /** One of the two, for what only that one has. */
  readonly app?: AppUnderTest
  readonly browser?: BrowserUnderTest
  /** Every page that shows: the last one first. For pictures. */
  pages(): readonly Page[]
  /** Does what has a file saved, and says where the system asks. */
  save(press: () => Promise<void>): Promise<SavedFile>
}

export interface Host {
  readonly name: 'app' | 'browser'
  /** Why it cannot be used here; undefined where it can. */
  problem(): string | undefined
  /** On the desktop with a node of its own; in a browser beside a headless one. @param dataDir made by `dataFolder` */
  open(dataDir: string, args?: readonly string[]): Promise<OpenInterface>
}

/** How long a step may take, ms: two cores that also run a node and a build. */
export const stepTimeoutMs = 30_000

export const desktopHost: Host = {
  name: 'app',
  problem: desktopProblem,
  async open(dataDir, args = []) {
    const app = await launchApp({ dataDir, args })
    app.page.setDefaultTimeout(stepTimeoutMs)
    await untilShown(app.page)
    return {
      app,
      dataDir,
      page: app.page,
      pages: () => app.app.windows().toReversed(),
      secretWindow: async () => {
        const page = await app.secretWindow()
        page.setDefaultTimeout(stepTimeoutMs)
        return page
      },
      close: app.close,
      kill: app.kill,
      async save(press) {
        // The system's dialog cannot be pressed from here: it is answered in the process that asks it.
        const folder = await app.app.evaluate(({ dialog }, parent) => {
          const asked = globalThis as { savedAs?: string }
          dialog.showSaveDialog = async (...given: unknown[]) => {
            const { defaultPath = '' } = given.at(-1) as { defaultPath?: string }
            asked.savedAs = defaultPath.split('/').at(-1) ?? ''
            return { canceled: false, filePath: `${parent}/saved` }
          }
          return parent
        }, dataDir)
        const file = join(folder, 'saved')
        rmSync(file, { force: true })
        await press()
        await expect.poll(() => existsSync(file), { timeout: stepTimeoutMs }).toBe(true)
        const name = await app.app.evaluate(() => (globalThis as { savedAs?: string }).savedAs ?? '')
        const bytes = readFileSync(file)
        rmSync(file)
        return { name, bytes }
      },
    }
  },
}

export const browserHost: Host = {
  name: 'browser',
  problem: browserProblem,
  async open(dataDir, nodeArgs = []) {
    const browser = await launchBrowser({ dataDir, nodeArgs })
    const { page, context } = browser
    context.setDefaultTimeout(stepTimeoutMs)
    await untilShown(page)
    return {
      browser,
      dataDir,
      page,
      pages: () => context.pages().toReversed(),
      secretWindow: async () => page,
      close: browser.close,
      kill: browser.kill,
      async save(press) {
        const download = page.waitForEvent('download')
        await press()
        const file = await download
        return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
      },
    }
  },
}

/** While the node starts the page has no heading. */
async function untilShown(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
}

export const hosts: readonly Host[] = [browserHost, desktopHost]
