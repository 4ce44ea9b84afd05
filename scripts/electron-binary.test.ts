import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { stampOf } from './build-desktop.ts'
import { findElectron, type Machine, sandboxProblem, windowProblem } from './electron-binary.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qudag-start-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function machine(change: Partial<Machine> & { files?: Record<string, string> } = {}): Machine {
  const { files = {}, ...others } = change
  return { platform: 'linux', env: { DISPLAY: ':0' }, userId: 1_000, read: (path) => files[path], ...others }
}

describe('windowProblem', () => {
  it('is none with a display and without root', () => {
    expect(windowProblem(machine())).toBeUndefined()
    expect(windowProblem(machine({ env: { WAYLAND_DISPLAY: 'wayland-0' } }))).toBeUndefined()
    expect(windowProblem(machine({ platform: 'darwin', env: {} }))).toBeUndefined()
    expect(windowProblem(machine({ platform: 'win32', env: {}, userId: undefined }))).toBeUndefined()
  })

  it('is root, and the want of a display', () => {
    expect(windowProblem(machine({ userId: 0 }))).toContain('root')
    expect(windowProblem(machine({ env: { DISPLAY: '' } }))).toContain('display')
  })
})

describe('sandboxProblem', () => {
  it.each([
    ['/proc/sys/kernel/unprivileged_userns_clone', '0\n'],
    ['/proc/sys/user/max_user_namespaces', '0\n'],
    ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1\n'],
  ])('is a system that says so in %s, unless the helper is installed', (path, content) => {
    const files = { [path]: content }
    expect(sandboxProblem(machine({ files }), false)).toContain('sandbox')
    expect(sandboxProblem(machine({ files }), true)).toBeUndefined()
    expect(sandboxProblem(machine({ files, platform: 'darwin' }), false)).toBeUndefined()
  })

  it('is none where the system allows it or does not know the question', () => {
    expect(sandboxProblem(machine(), false)).toBeUndefined()
    expect(
      sandboxProblem(machine({ files: { '/proc/sys/user/max_user_namespaces': '63000\n' } }), false),
    ).toBeUndefined()
  })
})

describe('findElectron', () => {
  it('looks where it is told, else where the package puts it', () => {
    const root = temporaryFolder()
    expect(findElectron(root, {}, 'linux')).toBeUndefined()
    mkdirSync(join(root, 'node_modules/electron/dist'), { recursive: true })
    writeFileSync(join(root, 'node_modules/electron/dist/electron'), '')
    chmodSync(join(root, 'node_modules/electron/dist/electron'), 0o755)
    expect(findElectron(root, {}, 'linux')).toBe(join(root, 'node_modules/electron/dist/electron'))
    expect(findElectron(root, { ELECTRON_OVERRIDE_DIST_PATH: join(root, 'other') }, 'linux')).toBeUndefined()
  })
})

describe('stampOf', () => {
  it('changes with a source and with the Electron that is built for, and not with a test', () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'node/core/testing'), { recursive: true })
    mkdirSync(join(root, 'renderer'))
    const write = (name: string, content: string): void => writeFileSync(join(root, name), content)
    write('node/core/a.ts', 'a')
    write('renderer/index.html', 'a')
    const before = stampOf(root, {})
    expect(stampOf(root, {})).toBe(before)
    expect(stampOf(root, { ELECTRON_MAJOR_VER: '33' })).not.toBe(before)
    write('node/core/a.test.ts', 'a')
    write('node/core/testing/b.ts', 'b')
    expect(stampOf(root, {})).toBe(before)
    write('renderer/index.html', 'ab')
    const after = stampOf(root, {})
    expect(after).not.toBe(before)
    utimesSync(join(root, 'node/core/a.ts'), 1, 1)
    expect(stampOf(root, {})).not.toBe(after)
  })
})
