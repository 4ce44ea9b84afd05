/** `node open` and `start`: the link to the interface goes to the browser or to whoever asked for it, and nowhere else. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { openerOf } from './open-in-browser.ts'
import {
  environmentOf,
  errorOf,
  fakeMainFile,
  type Ran,
  type RunOptions,
  runProgram,
} from './test-support/run-program.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = temporaryFolder('open-interface')
const link = 'http://127.0.0.1:3000/#c=code'
const started = new Set<number>()
let next = 0

afterEach(() => {
  for (const pid of started) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
  started.clear()
})

function freshDataDir(): string {
  const dataDir = join(folder, `data-${next++}`)
  mkdirSync(dataDir, { mode: 0o700 })
  return dataDir
}

const run = (args: readonly string[], options: RunOptions): Promise<Ran> =>
  runProgram(args, { entry: fakeMainFile, ...options })

const linesOf = ({ stdout }: Ran): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)

async function startDetached(dataDir: string, env: Record<string, string> = {}): Promise<void> {
  const [ready] = linesOf(await run(['node', 'start', '--detach', '--json'], { dataDir, env })) as [{ pid: number }]
  started.add(ready.pid)
}

/** A machine with a display whose opener writes down what it is called with. */
function withOpener(exitCode: number): { env: Record<string, string>; opened: () => string[] } {
  const bin = join(folder, `bin-${next++}`)
  mkdirSync(bin)
  const record = join(bin, 'opened')
  const opener = join(bin, 'xdg-open')
  writeFileSync(opener, `#!/bin/sh\nfor given in "$@"; do echo "$given" >> "${record}"; done\nexit ${exitCode}\n`)
  chmodSync(opener, 0o755)
  return {
    env: { DISPLAY: ':99', PATH: `${bin}:${process.env.PATH}` },
    opened: () => (existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n') : []),
  }
}

describe('node open', () => {
  it.runIf(process.platform === 'linux')(
    'hands the link to the browser as one argument, and shows it nowhere',
    async () => {
      const dataDir = freshDataDir()
      await startDetached(dataDir)
      const { env, opened } = withOpener(0)
      const ran = await run(['node', 'open', '--json'], { dataDir, env })
      expect(ran).toMatchObject({ code: 0, stderr: '' })
      expect(linesOf(ran)).toEqual([{ event: 'interface', opened: true }])
      expect(opened()).toEqual([link])
      expect((await run(['node', 'open'], { dataDir, env })).stdout).not.toContain('#c=')
    },
  )

  it('prints the link where it is asked to, where there is no display, and where the opener fails', async () => {
    const dataDir = freshDataDir()
    await startDetached(dataDir)
    const printed = { event: 'interface', opened: false, url: link, expiresAt: expect.stringMatching(/Z$/) }
    const { env, opened } = withOpener(3)
    expect(linesOf(await run(['node', 'open', '--no-open', '--json'], { dataDir, env }))).toEqual([printed])
    expect(opened()).toEqual([])
    expect(linesOf(await run(['node', 'open', '--json'], { dataDir }))).toEqual([printed])
    expect(linesOf(await run(['node', 'open', '--json'], { dataDir, env }))).toEqual([printed])
    const text = await run(['node', 'open', '--no-open'], { dataDir })
    expect(text.stdout.split('\n')).toContain(link)
  })

  it('says that there is no node, or no interface', async () => {
    const dataDir = freshDataDir()
    const alone = await run(['node', 'open', '--json'], { dataDir })
    expect(alone).toMatchObject({ code: 4, stdout: '' })
    await startDetached(dataDir, { QUDAG_FAKE_INTERFACE: 'none' })
    const missing = await run(['node', 'open', '--json'], { dataDir })
    expect(missing).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(missing).code).toBe('BROWSER_UNAVAILABLE')
  })
})

describe('start', () => {
  const ready = expect.objectContaining({ event: 'ready' })
  const untilInterface = async (args: readonly string[], options: RunOptions): Promise<Ran> => {
    let isTold = false
    return run(args, {
      ...options,
      onOutput: ({ stdout }, child) => {
        if (isTold || !stdout.includes('"interface"')) return
        isTold = true
        child.kill('SIGTERM')
      },
    })
  }

  it('runs a node and opens its interface, or prints the link', async () => {
    const dataDir = freshDataDir()
    const printed = await untilInterface(['start', '--no-open', '--json'], { dataDir })
    expect(printed).toMatchObject({ code: 0, stderr: '' })
    expect(linesOf(printed)).toEqual([ready, expect.objectContaining({ opened: false, url: link })])
    if (process.platform !== 'linux') return
    const { env, opened } = withOpener(0)
    const shown = await untilInterface(['start', '--json'], { dataDir, env })
    expect(linesOf(shown)).toEqual([ready, { event: 'interface', opened: true }])
    expect(opened()).toEqual([link])
  })

  it('finds the node that runs already, opens its interface, and ends', async () => {
    const dataDir = freshDataDir()
    await startDetached(dataDir)
    const ran = await run(['start', '--no-open', '--json'], { dataDir })
    expect(ran.code).toBe(0)
    expect(linesOf(ran)).toEqual([
      expect.objectContaining({ event: 'ready', attached: true }),
      expect.objectContaining({ url: link }),
    ])
  })

  it('in the background opens it from the command that was typed: no link is in the log', async () => {
    const dataDir = freshDataDir()
    const ran = await run(['start', '--detach', '--no-open', '--json'], { dataDir })
    const [first, second] = linesOf(ran) as [{ pid: number }, { url: string }]
    started.add(first.pid)
    expect(second.url).toBe(link)
    const log = readFileSync(join(dataDir, 'node.log'), 'utf8')
    expect(log).toContain('"ready"')
    expect(log).not.toContain('#c=')
  })

  it('goes on without an interface, and says why there is none', async () => {
    const dataDir = freshDataDir()
    await startDetached(dataDir, { QUDAG_FAKE_INTERFACE: 'none' })
    const ran = await run(['start'], { dataDir })
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain('No interface here. Build it.')
    expect(ran.stderr).toContain('vault init')
    expect(ran.stderr).toContain('node stop')
    expect(ran.stderr).not.toContain('Ctrl-C')
  })

  it('of a node for scripts tells a person on a terminal how to open the interface', async (context) => {
    if (spawnSync('script', ['--version']).status !== 0) context.skip('script(1) is not installed')
    const dataDir = freshDataDir()
    const shown = await new Promise<string>((resolve, reject) => {
      const command = `${process.execPath} ${fakeMainFile} node start --data-dir ${dataDir}`
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        env: environmentOf({ dataDir, env: { TERM: 'xterm' } }),
      })
      let text = ''
      let asked = false
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        if (asked || !text.includes('node open')) return
        asked = true
        child.stdin.write('\u0003')
      })
      child.on('error', reject)
      child.on('close', () => resolve(text))
    })
    expect(shown).toContain('Open its interface in a browser with: npm run qudag -- node open')
    expect(shown).not.toContain('#c=')
  })
})

describe('openerOf', () => {
  it('uses no shell, and nothing where nobody would see a window', () => {
    expect(openerOf(link, 'darwin', {})).toEqual({ command: 'open', args: [link] })
    expect(openerOf(link, 'win32', {})).toEqual({ command: 'rundll32', args: ['url.dll,FileProtocolHandler', link] })
    expect(openerOf(link, 'linux', { DISPLAY: ':0' })).toEqual({ command: 'xdg-open', args: [link] })
    expect(openerOf(link, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })).toMatchObject({ command: 'xdg-open' })
    expect(openerOf(link, 'linux', { DISPLAY: '' })).toBeUndefined()
  })
})
