import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeFolder, makeFolderSync } from './index.ts'

const posix = process.platform !== 'win32'
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'qudag-folders-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A folder that exists, and answers ENOENT to whoever makes one in it. */
const refusing = '/proc'

describe.each([
  ['makeFolder', makeFolder],
  ['makeFolderSync', async (path: string) => makeFolderSync(path)],
] as const)('%s', (_, make) => {
  it('makes a folder and those above it, for the owner alone, and leaves one that exists', async () => {
    const path = join(root, 'a', 'b', 'c')
    await make(path)
    await make(path)
    for (const folder of [join(root, 'a'), join(root, 'a', 'b'), path]) {
      expect(statSync(folder).isDirectory()).toBe(true)
      if (posix) expect((statSync(folder).mode & 0o777).toString(8)).toBe('700')
    }
  })

  it('says what is in the way', async () => {
    const file = join(root, 'file')
    writeFileSync(file, '')
    await expect(make(file)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(make(join(file, 'below'))).rejects.toMatchObject({ code: posix ? 'ENOTDIR' : 'ENOENT' })
    expect(statSync(file).isFile()).toBe(true)
  })

  it('ends where a folder that exists refuses one below it as if it did not', async ({ skip }) => {
    if (!existsSync(refusing)) skip('needs /proc')
    await expect(make(join(refusing, 'qudag'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(make(join(refusing, 'qudag', 'a', 'b'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
