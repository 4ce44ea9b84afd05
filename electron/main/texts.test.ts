import { describe, expect, it } from 'vitest'
import { menuTemplate } from './menu.ts'
import { fill, type TextKey, textsFor } from './texts.ts'
import { trayProblem } from './tray-problem.ts'

const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort()

describe('textsFor', () => {
  it('has the same texts with the same places in both languages', () => {
    const english = textsFor('en-GB')
    const german = textsFor('de')
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort())
    for (const key of Object.keys(english) as TextKey[]) expect(places(german[key])).toEqual(places(english[key]))
    expect(textsFor('fr')).toBe(english)
  })

  it('leaves a place without a value visible', () => {
    expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}')
  })
})

describe('menuTemplate', () => {
  const made = (platform: NodeJS.Platform, isDeveloper = false) => {
    const asked: string[] = []
    const template = menuTemplate({
      texts: textsFor('en'),
      platform,
      isDeveloper,
      command: (command) => asked.push(command),
      quit: () => asked.push('quit'),
    })
    const items = template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
    return {
      asked,
      items,
      press: (id: string) => (items.find((item) => item.id === id)?.click as (() => void) | undefined)?.(),
    }
  }

  it('reaches every command and the end, on every system', () => {
    const commands = ['send', 'receive', 'settings', 'palette', 'lock', 'history', 'address-book', 'quit']
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const { asked, press } = made(platform)
      for (const command of commands) press(command)
      expect(asked).toEqual(commands)
    }
  })

  it('gives no key to two commands, and developer tools to checkouts alone', () => {
    const keys = made('linux').items.flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.length).toBeGreaterThan(4)
    const hasTools = (isDeveloper: boolean) =>
      made('linux', isDeveloper).items.some(({ role }) => role === 'toggleDevTools' || role === 'reload')
    expect([hasTools(true), hasTools(false)]).toEqual([true, false])
  })
})

describe('trayProblem', () => {
  it('is the want of a bus on Linux', () => {
    expect(trayProblem('linux', {})).toContain('bus')
    expect(trayProblem('linux', { XDG_RUNTIME_DIR: '/run/user/1' })).toBeUndefined()
    expect(trayProblem('darwin', {})).toBeUndefined()
  })
})
