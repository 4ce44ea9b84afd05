import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type AutostartPlace, autostartProblem, desktopEntry, setAutostart } from './autostart.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

function place(homeDir: string, more: Partial<AutostartPlace> = {}): AutostartPlace {
  const setLoginItem = (): void => undefined
  return { platform: 'linux', env: {}, homeDir, isPackaged: true, program: '/opt/app', setLoginItem, ...more }
}

describe('setAutostart', () => {
  it('writes and removes a desktop entry on Linux', () => {
    const home = temporaryFolder()
    const file = join(home, '.config/autostart/qudag-exchange.desktop')
    setAutostart(true, place(home))
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/app" --hidden\n')
    setAutostart(false, place(home))
    setAutostart(false, place(home))
    expect(existsSync(file)).toBe(false)
  })

  it('follows XDG_CONFIG_HOME where it is absolute', () => {
    const home = temporaryFolder()
    setAutostart(true, place(home, { env: { XDG_CONFIG_HOME: join(home, 'c') } }))
    expect(existsSync(join(home, 'c/autostart/qudag-exchange.desktop'))).toBe(true)
    setAutostart(true, place(home, { env: { XDG_CONFIG_HOME: 'relative' } }))
    expect(existsSync(join(home, '.config/autostart/qudag-exchange.desktop'))).toBe(true)
  })

  it('asks the system elsewhere', () => {
    const asked: unknown[] = []
    const setLoginItem = (item: unknown): void => void asked.push(item)
    setAutostart(true, place('/home', { platform: 'win32', setLoginItem }))
    expect(asked).toEqual([{ openAtLogin: true, path: '/opt/app', args: ['--hidden'] }])
  })
})

describe('desktopEntry', () => {
  it.each([
    ['/opt/QuDAG Exchange/app', 'Exec="/opt/QuDAG Exchange/app" --hidden'],
    ['/opt/100%/app', 'Exec="/opt/100%%/app" --hidden'],
    ['/opt/a"b/app', 'Exec="/opt/a\\\\"b/app" --hidden'],
    ['/opt/$HOME/`x`', 'Exec="/opt/\\\\$HOME/\\\\`x\\\\`" --hidden'],
    ['/opt/a\\b', 'Exec="/opt/a\\\\\\\\b" --hidden'],
  ])('quotes %s', (program, line) => {
    expect(desktopEntry(program).split('\n')).toContain(line)
  })
})

describe('autostartProblem', () => {
  it('is one in a checkout', () => {
    expect(autostartProblem({ isPackaged: false })).toContain('checkout')
    expect(autostartProblem({ isPackaged: true })).toBeUndefined()
  })
})
