import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderProblem } from './folder-problem.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

describe('folderProblem', () => {
  it('makes the folder, and finds nothing wrong with it', () => {
    const path = join(temporaryFolder(), 'a', 'b')
    expect(folderProblem(path)).toBeUndefined()
    expect(statSync(path).isDirectory()).toBe(true)
  })

  it('says what is in the way', () => {
    const path = join(temporaryFolder(), 'file')
    writeFileSync(path, '')
    expect(folderProblem(path)).toBe('EEXIST')
    if (existsSync('/proc')) expect(folderProblem('/proc/qudag')).toBe('ENOENT')
  })

  it('says that a folder may not be written to', ({ skip }) => {
    if (process.platform === 'win32' || process.getuid?.() === 0) skip('needs a user who is not root')
    const path = temporaryFolder()
    chmodSync(path, 0o500)
    expect(folderProblem(path)).toBe('EACCES')
    chmodSync(path, 0o700)
  })
})
