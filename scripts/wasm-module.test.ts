import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wasmModuleText, wasmModuleUrl } from './wasm-module.ts'

describe('the compiled verifier', () => {
  it('is what its sources compile to, byte by byte', { timeout: 60_000 }, async () => {
    // Compared as a truth value: a difference of 20 KB in base64 would tell nobody anything.
    const same = readFileSync(wasmModuleUrl, 'utf8') === (await wasmModuleText())
    expect(same, 'run `npm run build:wasm` and commit what it writes').toBe(true)
  })
})
