/**
 * The desktop app as it is started: its sandbox, what its pages cannot do, who gets which port, and what becomes of the node
 * when the app starts, ends, or finds another one running.
 */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { socketPathOf } from '../../node/api/transports/index.ts'
import { type HeadlessNode, startHeadlessNode } from './headless-node.ts'
import { type AppUnderTest, dataFolder, desktopProblem, type LaunchOptions, launchApp } from './launch.ts'
import { callPort, keepPorts, passwordInput, untilHeard, untilState } from './window-port.ts'

const cleanUps: (() => unknown)[] = []

beforeEach((test) => {
  const problem = desktopProblem()
  if (problem !== undefined) test.skip(problem)
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function launch(options?: LaunchOptions): Promise<AppUnderTest> {
  const app = await launchApp(options)
  let isClosed = false
  const close = async (): Promise<void> => {
    if (isClosed) return
    isClosed = true
    await app.close()
  }
  cleanUps.push(close)
  await keepPorts(app.app.context())
  await app.page.reload()
  return { ...app, close }
}

function folder(): string {
  const { path, remove } = dataFolder()
  cleanUps.push(remove)
  return path
}

async function startHeadless(dataDir: string): Promise<HeadlessNode> {
  const node = await startHeadlessNode(dataDir)
  cleanUps.push(() => node.stop())
  return node
}

function lastAuditEntry(dataDir: string): string | undefined {
  const folder = join(dataDir, 'audit')
  const lines = readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
  return lines.findLast((line) => line.includes('"action"'))
}

const isRunning = ({ kind }: Record<string, unknown>): boolean => kind === 'running'

describe('pages of the app', () => {
  it('run in the sandbox, without Node, and nothing passed a switch against it', async () => {
    const { app, page } = await launch()
    const pids = await app.evaluate(({ app: electron }) => {
      const metrics = electron.getAppMetrics()
      return { main: process.pid, pages: metrics.filter(({ type }) => type === 'Tab').map(({ pid }) => pid) }
    })
    expect(pids.pages).toHaveLength(1)
    if (process.platform === 'linux') {
      for (const pid of pids.pages) expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m)
      for (const pid of [pids.main, ...pids.pages]) {
        expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('no-sandbox')
      }
    }
    const names = ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron']
    expect(await page.evaluate((all) => all.filter((name) => name in globalThis), names)).toEqual([])
  })

  it('reach no address, run no text as code, and go nowhere', async () => {
    const { app, page } = await launch()
    const reached = await page.evaluate(async () => {
      const addresses = [
        'https://example.org/',
        'http://127.0.0.1:1/',
        'file:///etc/passwd',
        'app://qudag/secret.html',
        'app://other/',
      ]
      const results: string[] = []
      for (const address of addresses) {
        try {
          const { ok } = await fetch(address)
          if (ok) results.push(address)
        } catch {
          // As it should be.
        }
      }
      return results
    })
    expect(reached).toEqual([])
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.inlineRan = true'
      document.head.append(script)
      // Later: what a debugger runs may evaluate text while it runs.
      const evaluated = await new Promise<boolean>((resolve) => {
        setTimeout(() => {
          try {
            // biome-ignore lint/security/noGlobalEval: it is shown not to work
            resolve(globalThis.eval('true') === true)
          } catch {
            resolve(false)
          }
        })
      })
      return { inline: 'inlineRan' in globalThis, evaluated, opened: open('app://qudag/index.html') !== null }
    })
    expect(ran).toEqual({ inline: false, evaluated: false, opened: false })
    const before = page.url()
    await page.evaluate(() => {
      for (const address of ['https://example.org/', 'app://qudag/secret.html', 'data:text/html,x'])
        location.href = address
    })
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)))
    expect(page.url()).toBe(before)
    expect(app.windows()).toHaveLength(1)
  })

  it('get no permission but to write to the clipboard', async () => {
    const { page } = await launch()
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'clipboard-read',
      'midi',
      'persistent-storage',
    ]
    const granted = await page.evaluate(async (all) => {
      const found: string[] = []
      for (const name of all) {
        const status = await navigator.permissions.query({ name: name as PermissionName }).catch(() => undefined)
        if (status?.state === 'granted') found.push(name)
      }
      return found
    }, names)
    expect(granted).toEqual([])
    expect(
      await page.evaluate(() =>
        navigator.permissions.query({ name: 'clipboard-write' as PermissionName }).then(({ state }) => state),
      ),
    ).toBe('granted')
  })

  it('have the policy with a nonce in place of the stand-in', async () => {
    const { page } = await launch()
    const [policy, body] = await page.evaluate(async () => {
      const answer = await fetch('app://qudag/index.html')
      return [answer.headers.get('content-security-policy') ?? '', await answer.text()]
    })
    expect(policy).toMatch(/style-src 'self' 'nonce-[A-Za-z0-9+/]{22}=='/)
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/)
    expect(body).not.toContain('__CSP_NONCE__')
  })
})

describe('ports', () => {
  it('give a page everything but secrets, and a secret window those too, until it is done', async () => {
    const app = await launch()
    const { page } = app
    await untilState(page, isRunning)
    const { input, meta } = passwordInput('correct horse battery staple')
    expect(await callPort(page, '/vault/status')).toMatchObject({ ok: true, value: { exists: false } })
    for (const path of ['/vault/init', '/vault/unlock', '/vault/backup', '/tokens/list', '/node/browserLink']) {
      expect(await callPort(page, path, input, meta)).toMatchObject({ ok: false, code: 'SECRET_CHANNEL_REQUIRED' })
    }
    expect(await callPort(page, '/desktop/closeSecret', { done: true })).toMatchObject({ code: 'WINDOW_REFUSED' })

    const opened = callPort(page, '/desktop/openSecret', { purpose: 'create' })
    const secret = await app.secretWindow()
    expect(secret.url()).toBe('app://qudag/secret.html#create')
    expect(await callPort(secret, '/desktop/openSecret', { purpose: 'create' })).toMatchObject({
      code: 'WINDOW_REFUSED',
    })
    expect(await callPort(secret, '/desktop/quit')).toMatchObject({ code: 'WINDOW_REFUSED' })
    expect(await callPort(secret, '/vault/init', input, meta)).toMatchObject({ ok: true })
    const gone = secret.waitForEvent('close')
    void callPort(secret, '/desktop/closeSecret', { done: true }).catch(() => undefined)
    await gone
    expect(await opened).toEqual({ ok: true, value: { done: true } })
    expect(await callPort(page, '/vault/status')).toMatchObject({ value: { exists: true, locked: false } })
    // The owner's business that no secret is part of.
    expect(await callPort(page, '/vault/lock')).toMatchObject({ ok: true })
    expect(await callPort(page, '/vault/status')).toMatchObject({ value: { locked: true } })
  })

  it('are new with each load, and the old ones are dead', async () => {
    const { page } = await launch()
    await untilState(page, isRunning)
    await page.reload()
    await untilState(page, isRunning)
    expect(await callPort(page, '/node/info')).toMatchObject({ ok: true })
    expect(await page.evaluate(() => (globalThis as unknown as { keptPorts: { loads: number } }).keptPorts.loads)).toBe(
      1,
    )
  })

  it('reach a page that takes the place of one which has just asked for them', async () => {
    const { page } = await launch()
    for (let i = 0; i < 10; i++) {
      // Ends while the document it loads is on its way, or has asked already.
      await page.reload({ waitUntil: 'commit' })
      if (i % 3 === 0) await page.waitForLoadState('domcontentloaded')
    }
    await page.waitForLoadState()
    expect(await callPort(page, '/desktop/state')).toMatchObject({ ok: true })
  })

  it('of a secret window share no storage with the page', async () => {
    const app = await launch()
    await app.page.evaluate(() => localStorage.setItem('mark', '1'))
    void callPort(app.page, '/desktop/openSecret', { purpose: 'create' }).catch(() => undefined)
    const secret = await app.secretWindow()
    expect(await secret.evaluate(() => localStorage.getItem('mark'))).toBeNull()
  })
})

describe('the node', () => {
  it('is its own, ends with the app in order, and is the same at the next start', async () => {
    const dataDir = folder()
    const first = await launch({ dataDir })
    expect(await untilState(first.page, isRunning)).toMatchObject({ attached: false, dataDir })
    const { chainId } = ((await callPort(first.page, '/node/info')) as { value: { chainId: string } }).value
    const tokenFile = join(dataDir, 'run/api-token')
    expect(existsSync(tokenFile)).toBe(true)
    await first.close()
    expect(existsSync(tokenFile)).toBe(false)
    expect(lastAuditEntry(dataDir)).toContain('node.stop')
    const second = await launch({ dataDir })
    await untilState(second.page, isRunning)
    expect(await callPort(second.page, '/node/info')).toMatchObject({ value: { chainId } })
  })

  it('is one that runs already where there is one; the app takes its place when it goes, and leaves it when it ends', async () => {
    const dataDir = folder()
    const headless = await startHeadless(dataDir)
    const app = await launch({ dataDir })
    const { page } = app
    expect(await untilState(page, isRunning)).toMatchObject({ attached: true, dataDir })
    const { input, meta } = passwordInput('correct horse battery staple')
    expect(await callPort(page, '/vault/init', input, meta)).toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
    const opened = callPort(page, '/desktop/openSecret', { purpose: 'create' })
    const secret = await app.secretWindow()
    expect(await callPort(secret, '/vault/init', input, meta)).toMatchObject({ ok: true })
    void callPort(secret, '/desktop/closeSecret', { done: true }).catch(() => undefined)
    expect(await opened).toMatchObject({ value: { done: true } })

    await headless.stop()
    expect(await untilState(page, (node) => node.kind === 'running' && node.attached === false)).toMatchObject({
      dataDir,
    })
    expect(await callPort(page, '/vault/status')).toMatchObject({ value: { exists: true, locked: true } })
    await app.close()

    await startHeadless(dataDir)
    const other = await launch({ dataDir })
    expect(await untilState(other.page, isRunning)).toMatchObject({ attached: true })
    await other.close()
    expect(existsSync(socketPathOf(dataDir))).toBe(true)
  })

  it('says in the window why it cannot start, and starts when that is mended', async () => {
    const dataDir = folder()
    // One that is empty is made private without a word.
    writeFileSync(join(dataDir, 'something'), '')
    chmodSync(dataDir, 0o755)
    const { page } = await launch({ dataDir })
    expect(await untilState(page, ({ kind }) => kind === 'failed')).toMatchObject({ code: 'DATA_FOLDER_PERMISSIONS' })
    chmodSync(dataDir, 0o700)
    expect(await callPort(page, '/desktop/startNode', {})).toMatchObject({ ok: true, value: { kind: 'running' } })
    expect(await callPort(page, '/node/info')).toMatchObject({ ok: true })
  })
})

describe('a second start', () => {
  it('hands its link to the one that runs, and nothing else', async () => {
    const dataDir = folder()
    const userDataDir = folder()
    const { app, page, startAgain } = await launch({ dataDir, userDataDir })
    const before = await untilState(page, isRunning)
    const link = 'qudag:notanaddress?amount=1'
    const code = await startAgain([`--data-dir=${dataDir}`, '--network=main', link])
    expect(code).toBe(0)
    await untilHeard(page, link)
    expect(await untilState(page, isRunning)).toEqual(before)
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })
})
