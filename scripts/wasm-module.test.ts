import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wasmModules } from './wasm-module.ts'

describe.each(wasmModules)('the compiled $name', ({ url, text }) => {
  it('is what its sources compile to, byte by byte', { timeout: 60_000 }, async () => {
    // Compared as a truth value: a difference of 20 KB in base64 would tell nobody anything.
    const same = readFileSync(url, 'utf8') === (await text())
    expect(same, 'run `npm run build:wasm` and commit what it writes').toBe(true)
  })
})
