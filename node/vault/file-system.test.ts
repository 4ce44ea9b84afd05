import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../core/bytes.ts'
import { nodeFs } from './file-system.ts'
import { readPrivateFile, replacePrivateFile } from './private-file.ts'

const posix = process.platform !== 'win32'
let dir: string
let path: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'qudag-vault-'))
  path = join(dir, 'inner', 'secret.json')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const write = (text: string) => replacePrivateFile(nodeFs, path, utf8(text))
const read = () => readPrivateFile(nodeFs, path, 100)

describe('private files on a real disk', () => {
  it('makes the folder, writes, replaces and reads', async () => {
    expect(await read()).toEqual({ ok: true, value: null })
    expect(await write('one')).toEqual({ ok: true, value: undefined })
    expect(await write('two!')).toEqual({ ok: true, value: undefined })
    expect(await read()).toEqual({ ok: true, value: utf8('two!') })
  })

  it.runIf(posix)('keeps others out, whatever the umask', async () => {
    const before = process.umask(0)
    try {
      await write('one')
    } finally {
      process.umask(before)
    }
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
    expect((statSync(join(dir, 'inner')).mode & 0o777).toString(8)).toBe('700')
  })

  it('gets past what a crash left beside it, and does not write through a link there', async () => {
    await write('one')
    writeFileSync(`${path}.tmp`, 'half a fi')
    await write('two')
    const elsewhere = join(dir, 'elsewhere')
    writeFileSync(elsewhere, 'untouched')
    if (posix) symlinkSync(elsewhere, `${path}.tmp`)
    await write('three')
    expect(readFileSync(path, 'utf8')).toBe('three')
    expect(readFileSync(elsewhere, 'utf8')).toBe('untouched')
    expect(() => statSync(`${path}.tmp`)).toThrow('ENOENT')
  })

  it.runIf(posix)('refuses to read what others can', async () => {
    await write('one')
    for (const mode of [0o640, 0o604, 0o660, 0o601]) {
      chmodSync(path, mode)
      expect(await read()).toEqual({ ok: false, error: { fault: 'permissions', reason: 'open-to-others' } })
    }
    chmodSync(path, 0o400)
    expect(await read()).toEqual({ ok: true, value: utf8('one') })
  })

  it.runIf(posix)('refuses what is no plain file of its own', async () => {
    await write('one')
    const link = join(dir, 'link')
    symlinkSync(path, link)
    const fifo = join(dir, 'fifo')
    execFileSync('mkfifo', ['-m', '600', fifo])
    for (const other of [link, fifo, dir]) {
      expect(await readPrivateFile(nodeFs, other, 100)).toEqual({
        ok: false,
        error: { fault: 'permissions', reason: 'not-a-file' },
      })
    }
    const stranger = { ...nodeFs, ownUid: () => (process.getuid?.() ?? 0) + 1 }
    expect(await readPrivateFile(stranger, path, 100)).toEqual({
      ok: false,
      error: { fault: 'permissions', reason: 'other-owner' },
    })
  })

  it('reads up to its limit and not a byte more', async () => {
    await write('x'.repeat(100))
    expect((await read()).ok).toBe(true)
    await write('x'.repeat(101))
    expect(await read()).toEqual({ ok: false, error: { fault: 'too-large' } })
  })
})
