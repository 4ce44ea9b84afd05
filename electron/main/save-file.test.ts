import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainName, saveFile } from './save-file.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const bytes = () => Uint8Array.of(1, 2, 3)

describe('saveFile', () => {
  it('writes where the owner says, a backup for the owner alone, and wipes the copy', async () => {
    const folder = temporaryFolder()
    const backup = bytes()
    const asked: string[] = []
    const ask = async (path: string): Promise<string> => {
      asked.push(path)
      return join(folder, 'mine.bin')
    }
    expect(await saveFile({ name: 'b.qbak', bytes: backup, isPrivate: true }, { ask, folder })).toBe(true)
    expect(asked).toEqual([join(folder, 'b.qbak')])
    expect([...readFileSync(join(folder, 'mine.bin'))]).toEqual([1, 2, 3])
    expect(statSync(join(folder, 'mine.bin')).mode & 0o777).toBe(0o600)
    expect([...backup]).toEqual([0, 0, 0])
    expect(readdirSync(folder)).toEqual(['mine.bin'])
  })

  it('writes nothing where the owner thinks better of it', async () => {
    const folder = temporaryFolder()
    expect(await saveFile({ name: 'a.csv', bytes: bytes() }, { ask: async () => undefined, folder })).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })

  it('says so where it cannot be written', async () => {
    const ask = async (): Promise<string> => '/dev/null/a.csv'
    await expect(saveFile({ name: 'a.csv', bytes: bytes() }, { ask, folder: '/tmp' })).rejects.toMatchObject({
      code: 'FILE_WRITE_FAILED',
    })
  })
})

describe('plainName', () => {
  it.each([
    ['history.csv', 'history.csv'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['.bashrc', 'bashrc'],
    ['a\u202egnp.exe', 'a_gnp.exe'],
    ['...', 'file'],
  ])('makes %j %j', (name, plain) => expect(plainName(name)).toBe(plain))

  it('never makes a path (property)', () => {
    fc.assert(fc.property(fc.string(), (name) => /^[^./\\][^/\\]*$/.test(plainName(name))))
  })
})
