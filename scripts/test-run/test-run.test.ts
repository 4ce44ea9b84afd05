/** Runs the real scripts/test.ts on small projects, since a test command that reports wrongly hides everything else. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

describe('npm test', () => {
  let project = ''

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'qudag-test-run-'))
    cpSync(join(root, 'scripts'), join(project, 'scripts'), {
      recursive: true,
      filter: (source) => !source.endsWith('.test.ts'),
    })
    for (const name of ['package.json', 'vitest.config.ts']) cpSync(join(root, name), join(project, name))
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'), 'dir')
  })
  afterEach(() => rmSync(project, { recursive: true, force: true }))

  function write(path: string, body: string): void {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), `import { afterAll, describe, expect, it } from 'vitest'\n${body}\n`)
  }

  function run(env: Readonly<Record<string, string>> = {}): { code: number | null; lines: readonly string[] } {
    const { CI: _, VITEST: __, NODE_OPTIONS: ___, ...inherited } = process.env
    const child = spawnSync(process.execPath, ['scripts/with-node.mjs', 'scripts/test.ts'], {
      cwd: project,
      encoding: 'utf8',
      env: { ...inherited, NO_COLOR: '1', ...env },
    })
    return { code: child.status, lines: child.stdout.trimEnd().split('\n') }
  }

  it('counts unit and end-to-end tests together and lists what was left out', () => {
    write(
      'node/a.test.ts',
      `it('one', () => expect(1).toBe(1))
       it('two', (test) => test.skip('needs no-such-tool: it is asked'))`,
    )
    write('e2e/b.e2e.ts', `it('three', () => expect(1).toBe(1))`)
    const { code, lines } = run({ CI: 'true' })
    expect(lines.at(-1)).toBe('2 passed, 0 failed, 1 skipped')
    expect(lines).toContain('left out node/a.test.ts > two: needs no-such-tool: it is asked')
    expect(code).toBe(0)
  })

  it('counts failed tests, files that do not load, errors outside tests and skips nobody may rely on', () => {
    write(
      'node/a.test.ts',
      `it('passes', () => expect(1).toBe(1))
       it('fails', () => expect(1).toBe(2))
       it.skip('says nothing', () => expect(1).toBe(1))
       it.todo('is not written')
       it('could run', (test) => test.skip('needs sh: it is there'))
       describe('with a broken hook', () => {
         afterAll(() => { throw new Error('broken hook') })
         it('passes too', () => expect(1).toBe(1))
       })`,
    )
    write('node/b.test.ts', `import './missing.ts'\nit('never runs', () => expect(1).toBe(1))`)
    write('node/c.test.ts', `it('leaves', async () => { Promise.reject(new Error('left behind')); expect(1).toBe(1) })`)
    write('bench/d.test.ts', `it.only('alone', () => expect(1).toBe(1))`)
    const { code, lines } = run({ CI: 'true' })
    const failed = lines.filter((line) => line.startsWith('failed   ')).map((line) => line.slice(9).split(': ')[0])
    expect(failed.toSorted()).toEqual([
      'bench/d.test.ts > alone',
      'node/a.test.ts > could run',
      'node/a.test.ts > fails',
      'node/a.test.ts > is not written',
      'node/a.test.ts > says nothing',
      'node/a.test.ts > with a broken hook',
      'node/b.test.ts',
      'outside any test',
    ])
    expect(lines.at(-1)).toBe('3 passed, 8 failed, 0 skipped')
    expect(code).toBe(1)
  })

  it('fails where no test ran', () => {
    const { code, lines } = run()
    expect(lines.at(-1)).toBe('0 passed, 0 failed, 0 skipped')
    expect(lines).toContain('No test ran, which proves nothing.')
    expect(code).toBe(1)
  })

  it('fails where the tests end their process', () => {
    write('node/a.test.ts', `it('ends it all', () => { process.kill(process.pid, 'SIGKILL') })`)
    write('node/b.test.ts', `it('passes', () => expect(1).toBe(1))`)
    const { code, lines } = run()
    expect(lines.at(-1)).toMatch(/^1 passed, [1-9]\d* failed, 0 skipped$/)
    expect(lines.filter((line) => /^failed .*with signal SIGKILL .*a\.test\.ts/.test(line))).not.toEqual([])
    expect(code).toBe(1)
  })
})
