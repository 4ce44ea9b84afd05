/** A headless node, and its interface in Chromium. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { connectLocalSocket } from '../../node/api/transports/index.ts'
import { buildDesktop } from '../../scripts/build-desktop.ts'
import { isToolInstalled, skipNote } from '../../scripts/test-support/require-tool.ts'
import type { InterfaceUnderTest } from './launch.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface BrowserUnderTest extends InterfaceUnderTest {
  readonly context: BrowserContext
  readonly browser: Browser
  readonly dataDir: string
  /** An address that opens the interface as the owner: good for one use. */
  link(): Promise<string>
}

/** Why the browser interface cannot be tested here, as the note of a skipped test; undefined where it can. */
export function browserProblem(): string | undefined {
  return chromiumProgram() === undefined ? skipNote('chromium', 'opens the interface in a browser') : undefined
}

function chromiumProgram(): string | undefined {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  return found !== undefined || !isToolInstalled('chromium') ? found : 'chromium'
}

export async function launchBrowser(options: { readonly dataDir?: string } = {}): Promise<BrowserUnderTest> {
  await buildDesktop()
  const own = mkdtempSync(join(tmpdir(), 'qudag-browser-'))
  const dataDir = options.dataDir ?? join(own, 'data')
  const { socket, stop } = await startNode(dataDir)
  const link = async (): Promise<string> => {
    const connection = await connectLocalSocket(socket)
    try {
      return (await connection.client.node.browserLink()).url
    } finally {
      connection.close()
    }
  }
  let browser: Browser | undefined
  const close = async (): Promise<void> => {
    await browser?.close()
    await stop()
    rmSync(own, { recursive: true, force: true })
  }
  try {
    const executablePath = chromiumProgram()
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      // Debian's Chromium has no sandbox as root. It is the browser's own, not ours: the page is what is tested.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    })
    const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } })
    const page: Page = await context.newPage()
    await page.goto(await link())
    return { browser, context, page, dataDir, link, secretWindow: async () => page, close }
  } catch (cause) {
    await close()
    throw cause
  }
}

async function startNode(dataDir: string): Promise<{ readonly socket: string; stop(): Promise<void> }> {
  const args = ['node/cli/main.ts', 'node', 'start', '--data-dir', dataDir, '--api-port', '0', '--json']
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString('utf8')
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const socket = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const ready = JSON.parse(line) as { event?: string; socket?: string }
      if (ready.event === 'ready' && ready.socket !== undefined) resolve(ready.socket)
    })
    void ended.then(() => reject(new Error(`the node ended before it served: ${errors}`)))
  })
  return {
    socket,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
