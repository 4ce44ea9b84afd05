import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConfigProblem } from './errors.ts'
import type { Host } from './host.ts'
import { limits } from './limits.ts'
import { type ConfigSources, loadConfig } from './load-config.ts'
import { type Config, optionNames, optionOf } from './options.ts'

const linux: Host = { platform: 'linux', homeDir: '/home/ada', workingDir: '/home/ann', cpuCount: 4 }

function settle(sources: ConfigSources): Config {
  const result = loadConfig({ host: linux, ...sources })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

function problems(sources: ConfigSources): readonly ConfigProblem[] {
  const result = loadConfig({ host: linux, ...sources })
  if (result.ok) throw new Error('it was accepted')
  expect(result.error.code).toBe('CONFIG_INVALID')
  return result.error.problems
}

const file = (content: unknown, named = true) => ({
  path: '/etc/qudag/node.json',
  text: JSON.stringify(content),
  named,
})

describe('loadConfig', () => {
  it('gives every option its default', () => {
    expect(settle({})).toEqual({
      dataDir: '/home/ada/.local/share/qudag-exchange',
      network: 'dev',
      logLevel: 'info',
      logFormat: 'text',
      validatorKeyFile: undefined,
      validatorPasswordFile: undefined,
      apiPort: undefined,
      apiHost: 'localhost',
      allowRemote: 'no',
      tlsCertFile: undefined,
      tlsKeyFile: undefined,
      autoLockMinutes: 15,
      maxMempoolTransactions: 20_000,
      verifierWorkers: 3,
      roundIntervalMs: 100,
      idleHeartbeatSeconds: 30,
      trustCheckpoint: undefined,
      role: 'auto',
      p2pListen: undefined,
      p2pAnnounce: [],
      bootstrap: [],
      serveRelay: 'auto',
      useRelays: 'yes',
      mdns: 'yes',
      upnp: 'no',
      webRtc: 'no',
      stunServers: [],
      maxPeers: 100,
      maxUploadKbPerSecond: 0,
      maxDownloadKbPerSecond: 0,
      allowClassicalPeers: 'no',
    })
  })

  it('listens on addresses only, never on a name that has to be resolved', () => {
    for (const apiHost of ['localhost', '127.0.0.1', '::1', '0.0.0.0', '2001:db8::1']) {
      expect(settle({ flags: { apiHost } }).apiHost).toBe(apiHost)
    }
    for (const apiHost of ['', 'example.com', '127.0.0.1:80', '[::1]', '1']) {
      expect(problems({ flags: { apiHost } })[0]?.allowed).toBe('allowed is an IP address, or localhost')
    }
  })

  it('has only defaults that its own schemas accept', () => {
    for (const cpuCount of [1, 2, 64, 65, 1_000]) {
      const host = { ...linux, cpuCount }
      for (const name of optionNames) {
        const value = optionOf(name).defaultOf(host, {})
        if (value !== undefined) expect(optionOf(name).schema.safeParse(value).success, name).toBe(true)
      }
    }
  })

  it('leaves one core free, and uses the only one', () => {
    expect(settle({ host: { ...linux, cpuCount: 8 } }).verifierWorkers).toBe(7)
    expect(settle({ host: { ...linux, cpuCount: 1 } }).verifierWorkers).toBe(1)
  })

  it('takes flags before environment before file before defaults', () => {
    const sources = { env: { QUDAG_DATA_DIR: '/from/env' }, file: file({ dataDir: '/from/file', apiPort: 4000 }) }
    expect(settle({ ...sources, flags: { dataDir: '/from/flag' } }).dataDir).toBe('/from/flag')
    expect(settle(sources).dataDir).toBe('/from/env')
    expect(settle({ ...sources, env: {} }).dataDir).toBe('/from/file')
    expect(settle({ ...sources, env: { QUDAG_DATA_DIR: '' } }).dataDir).toBe('/from/file')
    expect(settle({ ...sources, flags: { apiPort: undefined } }).apiPort).toBe(4000)
    expect(settle({ ...sources, flags: { apiPort: '5000' } }).apiPort).toBe(5000)
  })

  it('makes paths absolute, from where they were written', () => {
    expect(settle({ flags: { dataDir: 'data' } }).dataDir).toBe('/home/ann/data')
    expect(settle({ env: { QUDAG_DATA_DIR: './data/' } }).dataDir).toBe('/home/ann/data')
    expect(settle({ file: file({ dataDir: '../data' }) }).dataDir).toBe('/etc/data')
    expect(settle({ flags: { validatorKeyFile: 'keys/v.key' } }).validatorKeyFile).toBe('/home/ann/keys/v.key')
    expect(settle({ file: file({ network: 'genesis.json' }) }).network).toBe('/etc/qudag/genesis.json')
    expect(settle({ flags: { network: 'test' } }).network).toBe('test')
    const windows: Host = { platform: 'win32', homeDir: 'C:\\Users\\ada', workingDir: 'D:\\work', cpuCount: 4 }
    expect(settle({ host: windows, flags: { dataDir: 'data' } }).dataDir).toBe('D:\\work\\data')
  })

  it('names the option, what was given and what is allowed', () => {
    expect(problems({ flags: { apiPort: '70000' } })).toEqual([
      { source: 'flag', name: '--api-port', given: '"70000"', allowed: 'allowed is a whole number from 0 to 65535' },
    ])
    expect(problems({ flags: { network: 'tset' } })).toEqual([
      {
        source: 'flag',
        name: '--network',
        given: '"tset"',
        allowed: 'allowed is dev, test, main, or the path of a genesis file',
      },
    ])
    expect(problems({ file: file({ logLevel: 'loud' }) })).toEqual([
      { source: 'file', name: 'logLevel', given: '"loud"', allowed: 'allowed is error or warn or info or debug' },
    ])
    const refused = loadConfig({ host: linux, flags: { roundIntervalMs: '99' } })
    expect(refused).toMatchObject({
      ok: false,
      error: { message: '--round-interval-ms is "99": allowed is a whole number from 100 to 200' },
    })
  })

  it.each(['', ' 5', '5 ', '+5', '05', '0x5', '5e0', '5.0', '-1', 'NaN', '٥', '99999999999999999999'])(
    'refuses %j as a number',
    (text) => {
      expect(problems({ flags: { autoLockMinutes: text } })).toHaveLength(1)
    },
  )

  it('keeps numbers numbers in the file', () => {
    expect(settle({ file: file({ apiPort: 0 }) }).apiPort).toBe(0)
    expect(problems({ file: file({ apiPort: '0' }) })).toHaveLength(1)
    expect(problems({ file: file({ apiPort: 1.5 }) })).toHaveLength(1)
    expect(problems({ file: file({ apiPort: null }) })).toHaveLength(1)
  })

  it('never shows what may be a password', () => {
    const password = 'correct horse battery staple'
    const results = [
      loadConfig({ host: linux, flags: { validatorPasswordFile: `${password}\0` } }),
      loadConfig({ host: linux, file: file({ validatorPasswordFile: [password] }) }),
      loadConfig({
        host: linux,
        file: { path: '/c.json', text: `{"validatorPasswordFile": "${password}`, named: true },
      }),
    ]
    for (const result of results) {
      expect(result.ok).toBe(false)
      expect(JSON.stringify(result)).not.toContain('horse')
    }
  })

  it('refuses unknown names and says which was meant', () => {
    expect(problems({ file: file({ datadir: '/x' }) })).toEqual([
      { source: 'file', name: '"datadir"', allowed: 'no such option', nearest: 'dataDir' },
    ])
    expect(problems({ flags: { apiProt: '1' } })[0]?.nearest).toBe('apiPort')
    expect(problems({ file: file({ entirelyElse: 1 }) })[0]).not.toHaveProperty('nearest')
    expect(problems({ file: file({ ['x'.repeat(10_000)]: 1 }) })[0]?.name.length).toBeLessThan(100)
    // JSON makes these own properties; they are names like any other.
    const text = '{"__proto__": {"apiPort": 1}, "constructor": 1}'
    expect(problems({ file: { path: '/c.json', text, named: true } }).map(({ name }) => name)).toEqual([
      '"__proto__"',
      '"constructor"',
    ])
  })

  it('reports every problem at once, also a value that a stronger one overrides', () => {
    const found = problems({ flags: { apiPort: '1', logLevel: 'x' }, file: file({ apiPort: -1, logFormat: 'xml' }) })
    expect(found.map(({ source, name }) => `${source} ${name}`)).toEqual([
      'flag --log-level',
      'file logFormat',
      'file apiPort',
    ])
  })

  it('refuses a file that is no JSON object, or too long', () => {
    for (const text of ['', '[]', 'null', '"x"', '{', '{"apiPort": 1}x']) {
      expect(problems({ file: { path: '/c.json', text, named: true } })).toHaveLength(1)
    }
    const padded = (bytes: number) => `{"apiPort":1}${' '.repeat(bytes - 13)}`
    expect(settle({ file: { path: '/c.json', text: padded(limits.maxFileBytes), named: true } }).apiPort).toBe(1)
    expect(problems({ file: { path: '/c.json', text: padded(limits.maxFileBytes + 1), named: true } })).toHaveLength(1)
  })

  it('lets a file in the data folder name no other data folder', () => {
    expect(problems({ file: file({ dataDir: '/x' }, false) }).map(({ name }) => name)).toEqual(['dataDir'])
    expect(settle({ file: file({ apiPort: 1 }, false) }).apiPort).toBe(1)
  })

  it('answers anything with a configuration that its schemas accept, or with CONFIG_INVALID (property)', () => {
    const key = fc.oneof(fc.constantFrom(...optionNames), fc.string())
    const record = fc.dictionary(key, fc.oneof(fc.string(), fc.integer(), fc.jsonValue()), { maxKeys: 6 })
    fc.assert(
      fc.property(record, record, fc.string(), (flags, content, env) => {
        const result = loadConfig({ host: linux, flags, env: { QUDAG_DATA_DIR: env }, file: file(content) })
        if (!result.ok) return result.error.problems.length > 0 && result.error.message !== ''
        return optionNames.every((name) => {
          const value = result.value[name]
          return value === undefined
            ? optionOf(name).defaultOf(linux, {}) === undefined
            : optionOf(name).schema.safeParse(value).success
        })
      }),
    )
  })
})
