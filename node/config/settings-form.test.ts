import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Host } from './host.ts'
import { limits } from './limits.ts'
import { loadConfig, type SettledConfig, settleConfig, settledBy } from './load-config.ts'
import { type OptionName, optionNames, optionOf } from './options.ts'
import {
  changeSettings,
  describeSettings,
  type SettingEntry,
  type SettingsResult,
  type SettingValue,
} from './settings-form.ts'

const host: Host = { platform: 'linux', homeDir: '/home/ada', workingDir: '/home/ann', cpuCount: 4 }
const path = '/data/config.json'

function settled(content?: object, flags: Record<string, unknown> = {}): SettledConfig {
  const file = content === undefined ? undefined : { path, text: JSON.stringify(content), named: false }
  const result = settleConfig({ host, flags: { dataDir: '/data', ...flags }, file })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

function unwrapped<T>(result: SettingsResult<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

function entry(of: SettledConfig, text: string | undefined, name: OptionName): SettingEntry {
  const found = unwrapped(describeSettings(of, text)).find((item) => item.name === name)
  if (found === undefined) throw new Error(`${name} is not in the form`)
  return found
}

describe('settleConfig', () => {
  it('says where each value comes from, and which file the next start reads', () => {
    const result = settleConfig({
      host,
      env: { QUDAG_DATA_DIR: '/data' },
      flags: { apiPort: '1' },
      file: { path, text: '{"logLevel":"warn"}', named: false },
    })
    expect(result).toMatchObject({
      ok: true,
      value: { file: path, origins: { dataDir: 'env', apiPort: 'flag', logLevel: 'file', autoLockMinutes: 'default' } },
    })
    expect(settled().file).toBe('/data/config.json')
    expect(settled({ logLevel: 'warn' }).defaults.logLevel).toBe('info')
  })

  it('of values that a program settled, all hold until it ends', () => {
    const config = settled().config
    expect(new Set(Object.values(settledBy(config, host).origins))).toEqual(new Set(['flag']))
    expect(settledBy(config, host)).toMatchObject({ config, file: '/data/config.json', defaults: settled().defaults })
  })
})

describe('describeSettings', () => {
  it('has what a form can be made of, from the table alone', () => {
    const { config } = settled()
    expect(entry(settled(), undefined, 'autoLockMinutes')).toEqual({
      name: 'autoLockMinutes',
      description: optionOf('autoLockMinutes').description,
      kind: 'integer',
      least: 0,
      most: 1_440,
      value: config.autoLockMinutes,
      inFile: null,
      default: 15,
      source: 'default',
      live: true,
    })
    expect(entry(settled(), undefined, 'logLevel')).toMatchObject({
      kind: 'choice',
      choices: ['error', 'warn', 'info', 'debug'],
    })
    expect(entry(settled(), undefined, 'tlsCertFile')).toMatchObject({ kind: 'path', value: null, default: null })
    expect(entry(settled(), undefined, 'network')).toMatchObject({ kind: 'text', value: 'dev' })
  })

  it('tells what holds from what the file says', () => {
    const of = settled({ apiPort: 4000 }, { apiPort: '5000' })
    expect(entry(of, '{"apiPort":4000}', 'apiPort')).toMatchObject({ value: 5000, inFile: 4000, source: 'flag' })
    expect(entry(settled({ apiPort: 4000 }), '{"apiPort":4001}', 'apiPort')).toMatchObject({
      value: 4000,
      inFile: 4001,
      source: 'file',
    })
  })

  it('leaves out the data folder and whatever is never shown', () => {
    const names = unwrapped(describeSettings(settled(), undefined)).map(({ name }) => name)
    const left = optionNames.filter((name) => !names.includes(name))
    expect(left).toEqual(['dataDir', ...optionNames.filter((name) => optionOf(name).sensitive === true)])
    const secret = describeSettings(settled({ tlsKeyFile: '/k', tlsCertFile: '/c' }), '{"tlsKeyFile":"/k"}')
    expect(JSON.stringify(secret)).not.toContain('/k')
  })

  it.each(['', '[]', 'null', '{', '"x"'])('does not take %j for a file of ours', (text) => {
    expect(describeSettings(settled(), text)).toMatchObject({ ok: false, error: { code: 'SETTINGS_FILE' } })
    expect(changeSettings(settled(), text, {})).toMatchObject({ ok: false, error: { code: 'SETTINGS_FILE' } })
  })
})

describe('changeSettings', () => {
  it('makes a running node take what it can, and says what waits for the next start', () => {
    const change = unwrapped(changeSettings(settled(), undefined, { autoLockMinutes: 5, logLevel: 'debug' }))
    expect(change).toMatchObject({ applied: ['autoLockMinutes', 'logLevel'], restartNeeded: false })
    expect(change.settled.config).toMatchObject({ autoLockMinutes: 5, logLevel: 'debug' })
    expect(entry(change.settled, change.text, 'autoLockMinutes')).toMatchObject({ value: 5, inFile: 5, source: 'file' })
    const waits = unwrapped(changeSettings(settled(), undefined, { apiPort: 4000 }))
    expect(waits).toMatchObject({ applied: [], restartNeeded: true })
    expect(entry(waits.settled, waits.text, 'apiPort')).toMatchObject({ value: null, inFile: 4000, source: 'default' })
    // Set again, it waits still.
    expect(unwrapped(changeSettings(waits.settled, waits.text, { apiPort: 4000 })).restartNeeded).toBe(true)
    expect(unwrapped(changeSettings(waits.settled, waits.text, { apiPort: null })).restartNeeded).toBe(false)
  })

  it('goes back to the default where an option is taken out', () => {
    const of = settled({ autoLockMinutes: 5 })
    const change = unwrapped(changeSettings(of, '{"autoLockMinutes":5}', { autoLockMinutes: null }))
    expect(change).toMatchObject({ text: '{}\n', applied: ['autoLockMinutes'], restartNeeded: false })
    expect(entry(change.settled, change.text, 'autoLockMinutes')).toMatchObject({
      value: 15,
      inFile: null,
      source: 'default',
    })
  })

  it('writes beside a flag, which holds on', () => {
    const of = settled({}, { autoLockMinutes: '1', apiPort: '1' })
    const change = unwrapped(changeSettings(of, '{}', { autoLockMinutes: 5, apiPort: 2 }))
    expect(change).toMatchObject({ applied: [], restartNeeded: false })
    expect(JSON.parse(change.text)).toEqual({ autoLockMinutes: 5, apiPort: 2 })
    expect(entry(change.settled, change.text, 'autoLockMinutes')).toMatchObject({ value: 1, inFile: 5, source: 'flag' })
  })

  it('keeps what else is in the file, in its order', () => {
    const text = '{"validatorPasswordFile":"/p","note":{"mine":[1]},"__proto__":1,"apiPort":1}'
    const change = unwrapped(changeSettings(settled(), text, { apiPort: 2, logFormat: 'json' }))
    expect(JSON.stringify(JSON.parse(change.text))).toBe(
      '{"validatorPasswordFile":"/p","note":{"mine":[1]},"__proto__":1,"apiPort":2,"logFormat":"json"}',
    )
  })

  it.each<[string, Record<string, SettingValue>, string, string]>([
    ['an unknown name', { apiProt: 1 }, 'SETTING_UNKNOWN', 'apiProt'],
    ['a name that every object has', { constructor: 1 }, 'SETTING_UNKNOWN', 'constructor'],
    ['the data folder', { dataDir: '/x' }, 'SETTING_UNKNOWN', 'dataDir'],
    ['a file of a password', { validatorPasswordFile: '/x' }, 'SETTING_UNKNOWN', 'validatorPasswordFile'],
    ['a file of a key', { tlsKeyFile: null }, 'SETTING_UNKNOWN', 'tlsKeyFile'],
    ['a value out of range', { autoLockMinutes: 1_441 }, 'SETTING_INVALID', 'autoLockMinutes'],
    ['a number as text', { apiPort: '80' }, 'SETTING_INVALID', 'apiPort'],
    ['a choice that is none', { logLevel: 'loud' }, 'SETTING_INVALID', 'logLevel'],
    ['a sound value beside an unsound one', { apiPort: 1, logLevel: '' }, 'SETTING_INVALID', 'logLevel'],
    ['other machines without a word', { apiHost: '0.0.0.0' }, 'SETTING_INVALID', 'apiHost'],
    ['other machines without TLS', { apiHost: '192.0.2.1', allowRemote: 'yes' }, 'SETTING_INVALID', 'apiHost'],
    ['a certificate without its key', { tlsCertFile: '/c.pem' }, 'SETTING_INVALID', 'tlsCertFile'],
  ])('refuses %s, and all that came with it', (_, values, code, name) => {
    expect(changeSettings(settled(), undefined, values)).toMatchObject({ ok: false, error: { code, name } })
  })

  it('lets other machines in where key and certificate are there', () => {
    const of = settled({ tlsKeyFile: '/k.pem', tlsCertFile: '/c.pem' })
    const text = '{"tlsKeyFile":"/k.pem","tlsCertFile":"/c.pem"}'
    expect(changeSettings(of, text, { apiHost: '::', allowRemote: 'yes' })).toMatchObject({
      ok: true,
      value: { restartNeeded: true },
    })
  })

  it('knows a path by what it leads to', () => {
    const of = settled({ validatorKeyFile: 'v.key' })
    expect(of.config.validatorKeyFile).toBe('/data/v.key')
    const same = changeSettings(of, '{"validatorKeyFile":"v.key"}', { validatorKeyFile: '/data/v.key' })
    expect(same).toMatchObject({ ok: true, value: { restartNeeded: false } })
  })

  it('does not let the file grow beyond what a start reads', () => {
    const text = JSON.stringify({ note: 'x'.repeat(limits.maxFileBytes - 20) })
    expect(changeSettings(settled(), text, { apiPort: 1 })).toMatchObject({
      ok: false,
      error: { code: 'SETTINGS_FILE' },
    })
  })

  it('writes nothing that the next start would refuse, and the next start settles it so (property)', () => {
    const name = fc.constantFrom(...optionNames)
    const value = fc.oneof(
      fc.integer(),
      fc.integer({ min: 0, max: 200 }),
      fc.string(),
      fc.constant(null),
      fc.constantFrom('yes', 'no', 'json', 'debug', 'test', '/c.pem', '127.0.0.1', '0.0.0.0'),
    )
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 4 }), fc.dictionary(name, value), (values, more) => {
        const changed = changeSettings(settled(), undefined, values)
        if (!changed.ok) return true
        const again = changeSettings(changed.value.settled, changed.value.text, more)
        const { text } = again.ok ? again.value : changed.value
        const next = loadConfig({ host, flags: { dataDir: '/data' }, file: { path, text, named: false } })
        if (!next.ok) return false
        const live = (again.ok ? again.value : changed.value).settled.config
        return live.autoLockMinutes === next.value.autoLockMinutes && live.logLevel === next.value.logLevel
      }),
    )
  })
})
