import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requireTool } from '../../scripts/test-support/require-tool.ts'
import { readConfigFile } from './config-file.ts'
import type { Host } from './host.ts'
import { limits } from './limits.ts'

describe('readConfigFile', () => {
  let folder = ''
  let host: Host
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'qudag-config-')))
    host = { platform: 'linux', homeDir: folder, workingDir: folder, cpuCount: 1 }
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('reads the named file, relative to the working folder', () => {
    writeFileSync(join(folder, 'mine.json'), '{"apiPort":1}')
    const expected = { ok: true, value: { path: join(folder, 'mine.json'), text: '{"apiPort":1}', named: true } }
    expect(readConfigFile({ config: 'mine.json' }, {}, host)).toEqual(expected)
    expect(readConfigFile({ config: join(folder, 'mine.json') }, {}, host)).toEqual(expected)
  })

  it('finds config.json in the data folder: flag, then environment, then default', () => {
    for (const name of ['flag', 'env', '.local/share/qudag-exchange']) {
      mkdirSync(join(folder, name), { recursive: true })
      writeFileSync(join(folder, name, 'config.json'), name)
    }
    const env = { QUDAG_DATA_DIR: join(folder, 'env') }
    const read = (...args: Parameters<typeof readConfigFile>) => {
      const result = readConfigFile(...args)
      return result.ok ? result.value : undefined
    }
    expect(read({ dataDir: join(folder, 'flag') }, env, host)).toMatchObject({ text: 'flag', named: false })
    expect(read({ dataDir: 'flag' }, env, host)).toMatchObject({ text: 'flag' })
    expect(read({}, env, host)).toMatchObject({ text: 'env', named: false })
    expect(read({}, { QUDAG_DATA_DIR: '' }, host)).toMatchObject({ text: '.local/share/qudag-exchange' })
  })

  it('does without a file in the data folder, but not without a named one', () => {
    expect(readConfigFile({ dataDir: join(folder, 'none') }, {}, host)).toEqual({ ok: true, value: undefined })
    expect(readConfigFile({ config: 'none.json' }, {}, host)).toMatchObject({
      ok: false,
      error: {
        code: 'CONFIG_INVALID',
        problems: [{ name: '--config', given: JSON.stringify(join(folder, 'none.json')) }],
      },
    })
  })

  it('takes a file at the limit and refuses one a byte longer', () => {
    writeFileSync(join(folder, 'full.json'), ' '.repeat(limits.maxFileBytes))
    writeFileSync(join(folder, 'long.json'), ' '.repeat(limits.maxFileBytes + 1))
    expect(readConfigFile({ config: 'full.json' }, {}, host).ok).toBe(true)
    expect(readConfigFile({ config: 'long.json' }, {}, host)).toMatchObject({ ok: false })
  })

  it('refuses a folder', () => {
    expect(readConfigFile({ config: '.' }, {}, host)).toMatchObject({ ok: false })
  })

  it('refuses a named pipe and does not wait for a writer', (test) => {
    requireTool(test, { name: 'mkfifo', reason: 'a named pipe is made with it' })
    execFileSync('mkfifo', [join(folder, 'pipe')])
    expect(readConfigFile({ config: 'pipe' }, {}, host)).toMatchObject({ ok: false })
  })
})
