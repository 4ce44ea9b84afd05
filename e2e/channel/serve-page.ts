/** For tests: a page in Chromium with a module of this folder, bundled as it is, and what it puts on `globalThis`. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
export const isChromiumThere: boolean = executablePath !== undefined

export interface ServedPage {
  readonly page: Page
  close(): Promise<void>
}

/** @param entry file of this folder @param ready name that it sets on `globalThis` */
export async function servePage(entry: string, ready: string): Promise<ServedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'qudag-page-'))
  await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: false, lib: { entry, formats: ['es'], fileName: 'page' } },
  })
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? readFileSync(join(folder, 'page.js')) : '<script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  let browser: Browser | undefined
  const close = async (): Promise<void> => {
    await browser?.close()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      // Debian's Chromium has no sandbox as root. It is the browser's own, not ours: the page is what is tested.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    })
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction(`globalThis.${ready} !== undefined`)
    return { page, close }
  } catch (cause) {
    await close()
    throw cause
  }
}
