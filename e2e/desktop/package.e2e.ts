/**
 * The packaged app, as electron-builder makes it: what is in it, which fuses are set, and that it runs so. With its fuses it
 * cannot be launched the usual way; it is driven over the port that Chromium opens for debuggers.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findElectron } from '../../scripts/electron-binary.ts'
import { packageDesktop } from '../../scripts/package-desktop.ts'
import { skipNote } from '../../scripts/test-support/require-tool.ts'
import { expectAgreement } from '../interface/agreement.ts'
import { pay } from '../interface/pages/wallet.ts'
import { readyWallet } from '../interface/ready-wallet.ts'
import { button } from '../interface/words.ts'
import { commandLine } from './command-line.ts'
import { type Display, openDisplay } from './display.ts'
import { desktopProblem } from './launch.ts'
import { asUser, folderOf, testUser } from './test-user.ts'
import { callPort, keepPorts, untilState } from './window-port.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const isLinux = process.platform === 'linux'
const problem = desktopProblem() ?? (isLinux ? undefined : skipNote('linux', 'packages the app for this system'))

/** Without Electron itself. Native modules of one system are 3 MB, the code and the interface some 6. */
const maxOwnBytes = 20_000_000
/** Built from source at the install, where the machine can. */
const hasTokenModule = existsSync(new URL('../../node_modules/pkcs11js/build/Release/pkcs11.node', import.meta.url))

describe('the packaged app', () => {
  const cleanUps: (() => unknown)[] = []
  let folder = ''

  beforeAll(async () => {
    if (problem !== undefined) return
    const electron = findElectron(root, process.env) as string
    const electronDist = dirname(electron)
    const version = readFileSync(join(electronDist, 'version'), 'utf8').trim().replace(/^v/, '')
    const output = mkdtempSync(join(tmpdir(), 'qudag-package-'))
    cleanUps.push(() => rmSync(output, { recursive: true, force: true }))
    folderOf(testUser(), output, 'home')
    await packageDesktop([
      '--linux',
      '--dir',
      `-c.electronDist=${electronDist}`,
      `-c.electronVersion=${version}`,
      `-c.directories.output=${output}`,
    ])
    folder = join(output, 'linux-unpacked')
  })
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp()
  })

  it('is what it takes to run and no more', (test) => {
    if (problem !== undefined) return test.skip(problem)
    const resources = join(folder, 'resources')
    const files = globSync('**/*', { cwd: resources }).filter((name) => statSync(join(resources, name)).isFile())
    const bytes = files.reduce((sum, name) => sum + statSync(join(resources, name)).size, 0)
    expect(files).toContain('app.asar')
    expect(bytes).toBeGreaterThan(1_000_000)
    expect(bytes).toBeLessThan(maxOwnBytes)
    const natives = files.filter((name) => name.endsWith('.node'))
    expect(natives.map((name) => name.split('/').at(-1)).sort()).toEqual([
      expect.stringMatching(/^argon2\.linux-(?:x64|arm64)-(?:gnu|musl)\.node$/),
      expect.stringMatching(/^linux-(?:x64|arm64)\.node$/),
      ...(hasTokenModule ? ['pkcs11.node'] : []),
    ])
    expect(namesIn(join(resources, 'app.asar'))).toEqual({
      '': ['dist', 'node_modules', 'package.json', 'resources'],
      dist: ['electron', 'renderer'],
      node_modules: ['@node-rs', 'better-sqlite3', ...(hasTokenModule ? ['pkcs11js'] : [])],
    })
  })

  it('has its fuses set', async (test) => {
    if (problem !== undefined) return test.skip(problem)
    const wire = await getCurrentFuseWire(join(folder, 'qudag-exchange'))
    const stateOf = (option: FuseV1Options): string => FuseState[wire[option] as FuseState]
    expect({
      runAsNode: stateOf(FuseV1Options.RunAsNode),
      cookieEncryption: stateOf(FuseV1Options.EnableCookieEncryption),
      nodeOptions: stateOf(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: stateOf(FuseV1Options.EnableNodeCliInspectArguments),
      asarIntegrity: stateOf(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: stateOf(FuseV1Options.OnlyLoadAppFromAsar),
      fileProtocol: stateOf(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: 'DISABLE',
      cookieEncryption: 'ENABLE',
      nodeOptions: 'DISABLE',
      inspect: 'DISABLE',
      asarIntegrity: 'ENABLE',
      onlyAsar: 'ENABLE',
      fileProtocol: 'DISABLE',
    })
  })

  it('starts with its sandbox and its node, runs nothing from the environment, pays, and ends in order', async (test) => {
    if (problem !== undefined) return test.skip(problem)
    const user = testUser()
    const own = mkdtempSync(join(tmpdir(), 'qudag-packaged-'))
    const home = folderOf(user, own, 'home')
    const dataDir = folderOf(user, own, 'data')
    const display = await openDisplay(user)
    cleanUps.push(() => {
      display.close()
      rmSync(own, { recursive: true, force: true })
    })
    const [program, args] = asUser(user, join(folder, 'qudag-exchange'), [
      `--user-data-dir=${home}/user-data`,
      `--data-dir=${dataDir}`,
      '--api-port=0',
      '--remote-debugging-port=0',
    ])
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        QUDAG_TEST_SQLITE_BINDING: process.env.QUDAG_TEST_SQLITE_BINDING,
        // Were the fuses not set, the first would make it a plain Node and the second end it.
        ELECTRON_RUN_AS_NODE: '1',
        NODE_OPTIONS: '--require=/nonexistent/module.js',
        ...display.env,
      },
    })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    const browser = await chromium.connectOverCDP(await debuggerOf(child))
    const context = browser.contexts()[0]
    if (context === undefined) throw new Error('the app shows no page')
    const page = context.pages()[0] ?? (await context.waitForEvent('page'))
    // It welcomes once its node serves.
    await button(page, 'onboarding.welcome.begin').waitFor()
    const line = commandLine(dataDir)
    await readyWallet(line)
    await pay(page, { from: 'Everyday', to: 'Savings', amount: '12.5' })
    expect((await expectAgreement(page, line)).transactions).toHaveLength(2)

    await keepPorts(context)
    await page.reload()
    expect(page.url()).toMatch(/^app:\/\/qudag\/index\.html/)
    expect(await untilState(page, ({ kind }) => kind !== 'starting')).toMatchObject({
      kind: 'running',
      attached: false,
      dataDir,
    })
    expect(await callPort(page, '/node/status')).toMatchObject({ ok: true })
    const state = (await callPort(page, '/desktop/state')) as { value: { unavailable: { feature: string }[] } }
    // This package has no address to ask for new versions, and says so.
    expect(state.value.unavailable.map(({ feature }) => feature)).toContain('updates')

    void callPort(page, '/desktop/quit').catch(() => undefined)
    expect(await ended).toBe(0)
    expect(existsSync(join(dataDir, 'run/api-token'))).toBe(false)
    await browser.close()
  })

  describe('where it cannot start', () => {
    const user = testUser()
    let own = ''
    let home = ''
    let display: Display | undefined

    beforeAll(async () => {
      if (problem !== undefined) return
      own = mkdtempSync(join(tmpdir(), 'qudag-packaged-'))
      home = folderOf(user, own, 'home')
      display = await openDisplay(user)
      cleanUps.push(() => {
        display?.close()
        rmSync(own, { recursive: true, force: true })
      })
    })

    const start = (env: Readonly<Record<string, string>>, args: readonly string[] = []): Started =>
      startIn(join(folder, 'qudag-exchange'), { HOME: home, ...env }, args)

    it.for([
      ['no display is named', {}, /^no window can be shown: there is no display/],
      // Screens are numbered from 0: nobody gets there.
      ['no X server answers', { DISPLAY: ':65000' }, /^no window can be shown: no X server answers at DISPLAY=:65000$/],
    ] as const)('says so in a line and ends with 1 where %s', async ([, env, line], test) => {
      if (problem !== undefined) return test.skip(problem)
      const { ended, lines } = start(env)
      expect(await ended).toEqual({ code: 1, signal: null })
      expect(lines()).toEqual([expect.stringMatching(line)])
    })

    it('says that the folder of the app cannot be made, and takes the signal to end', async (test) => {
      if (problem !== undefined) return test.skip(problem)
      // A folder that exists and refuses one below it as if it did not.
      const { ended, line, end } = start({ ...display?.env, HOME: '/proc/qudag' })
      expect(await line).toMatch(/cannot write to its folder \/proc\/qudag\/\S+: ENOENT\.$/)
      end()
      expect(await ended).toEqual({ code: 1, signal: null })
    })

    it('says that the data folder cannot be made, and takes the signal to end', async (test) => {
      if (problem !== undefined) return test.skip(problem)
      const { ended, line, end } = start({ ...display?.env }, ['--data-dir=/proc/qudag'])
      expect(await line).toMatch(/^the node does not run: STORAGE_FAILED: .*\/proc\/qudag/)
      end()
      expect(await ended).toEqual({ code: 1, signal: null })
    })

    it('says that it met a fault at its start and where the log is, and takes the signal to end', async (test) => {
      if (problem !== undefined) return test.skip(problem)
      const archive = join(folder, 'resources/app.asar')
      const whole = readFileSync(archive)
      const name = Buffer.from('"renderer":')
      const broken = Buffer.from(whole)
      broken.write('"rendereX":', whole.indexOf(name), 'latin1')
      writeFileSync(archive, broken)
      try {
        const { ended, line, end } = start({ ...display?.env }, [`--data-dir=${home}/data`])
        const log = /could not start\. .* (\/\S+desktop\.log)$/.exec(await line)?.[1] ?? ''
        expect(readFileSync(log, 'utf8')).toContain('the interface is not built')
        end()
        expect(await ended).toEqual({ code: 1, signal: null })
      } finally {
        writeFileSync(archive, whole)
      }
    })
  })
})

interface Started {
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** The first line that the app itself says of why it does not run, without its name. */
  readonly line: Promise<string>
  /** All of them so far. */
  lines(): readonly string[]
  /** SIGTERM, to the app itself: as another user it runs below the program that changes to that one. */
  end(): void
}

/** The packaged app with nothing in its environment but this. */
function startIn(program: string, env: Readonly<Record<string, string>>, args: readonly string[]): Started {
  const shell = [
    '-c',
    'echo $$; exec env "$@"',
    'sh',
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
  ]
  const [command, commandArgs] = asUser(testUser(), 'sh', [...shell, program, '--api-port=0', ...args])
  const { PATH = '', QUDAG_TEST_SQLITE_BINDING = '' } = process.env
  const child = spawn(command, commandArgs, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, QUDAG_TEST_SQLITE_BINDING },
  })
  const said: string[] = []
  let pid = 0
  createInterface(child.stdout).once('line', (text) => {
    pid = Number(text)
  })
  const ended = new Promise<Awaited<Started['ended']>>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  )
  const line = new Promise<string>((resolve, reject) => {
    createInterface(child.stderr).on('line', (text) => {
      const own = /^qudag-exchange: (.*)$/.exec(text)?.[1]
      if (own === undefined) return
      said.push(own)
      resolve(own)
    })
    void ended.then(({ code, signal }) =>
      reject(new Error(`the packaged app ended with ${code ?? signal} and said nothing`)),
    )
  })
  line.catch(() => undefined)
  return { ended, line, lines: () => said, end: () => process.kill(pid, 'SIGTERM') }
}

interface ArchiveFolder {
  readonly files: Readonly<Record<string, ArchiveFolder>>
}

/** What lies at the top of an archive, and in the two folders that matter. Its header is JSON after four 32-bit lengths. */
function namesIn(file: string): Record<string, string[]> {
  const archive = readFileSync(file)
  const header = JSON.parse(archive.toString('utf8', 16, 16 + archive.readUInt32LE(12))) as ArchiveFolder
  const namesOf = (folder: ArchiveFolder | undefined): string[] => Object.keys(folder?.files ?? {}).sort()
  const { dist, node_modules: packages } = header.files
  return { '': namesOf(header), dist: namesOf(dist), node_modules: namesOf(packages) }
}

/** Chromium says on its error output where it can be reached. */
function debuggerOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const { stderr } = child
    if (stderr === null) return reject(new Error('the app has no error output'))
    let text = ''
    createInterface(stderr).on('line', (line) => {
      text += `${line}\n`
      const address = /DevTools listening on (ws:\/\/\S+)/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
    child.once('exit', (code) => reject(new Error(`the packaged app ended with ${code}: ${text}`)))
  })
}
