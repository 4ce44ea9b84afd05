import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { configFlags } from './command-line.ts'
import type { ConfigProblem } from './errors.ts'
import type { Host } from './host.ts'
import { limits } from './limits.ts'
import { type ConfigSources, loadConfig, settleConfig } from './load-config.ts'
import type { Config } from './options.ts'
import { capBytesPerSecond, listenAddresses } from './p2p-listen.ts'
import { changeSettings, describeSettings } from './settings-form.ts'

const host: Host = { platform: 'linux', homeDir: '/home/ada', workingDir: '/', cpuCount: 4 }
const peer = '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'
const one = `/ip4/203.0.113.7/tcp/4001/p2p/${peer}`
const two = `/dns4/node.example.org/tcp/4001/p2p/${peer}`

const file = (content: object) => ({ path: '/data/config.json', text: JSON.stringify(content), named: true })

function settle(sources: ConfigSources): Config {
  const result = loadConfig({ host, ...sources })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

function problems(sources: ConfigSources): readonly ConfigProblem[] {
  const result = loadConfig({ host, ...sources })
  return result.ok ? [] : result.error.problems
}

describe('a list', () => {
  it('comes from a flag with commas, a flag given several times, or an array in the file, all alike', () => {
    expect(settle({ flags: { bootstrap: `${one}, ${two}` } }).bootstrap).toEqual([one, two])
    expect(settle({ flags: { bootstrap: [one, two] } }).bootstrap).toEqual([one, two])
    expect(settle({ file: file({ bootstrap: [one, two] }) }).bootstrap).toEqual([one, two])
    expect(settle({ flags: { bootstrap: '' } }).bootstrap).toEqual([])
    expect(settle({}).bootstrap).toEqual([])
  })

  it('is an array in the file and nothing else', () => {
    for (const bootstrap of [one, [[one]], [1], { 0: one }]) {
      expect(problems({ file: file({ bootstrap }) })).toHaveLength(1)
    }
  })

  it('has a bound', () => {
    const many = Array.from({ length: limits.maxListItems + 1 }, () => one)
    expect(problems({ flags: { bootstrap: many } })).toHaveLength(1)
    expect(settle({ flags: { bootstrap: many.slice(1) } }).bootstrap).toHaveLength(limits.maxListItems)
  })

  it('is said to be one where flags are parsed', () => {
    const lists = configFlags.filter(({ isList }) => isList).map(({ name }) => name)
    expect(lists).toEqual(['p2pListen', 'p2pAnnounce', 'bootstrap', 'stunServers'])
  })

  it('is one text in the form, and an array in the file that the form writes', () => {
    const settled = settleConfig({ host, file: file({ bootstrap: [one] }) })
    if (!settled.ok) throw new Error(settled.error.message)
    const text = JSON.stringify({ bootstrap: [one] })
    const described = describeSettings(settled.value, text)
    const entry = described.ok ? described.value.find(({ name }) => name === 'bootstrap') : undefined
    expect(entry).toMatchObject({ kind: 'text', value: one, inFile: one, default: null, source: 'file' })

    const changed = changeSettings(settled.value, text, { bootstrap: `${one}, ${two}` })
    expect(changed).toMatchObject({ ok: true, value: { restartNeeded: true, applied: [] } })
    expect(changed.ok && JSON.parse(changed.value.text)).toEqual({ bootstrap: [one, two] })
    expect(changeSettings(settled.value, text, { bootstrap: one })).toMatchObject({
      ok: true,
      value: { restartNeeded: false },
    })
    expect(changeSettings(settled.value, text, { bootstrap: 'not an address' })).toMatchObject({
      ok: false,
      error: { code: 'SETTING_INVALID', name: 'bootstrap' },
    })
    const taken = changeSettings(settled.value, text, { bootstrap: null })
    expect(taken.ok && JSON.parse(taken.value.text)).toEqual({})
  })
})

describe('addresses', () => {
  it('to listen on are of this machine, over a transport that the host has', () => {
    for (const address of [
      '/ip4/0.0.0.0/tcp/4001',
      '/ip6/::/tcp/0',
      '/ip4/127.0.0.1/tcp/4002/ws',
      '/ip4/192.168.1.2/udp/4003/webrtc-direct',
    ]) {
      expect(settle({ flags: { p2pListen: address } }).p2pListen).toEqual([address])
    }
    for (const address of [
      '4001',
      'localhost:4001',
      '/ip4/0.0.0.0',
      '/ip4/0.0.0.0/tcp/65536',
      '/ip4/0.0.0.0/tcp/04',
      '/ip4/999.0.0.1/tcp/1',
      '/dns4/example.org/tcp/1',
      '/unix/%2Ftmp%2Fx',
      '/ip4/0.0.0.0/udp/1/quic-v1',
      `/ip4/0.0.0.0/tcp/1/p2p/${peer}`,
    ]) {
      expect(problems({ flags: { p2pListen: address } }), address).toHaveLength(1)
    }
  })

  it('of peers are names or numbers of other machines', () => {
    for (const address of [
      one,
      two,
      '/ip6/2001:db8::1/tcp/4001',
      '/dnsaddr/bootstrap.example.org',
      `${one}/p2p-circuit/p2p/${peer}`,
    ]) {
      expect(settle({ flags: { bootstrap: address } }).bootstrap).toEqual([address])
    }
    for (const address of [
      'example.org',
      '/dns4/example.org',
      '/unix/%2Ftmp',
      '/ip4/1.2.3/tcp/1',
      '/ip4/1.2.3.4/tcp/1//',
      '/memory/x',
      `${one}\u0000`,
    ]) {
      expect(problems({ flags: { bootstrap: address } }), JSON.stringify(address)).toHaveLength(1)
    }
  })

  it('never throw, whatever text they are (property)', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (text) => {
        for (const name of ['p2pListen', 'bootstrap', 'stunServers', 'p2pAnnounce'])
          problems({ flags: { [name]: text } })
      }),
    )
  })

  it('are none where nobody is to be listened for, and all of the machine elsewhere', () => {
    expect(listenAddresses(undefined, { isAlone: true })).toEqual([])
    expect(listenAddresses(undefined, { isAlone: false })).toEqual([
      '/ip4/0.0.0.0/tcp/4001',
      '/ip4/0.0.0.0/tcp/4002/ws',
      '/ip6/::/tcp/4001',
      '/ip6/::/tcp/4002/ws',
    ])
    expect(listenAddresses(['/ip4/127.0.0.1/tcp/0'], { isAlone: true })).toEqual(['/ip4/127.0.0.1/tcp/0'])
    for (const address of listenAddresses(undefined, { isAlone: false })) {
      expect(settle({ flags: { p2pListen: address } }).p2pListen).toEqual([address])
    }
  })
})

describe('caps', () => {
  it('are none, or enough to take part', () => {
    expect(capBytesPerSecond(settle({}).maxUploadKbPerSecond)).toBeNull()
    expect(capBytesPerSecond(settle({ flags: { maxUploadKbPerSecond: '250' } }).maxUploadKbPerSecond)).toBe(250_000)
    for (const value of ['1', '15', '-1', '10000001', '1.5']) {
      expect(problems({ flags: { maxDownloadKbPerSecond: value } }), value).toHaveLength(1)
    }
  })
})

describe('classical peers', () => {
  it('are refused by a validator, wherever it is said', () => {
    const validator = { validatorKeyFile: '/k' }
    expect(settle({ flags: { allowClassicalPeers: 'yes' } }).allowClassicalPeers).toBe('yes')
    expect(problems({ flags: { ...validator, allowClassicalPeers: 'yes' } })).toMatchObject([
      { source: 'flag', name: '--allow-classical-peers' },
    ])
    expect(problems({ flags: validator, file: file({ allowClassicalPeers: 'yes' }) })).toMatchObject([
      { source: 'file', name: 'allowClassicalPeers' },
    ])
    const settled = settleConfig({ host, file: file({ validatorKeyFile: '/k' }) })
    expect(
      settled.ok && changeSettings(settled.value, '{"validatorKeyFile":"/k"}', { allowClassicalPeers: 'yes' }),
    ).toMatchObject({
      ok: false,
      error: { name: 'allowClassicalPeers' },
    })
  })
})
