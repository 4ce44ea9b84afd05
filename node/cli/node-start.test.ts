/** `node start`, `start` and `--detach` with a node that is only its socket; and once with the real one. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../api/test-support/temporary-folder.ts'
import { socketPathOf } from '../api/transports/index.ts'
import {
  environmentOf,
  errorOf,
  fakeMainFile,
  jsonOf,
  mainFile,
  type Ran,
  type RunOptions,
  runProgram,
} from './test-support/run-program.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = temporaryFolder('node-start')
let next = 0
const started = new Set<number>()

function freshDataDir(): string {
  const dataDir = join(folder, `data-${next++}`)
  mkdirSync(dataDir, { mode: 0o700 })
  return dataDir
}

const run = (args: readonly string[], options: RunOptions): Promise<Ran> =>
  runProgram(args, { entry: fakeMainFile, ...options })

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

interface Ready {
  readonly event: string
  readonly pid: number
  readonly dataDir: string
}

async function detached(dataDir: string, entry = fakeMainFile): Promise<Ready> {
  const ready = jsonOf(await run(['node', 'start', '--detach', '--json'], { dataDir, entry })) as Ready
  started.add(ready.pid)
  return ready
}

afterEach(() => {
  for (const pid of started) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  started.clear()
})

/** Runs in the foreground until its first line, does something, and waits for the end. */
async function foreground(
  args: readonly string[],
  dataDir: string,
  then: (pid: number) => unknown,
): Promise<Ran & { pid: number }> {
  let pid = 0
  const ran = await run(args, {
    dataDir,
    onOutput: ({ stdout }, child) => {
      if (pid !== 0 || !stdout.includes('\n')) return
      pid = child.pid as number
      then(pid)
    },
  })
  return { ...ran, pid }
}

describe('node start', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('says when it serves, stays, and ends cleanly at %s', async (signal) => {
    const dataDir = freshDataDir()
    const ran = await foreground(['node', 'start', '--json'], dataDir, (pid) => process.kill(pid, signal))
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(jsonOf(ran)).toEqual({
      event: 'ready',
      pid: ran.pid,
      chainId: 'c0',
      network: 'dev',
      apiUrl: null,
      tokenFile: null,
      socket: socketPathOf(dataDir),
      dataDir,
    })
    expect(existsSync(socketPathOf(dataDir))).toBe(false)
  })

  it('ends when it is told over its socket', async () => {
    const dataDir = freshDataDir()
    const stops: Promise<Ran>[] = []
    const ran = await foreground(['node', 'start'], dataDir, () =>
      stops.push(run(['node', 'stop', '--json'], { dataDir })),
    )
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('Running.')
    expect(jsonOf(await (stops[0] as Promise<Ran>))).toEqual({ event: 'stopped', pid: ran.pid })
  })

  it('attaches to the node that runs already', async () => {
    const dataDir = freshDataDir()
    const first = await detached(dataDir)
    const second = await run(['node', 'start', '--json'], { dataDir })
    expect(second.code).toBe(0)
    expect(jsonOf(second)).toEqual({ ...first, attached: true })
    const third = await run(['node', 'start', '--detach', '--json'], { dataDir })
    expect(jsonOf(third)).toEqual({ ...first, attached: true })
    expect((await run(['node', 'start'], { dataDir })).stdout).toContain('Already running.')
  })

  it('of two starts at the same moment, the later one waits for the other and attaches', async () => {
    const dataDir = freshDataDir()
    // This one finds the folder held by a node that does not answer yet.
    const later = run(['node', 'start', '--json'], { dataDir, env: { QUDAG_FAKE_FAILURE: 'DATA_FOLDER_IN_USE' } })
    const first = await detached(dataDir)
    const ran = await later
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(jsonOf(ran)).toEqual({ ...first, attached: true })
  })

  it('ends in the code of what kept it from starting', async () => {
    const env = { QUDAG_FAKE_FAILURE: 'NO_GENESIS' }
    const ran = await run(['node', 'start', '--json'], { dataDir: freshDataDir(), env })
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(errorOf(ran)).toMatchObject({ code: 'NO_GENESIS', hint: 'Try otherwise.' })
  })

  it('takes its options from flags, environment and file, and refuses what cannot be', async () => {
    const dataDir = freshDataDir()
    const flags = await foreground(['node', 'start', '--network', 'test', '--json'], dataDir, (pid) =>
      process.kill(pid, 'SIGTERM'),
    )
    expect(jsonOf(flags)).toMatchObject({ network: 'test' })
    const refused = await run(['node', 'start', '--round-interval-ms', '5', '--json'], { dataDir })
    expect(refused.code).toBe(2)
    expect(errorOf(refused)).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('--round-interval-ms'),
    })
  })
})

describe('node start --detach', () => {
  it('returns when it serves, outlives its starter, and keeps a log for its owner alone', async () => {
    const dataDir = freshDataDir()
    const ready = await detached(dataDir)
    expect(ready).toMatchObject({ event: 'ready', dataDir })
    expect(isAlive(ready.pid)).toBe(true)
    expect(statSync(join(dataDir, 'node.log')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(dataDir, 'node.log'), 'utf8')).toContain(`"pid":${ready.pid}`)
    expect((await run(['node', 'status', '--json'], { dataDir })).code).toBe(0)
    expect((await run(['node', 'stop'], { dataDir })).code).toBe(0)
    expect(isAlive(ready.pid)).toBe(false)
  })

  it('starts again after kill -9', async () => {
    const dataDir = freshDataDir()
    const first = await detached(dataDir)
    process.kill(first.pid, 'SIGKILL')
    while (isAlive(first.pid)) await new Promise((resolve) => setImmediate(resolve))
    expect((await run(['node', 'status'], { dataDir })).code).toBe(4)
    const second = await detached(dataDir)
    expect(second.pid).not.toBe(first.pid)
    expect((await run(['node', 'status'], { dataDir })).code).toBe(0)
  })

  it('passes on why it did not start, with the exit code', async () => {
    const env = { QUDAG_FAKE_FAILURE: 'VALIDATOR_KEY_LOCKED' }
    const ran = await run(['node', 'start', '--detach', '--json'], { dataDir: freshDataDir(), env })
    expect(ran).toMatchObject({ code: 3, stdout: '' })
    expect(errorOf(ran)).toEqual({ code: 'VALIDATOR_KEY_LOCKED', message: 'Told to fail.', hint: 'Try otherwise.' })
  })

  it('says where the log is when the process just ends', async () => {
    const dataDir = freshDataDir()
    const ran = await run(['node', 'start', '--detach', '--json'], { dataDir, env: { QUDAG_FAKE_CRASH: '1' } })
    expect(ran.code).toBe(1)
    expect(errorOf(ran)).toMatchObject({
      code: 'NODE_START_FAILED',
      message: expect.stringContaining('exit code 7'),
      hint: expect.stringContaining(join(dataDir, 'node.log')),
    })
  })
})

describe('start', () => {
  it('is the same for scripts, and shows a person what to type next', async (context) => {
    const dataDir = freshDataDir()
    const plain = await foreground(['start', '--json'], dataDir, (pid) => process.kill(pid, 'SIGTERM'))
    expect(plain).toMatchObject({ code: 0, stderr: '' })
    if (spawnSync('script', ['--version']).status !== 0) context.skip('script(1) is not installed')
    const shown = await new Promise<string>((resolve, reject) => {
      const child = spawn(
        'script',
        ['-qec', `${process.execPath} ${fakeMainFile} start --data-dir ${dataDir}`, '/dev/null'],
        {
          env: environmentOf({ dataDir, env: { TERM: 'xterm' } }),
        },
      )
      let text = ''
      let asked = false
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        // Ctrl-C, typed where the guide says so.
        if (asked || !text.includes('Ctrl-C here stops the node')) return
        asked = true
        child.stdin.write('\u0003')
      })
      child.on('error', reject)
      child.on('close', () => resolve(text))
    })
    expect(shown).toContain(`npm run qudag -- vault init --data-dir "${dataDir}"`)
    expect(shown).toContain('faucet main --wait finalized')
  })
})

describe('with the real node', () => {
  it('starts, pays from the faucet, and stops', async () => {
    const dataDir = freshDataDir()
    const real = (args: readonly string[], descriptors: readonly string[] = []): Promise<Ran> =>
      run([...args, '--json'], { dataDir, entry: mainFile, descriptors })
    const { pid } = await detached(dataDir, mainFile)
    expect((await real(['vault', 'init', '--password-fd', '3'], ['correct horse battery'])).code).toBe(0)
    const account = jsonOf(await real(['account', 'create', '--label', 'main'])) as { address: string }
    const faucet = await real(['faucet', 'main', '10', '--wait', 'finalized', '--timeout', '30'])
    expect(faucet).toMatchObject({ code: 0, stderr: '' })
    expect(jsonOf(faucet)).toMatchObject({ state: 'Finalized', outcome: 'ok', account: account.address })
    const self = await real(['transfer', account.address, '1'])
    expect(self.code).toBe(5)
    expect(errorOf(self).code).toBe('SELF_TRANSFER')
    expect(jsonOf(await real(['node', 'stop']))).toEqual({ event: 'stopped', pid })
    expect(isAlive(pid)).toBe(false)
  })
})
