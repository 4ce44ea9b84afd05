import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { licences } from './licences.ts'

const root = join(import.meta.dirname, '../../..')
const folders = ['renderer', 'node/api/contract', 'node/api/client']

/** Names of packages that the sources of the interface import, styles included; tests left out. */
function importedPackages(): Set<string> {
  const found = new Set<string>()
  for (const folder of folders) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(?:tsx?|css)$/.test(file) || /\.test\.tsx?$|test-support/.test(file)) continue
      const text = readFileSync(join(root, folder, file), 'utf8')
      for (const [, specifier = ''] of text.matchAll(/(?:from |import\(|@?import )['"]([^'".][^'"]*)['"]/g)) {
        if (specifier.startsWith('node:')) continue
        const parts = specifier.split('/')
        found.add(parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'))
      }
    }
  }
  return found
}

describe('licences', () => {
  it('names every package that the interface imports', () => {
    const imported = importedPackages()
    // Found at all: an expression that reads nothing would agree with any list.
    expect([...imported]).toEqual(expect.arrayContaining(['react', 'zod', '@fontsource-variable/inter']))
    expect([...imported].filter((name) => !licences.some((entry) => entry.name === name))).toEqual([])
  })

  it('says of each what its package says', () => {
    for (const { name, licence } of licences) {
      const packageFile = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'))
      expect(`${name} ${packageFile.license}`).toBe(`${name} ${licence}`)
    }
  })
})
