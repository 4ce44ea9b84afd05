import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeSettings, describeSettings, settleConfig } from '../config/index.ts'
import { limits as configLimits } from '../config/limits.ts'
import { serviceLimits } from './limits.ts'
import { createSettingsServices, type SettingsDeps } from './settings.ts'
import { codeOf } from './test-support.ts'

let dataDir: string
let file: string
const written: string[] = []
const applied: unknown[] = []

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'qudag-settings-'))
  file = join(dataDir, 'config.json')
  written.splice(0)
  applied.splice(0)
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

function start(deps: Partial<SettingsDeps> = {}, path = file) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  const settled = settleConfig({
    flags: { dataDir },
    file: text === undefined ? undefined : { path, text, named: path !== file },
  })
  if (!settled.ok) throw new Error(settled.error.message)
  return createSettingsServices(settled.value, {
    form: { describe: describeSettings, change: changeSettings },
    audit: async (action, details) => void written.push(`${action} ${JSON.stringify(details)}`),
    apply: (config, names) => void applied.push([names, config.autoLockMinutes]),
    ...deps,
  })
}

describe('settings', () => {
  it('are written for their owner alone, recorded without their values, and taken at once where they can be', async () => {
    const settings = start()
    const { items, restartNeeded } = await settings.set({ autoLockMinutes: 7, apiPort: 4000 })
    expect(restartNeeded).toBe(true)
    expect(items.find(({ name }) => name === 'autoLockMinutes')).toMatchObject({ value: 7, source: 'file' })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ autoLockMinutes: 7, apiPort: 4000 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(dataDir)).toEqual(['config.json'])
    expect(written).toEqual(['settings.change {"options":"apiPort, autoLockMinutes"}'])
    expect(applied).toEqual([[['autoLockMinutes'], 7]])
    expect(await start().list()).toMatchObject({ file })
  })

  it('of a file that somebody made keep its rights, its place behind a link, and what else is in it', async () => {
    const real = join(dataDir, 'elsewhere.json')
    const link = join(dataDir, 'node.json')
    writeFileSync(real, '{"logFormat":"json"}')
    chmodSync(real, 0o644)
    symlinkSync(real, link)
    await start({}, link).set({ apiPort: 1 })
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual({ logFormat: 'json', apiPort: 1 })
    expect(statSync(real).mode & 0o777).toBe(0o644)
  })

  it('are all set or none', async () => {
    const settings = start()
    await settings.set({ apiPort: 1 })
    const before = readFileSync(file, 'utf8')
    expect(await codeOf(settings.set({ apiPort: 2, logLevel: 'loud' }))).toBe('SETTING_INVALID')
    expect(await codeOf(settings.set({ apiPort: 2, dataDir: '/x' }))).toBe('SETTING_UNKNOWN')
    expect(await codeOf(settings.set({ apiPort: 2, tlsKeyFile: '/x' }))).toBe('SETTING_UNKNOWN')
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(written).toHaveLength(1)
    expect(await settings.set({})).toMatchObject({ restartNeeded: false })
    expect(written).toHaveLength(1)
  })

  it('set at the same moment are all there', async () => {
    const settings = start()
    await Promise.all([
      settings.set({ apiPort: 1 }),
      settings.set({ logLevel: 'loud' }).catch(() => undefined),
      settings.set({ autoLockMinutes: 3 }),
      settings.set({ logFormat: 'json' }),
    ])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ apiPort: 1, autoLockMinutes: 3, logFormat: 'json' })
  })

  it('leave a file alone that is not one of ours, or cannot be replaced', async () => {
    const settings = start()
    for (const text of ['{', '[]', ' '.repeat(serviceLimits.maxSettingsFileBytes + 1)]) {
      writeFileSync(file, text)
      expect(await codeOf(settings.set({ apiPort: 1 }))).toBe('SETTINGS_FILE')
      expect(await codeOf(settings.list())).toBe('SETTINGS_FILE')
      expect(readFileSync(file, 'utf8')).toBe(text)
    }
    rmSync(file)
    mkdirSync(file)
    expect(await codeOf(settings.set({ autoLockMinutes: 1 }))).toBe('SETTINGS_FILE')
    expect(applied).toEqual([])
    rmSync(file, { recursive: true })
    // What the new file would be called is in the way, and is no file.
    mkdirSync(`${file}.tmp`)
    expect(await codeOf(settings.set({ autoLockMinutes: 1 }))).toBe('SETTINGS_FILE')
    expect(existsSync(file)).toBe(false)
    expect(applied).toEqual([])
    expect(written.at(-1)).toBe('settings.change.refused {"options":"autoLockMinutes","code":"SETTINGS_FILE"}')
  })

  it('are not changed where that cannot be recorded', async () => {
    const settings = start({ audit: () => Promise.reject(Object.assign(new Error('full'), { code: 'AUDIT_FAILED' })) })
    expect(await codeOf(settings.set({ apiPort: 1 }))).toBe('AUDIT_FAILED')
    expect(existsSync(file)).toBe(false)
  })

  it('read no more of a file than a start does', () => {
    expect(serviceLimits.maxSettingsFileBytes).toBe(configLimits.maxFileBytes)
  })
})
