import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { settleConfig } from './settle-config.ts'

const base = mkdtempSync(join(tmpdir(), 'qudag-settle-'))
const chain = join(base, 'networks', '0123456789abcdef')
mkdirSync(chain, { recursive: true })
writeFileSync(join(chain, 'config.json'), '{"network":"test","autoLockMinutes":7}')
writeFileSync(join(base, 'config.json'), '{"autoLockMinutes":3}')
const named = join(base, 'named.json')
writeFileSync(named, '{"network":"main"}')
afterAll(() => rmSync(base, { recursive: true }))

const settle = (chosen: Parameters<typeof settleConfig>[2], network?: string, config?: string) => {
  const flags = { dataDir: base, ...(network === undefined ? {} : { network }) }
  const { config: settled } = settleConfig({ flags, config }, {}, chosen)
  return { dataDir: settled.dataDir, network: settled.network, autoLockMinutes: settled.autoLockMinutes }
}

describe('settleConfig', () => {
  it('is what flags and files say where nothing was chosen', () => {
    expect(settle(undefined)).toEqual({ dataDir: base, network: 'dev', autoLockMinutes: 3 })
    expect(settle({}, 'test')).toEqual({ dataDir: base, network: 'test', autoLockMinutes: 3 })
    expect(settle({}, undefined, named)).toMatchObject({ dataDir: base, network: 'main' })
  })

  it('takes a chosen network in place of the one that was named', () => {
    expect(settle({ network: 'main' }, 'test')).toMatchObject({ dataDir: base, network: 'main' })
  })

  it('takes the folder of a chain with what that folder says, whatever was named for the first', () => {
    const ofChain = { dataDir: chain, network: 'test', autoLockMinutes: 7 }
    expect(settle({ dataDir: chain })).toEqual(ofChain)
    expect(settle({ dataDir: chain }, 'main')).toEqual(ofChain)
    expect(settle({ dataDir: chain }, undefined, named)).toEqual(ofChain)
  })
})
