/** On a real disk. The order of the steps, and a power cut at each of them: node/vault/private-file.test.ts, on a model of one. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../core/bytes.ts'
import {
  diskFiles,
  type ReplaceStep,
  type ReplacingFiles,
  replaceFile,
  replaceFileSync,
  temporaryPath,
} from './index.ts'

const posix = process.platform !== 'win32'
let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qudag-files-'))
  path = join(folder, 'file')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (): string => readFileSync(path, 'utf8')
const modeOf = (of: string): string => (statSync(of).mode & 0o777).toString(8)

/** The disk, with a failure of the system at one step; tells of the steps. */
function failingAt(at: ReplaceStep | undefined): { files: ReplacingFiles; steps: string[] } {
  const steps: string[] = []
  const pass = (step: ReplaceStep): void => {
    steps.push(step)
    if (step === at) throw Object.assign(new Error('simulated'), { code: 'EIO' })
  }
  const files: ReplacingFiles = {
    async makeFolder(name) {
      pass('folder')
      await diskFiles.makeFolder(name)
    },
    async remove(name) {
      // The first time only: the second is to clear up.
      if (!steps.includes('clear')) pass('clear')
      await diskFiles.remove(name)
    },
    async create(name, mode) {
      pass('create')
      const file = await diskFiles.create(name, mode)
      return {
        async write(bytes) {
          await file.write(bytes.subarray(0, at === 'write' ? 1 : bytes.length))
          pass('write')
        },
        async sync() {
          pass('sync')
          await file.sync()
        },
        async close() {
          await file.close()
          if (steps.at(-1) === 'sync') pass('close')
        },
      }
    },
    async rename(from, to) {
      pass('rename')
      await diskFiles.rename(from, to)
    },
    async syncFolder(name) {
      pass('sync-folder')
      await diskFiles.syncFolder(name)
    },
  }
  return { files, steps }
}

describe.each([
  ['replaceFile', replaceFile],
  ['replaceFileSync', async (...given: Parameters<typeof replaceFileSync>) => replaceFileSync(...given)],
] as const)('%s on a real disk', (_, replace) => {
  it('makes it and replaces it, and leaves nothing beside it', async () => {
    expect(await replace(path, utf8('one, and longer'))).toEqual({ ok: true, value: undefined })
    expect(await replace(path, utf8('two'))).toEqual({ ok: true, value: undefined })
    expect([read(), readdirSync(folder)]).toEqual(['two', ['file']])
  })

  it.runIf(posix)('gives it the rights that were asked for, for its owner alone otherwise', async () => {
    const before = process.umask(0)
    try {
      await replace(path, utf8('x'))
      expect(modeOf(path)).toBe('600')
      await replace(path, utf8('x'), { mode: 0o644 })
      expect(modeOf(path)).toBe('644')
      path = join(folder, 'a', 'b', 'file')
      await replace(path, utf8('x'), { makesFolder: true })
      expect([modeOf(path), modeOf(join(folder, 'a')), modeOf(join(folder, 'a', 'b'))]).toEqual(['600', '700', '700'])
    } finally {
      process.umask(before)
    }
  })

  it('makes no folder that it was not asked for', async () => {
    path = join(folder, 'a', 'file')
    const refused = await replace(path, utf8('x'))
    expect(refused).toMatchObject({ ok: false, error: { step: 'create', systemCode: 'ENOENT', replaced: false } })
    expect(existsSync(join(folder, 'a'))).toBe(false)
  })

  it('gets past what a crash left beside it, and writes through no link there', async () => {
    writeFileSync(temporaryPath(path), 'half of a fi')
    expect((await replace(path, utf8('one'))).ok).toBe(true)
    const elsewhere = join(folder, 'elsewhere')
    writeFileSync(elsewhere, 'untouched')
    if (posix) symlinkSync(elsewhere, temporaryPath(path))
    expect((await replace(path, utf8('two'))).ok).toBe(true)
    expect([read(), readFileSync(elsewhere, 'utf8')]).toEqual(['two', 'untouched'])
  })

  it('takes no folder out of its way', async () => {
    mkdirSync(temporaryPath(path))
    expect(await replace(path, utf8('one'))).toMatchObject({ ok: false, error: { step: 'clear', replaced: false } })
    expect([existsSync(path), existsSync(temporaryPath(path))]).toEqual([false, true])
    rmSync(temporaryPath(path), { recursive: true })
    mkdirSync(path)
    expect(await replace(path, utf8('one'))).toMatchObject({
      ok: false,
      error: { step: 'rename', replaced: false },
    })
    expect(readdirSync(folder)).toEqual(['file'])
  })
})

describe('a replacement that fails', () => {
  it.each(['folder', 'clear', 'create', 'write', 'sync', 'close', 'rename'] as const)(
    'leaves the old file and nothing beside it where %s fails, and says so',
    async (step) => {
      writeFileSync(path, 'old')
      const { files } = failingAt(step)
      const failed = await replaceFile(path, utf8('new'), { makesFolder: true }, files)
      const cause = expect.objectContaining({ message: 'simulated' })
      expect(failed).toEqual({ ok: false, error: { step, systemCode: 'EIO', replaced: false, cause } })
      expect([read(), readdirSync(folder)]).toEqual(['old', ['file']])
    },
  )

  it('tells where the new file is there, but the folder could not be synced', async () => {
    writeFileSync(path, 'old')
    const failed = await replaceFile(path, utf8('new'), {}, failingAt('sync-folder').files)
    expect(failed).toMatchObject({ ok: false, error: { step: 'sync-folder', systemCode: 'EIO', replaced: true } })
    expect([read(), readdirSync(folder)]).toEqual(['new', ['file']])
  })

  it('takes its steps in this order, without the folder where that is not asked for', async () => {
    const all = failingAt(undefined)
    await replaceFile(path, utf8('x'), { makesFolder: true }, all.files)
    const inOrder = ['folder', 'clear', 'create', 'write', 'sync', 'close', 'rename', 'sync-folder']
    expect(all.steps).toEqual(inOrder)
    const fewer = failingAt(undefined)
    await replaceFile(path, utf8('x'), { syncsFolder: false }, fewer.files)
    expect(fewer.steps).toEqual(inOrder.slice(1, -1))
  })
})

it('waits under another name in a folder that is somebody else’s', () => {
  writeFileSync(temporaryPath(path), 'not ours')
  const temporary = `${path}.7.tmp`
  writeFileSync(temporary, 'half of a fi')
  expect(replaceFileSync(path, utf8('one'), { temporary }).ok).toBe(true)
  expect([read(), readdirSync(folder).sort()]).toEqual(['one', ['file', 'file.tmp']])
  expect(readFileSync(temporaryPath(path), 'utf8')).toBe('not ours')
})
