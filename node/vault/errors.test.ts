import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { vaultErrorCodes } from './errors.ts'

it('every code is in the document, and no other', () => {
  const document = readFileSync(new URL('../../docs/vault-file.md', import.meta.url), 'utf8')
  const [, table = ''] = document.split('## Codes')
  expect([...table.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code).sort()).toEqual(
    [...vaultErrorCodes].sort(),
  )
})
