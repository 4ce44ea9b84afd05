import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folder = new URL('.', import.meta.url)
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('test-support.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
const canonical = readFileSync(new URL('../core/canonical.ts', import.meta.url), 'utf8')
const [, ledgerSection = ''] = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8').split(/^## /m)

/** Codes as the sources write them: in a type, in a value, or handed to ignore(). */
const inSources = new Set(
  [...`${sources.join('\n')}${canonical}`.matchAll(/(?:code: |\| |ignore\(|\? |: |return |=> )'([A-Z]+(?:_[A-Z]+)*)'/g)]
    .map(([, code]) => code as string)
    .filter((code) => code.length > 3),
)
const inDocs = new Set([...ledgerSection.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, code]) => code as string))

describe('docs/errors.md, "Ledger"', () => {
  it('is the section of the ledger', () => {
    expect(ledgerSection.startsWith('Ledger\n')).toBe(true)
    expect(inSources.size).toBeGreaterThan(35)
  })

  it('has every code of the ledger, and none that it does not have', () => {
    expect([...inDocs].sort()).toEqual([...inSources].sort())
  })
})
