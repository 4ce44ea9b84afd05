import { describe, expect, it } from 'vitest'
import { currentHost, defaultDataDir, type Host } from './host.ts'

const host = (platform: NodeJS.Platform, homeDir: string): Host => ({ platform, homeDir, workingDir: '/', cpuCount: 1 })

describe('defaultDataDir', () => {
  it.each([
    ['linux', '/home/ada', {}, '/home/ada/.local/share/qudag-exchange'],
    ['linux', '/home/ada', { XDG_DATA_HOME: '/data/' }, '/data/qudag-exchange'],
    ['linux', '/home/ada', { XDG_DATA_HOME: '' }, '/home/ada/.local/share/qudag-exchange'],
    ['linux', '/home/ada', { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/qudag-exchange'],
    ['freebsd', '/home/ada', {}, '/home/ada/.local/share/qudag-exchange'],
    ['darwin', '/Users/ada', { XDG_DATA_HOME: '/data' }, '/Users/ada/Library/Application Support/qudag-exchange'],
    ['win32', 'C:\\Users\\ada', { APPDATA: 'E:\\Roaming' }, 'E:\\Roaming\\qudag-exchange'],
    ['win32', 'C:\\Users\\ada', {}, 'C:\\Users\\ada\\AppData\\Roaming\\qudag-exchange'],
  ] as const)('on %s from %s with %j', (platform, home, env, expected) => {
    expect(defaultDataDir(host(platform, home), env)).toBe(expected)
  })
})

describe('currentHost', () => {
  it('knows this machine', () => {
    const here = currentHost()
    expect(here.platform).toBe(process.platform)
    expect(here.workingDir).toBe(process.cwd())
    expect(here.cpuCount).toBeGreaterThanOrEqual(1)
  })
})
