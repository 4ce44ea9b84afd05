/** A headless node, and its interface in Chromium. */
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { buildDesktop } from '../../scripts/build-desktop.ts'
import { isToolInstalled, skipNote } from '../../scripts/test-support/require-tool.ts'
import { commandLine } from './command-line.ts'
import { type HeadlessNode, startHeadlessNode } from './headless-node.ts'
import type { InterfaceUnderTest } from './interface-under-test.ts'
import { dataFolder } from './test-user.ts'

export interface BrowserUnderTest extends InterfaceUnderTest {
  readonly context: BrowserContext
  readonly browser: Browser
  readonly dataDir: string
  readonly node: HeadlessNode
  /** An address that opens the interface as the owner: good for one use. */
  link(): Promise<string>
}

export interface BrowserOptions {
  /** Left out, one of its own that goes with the browser. Belongs to the node's user: made by `dataFolder`. */
  readonly dataDir?: string
  readonly nodeArgs?: readonly string[]
}

/** Why the browser interface cannot be tested here, as the note of a skipped test; undefined where it can. */
export function browserProblem(): string | undefined {
  return chromiumProgram() === undefined ? skipNote('chromium', 'opens the interface in a browser') : undefined
}

function chromiumProgram(): string | undefined {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  return found !== undefined || !isToolInstalled('chromium') ? found : 'chromium'
}

/** Without a node: for pages that something else serves. */
export function launchChromium(): Promise<Browser> {
  const executablePath = chromiumProgram()
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    // Debian's Chromium has no sandbox as root. It is the browser's own, not ours: the page is what is tested.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
}

export async function launchBrowser({ nodeArgs = [], ...options }: BrowserOptions = {}): Promise<BrowserUnderTest> {
  await buildDesktop()
  const own = options.dataDir === undefined ? dataFolder() : undefined
  const dataDir = options.dataDir ?? own?.path ?? ''
  const node = await startHeadlessNode(dataDir, nodeArgs)
  const link = async (): Promise<string> => {
    const { url } = await commandLine(dataDir).run<{ url: string }>(['node', 'open', '--no-open'])
    return url
  }
  let browser: Browser | undefined
  const endBrowser = async (): Promise<void> => {
    await browser?.close()
  }
  try {
    browser = await launchChromium()
    const context = await browser.newContext({ viewport: { width: 1_280, height: 800 }, locale: 'en-US' })
    const page: Page = await context.newPage()
    await page.goto(await link())
    return {
      browser,
      context,
      page,
      dataDir,
      node,
      link,
      secretWindow: async () => page,
      async close() {
        await endBrowser()
        await node.stop()
        own?.remove()
      },
      async kill() {
        await node.kill()
        await endBrowser()
      },
    }
  } catch (cause) {
    await endBrowser()
    await node.stop()
    own?.remove()
    throw cause
  }
}
