import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadConfig, optionNames, options } from '../node/config/index.ts'
import { mostVerifierWorkers } from '../node/config/options.ts'
import { limits as cryptoLimits } from '../node/crypto/limits.ts'
import { configurationPage } from './configuration-page.ts'

describe('docs/configuration.md', () => {
  const page = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8')

  it('is as the options are now (else: node scripts/generate-docs.ts)', () => {
    expect(page).toBe(configurationPage())
  })

  it('has every option with its flag and its description', () => {
    for (const name of optionNames) {
      expect(page).toContain(`## ${name}\n`)
      expect(page).toContain(`--${options[name].flag} `)
      expect(page).toContain(options[name].description)
    }
  })

  it('gives an example that is accepted', () => {
    const [, text = ''] = /```json\n([^`]+)```/.exec(page) ?? []
    const host = { platform: 'linux', homeDir: '/h', workingDir: '/', cpuCount: 1 } as const
    expect(loadConfig({ host, file: { path: '/c.json', text, named: true } })).toMatchObject({
      ok: true,
      value: { apiPort: 3100, autoLockMinutes: 5, logLevel: 'warn' },
    })
  })
})

describe('bounds that a layer has too', () => {
  // config imports no layer, so the figures stand twice.
  it('are the same there', () => {
    expect(mostVerifierWorkers).toBe(cryptoLimits.maxWorkers)
  })
})
