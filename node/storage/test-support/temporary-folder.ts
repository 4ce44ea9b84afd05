/** A private folder for one test file, removed when its tests are done. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** @returns makes a fresh folder at each call */
export function temporaryFolders(): () => string {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'qudag-storage-'))
  let count = 0
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  return () => {
    const folder = join(root, String(++count))
    mkdirSync(folder, { mode: 0o700 })
    return folder
  }
}
