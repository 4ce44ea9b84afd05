import { describe, expect, it } from 'vitest'
import { configFlags, flagsOfOptions } from './command-line.ts'
import { nearestName } from './nearest-name.ts'
import { configFileSchema, optionNames } from './options.ts'

describe('configFlags', () => {
  it('has one flag an option, each its own', () => {
    expect(configFlags.map(({ name }) => name)).toEqual(optionNames)
    expect(new Set(configFlags.map(({ attribute }) => attribute)).size).toBe(optionNames.length)
  })

  it('writes flags as the interfaces name them', () => {
    const flagOf = (name: string) => configFlags.find((flag) => flag.name === name)?.flags
    expect(flagOf('dataDir')).toBe('--data-dir <dir>')
    expect(flagOf('validatorKeyFile')).toBe('--validator <keyfile>')
    expect(flagOf('apiPort')).toBe('--api-port <port>')
    expect(flagOf('network')).toBe('--network <dev|test|main|file>')
  })
})

describe('flagsOfOptions', () => {
  it('picks the options by their flags and leaves the rest', () => {
    expect(flagsOfOptions({ validator: 'v.key', dataDir: '/x', json: true, apiPort: undefined })).toEqual({
      validatorKeyFile: 'v.key',
      dataDir: '/x',
    })
  })
})

describe('configFileSchema', () => {
  it('takes any of the options and nothing else', () => {
    expect(configFileSchema.safeParse({}).success).toBe(true)
    expect(configFileSchema.safeParse({ apiPort: 1, logLevel: 'warn' }).success).toBe(true)
    expect(configFileSchema.safeParse({ apiPort: '1' }).success).toBe(false)
    expect(configFileSchema.safeParse({ port: 1 }).success).toBe(false)
  })
})

describe('nearestName', () => {
  const known = ['dataDir', 'network', 'apiPort']
  it.each([
    ['dataDri', 'dataDir'],
    ['DATADIR', 'dataDir'],
    ['netwrok', 'network'],
    ['port', undefined],
    ['x', undefined],
    ['', undefined],
    ['dataDirectory', undefined],
  ])('%j → %j', (name, expected) => {
    expect(nearestName(name, known)).toBe(expected)
  })
})
