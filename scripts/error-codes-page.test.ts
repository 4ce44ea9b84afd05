import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorCodesPage } from './error-codes-page.ts'

describe('docs/error-codes.md', () => {
  it('is as the table of codes is now (else: node scripts/generate-docs.ts)', () => {
    expect(readFileSync(new URL('../docs/error-codes.md', import.meta.url), 'utf8')).toBe(errorCodesPage())
  })
})
