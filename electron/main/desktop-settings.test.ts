import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { desktopSettings } from '../../node/api/contract/index.ts'
import { createSettingsStore, defaultSettings, settingsFrom } from './desktop-settings.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const defaults = defaultSettings('linux')

describe('settingsFrom', () => {
  it('keeps each field that is valid, and the default of each that is not', () => {
    const read = settingsFrom(
      {
        tray: true,
        onClose: 'explode',
        lockWhenIdleMinutes: 5,
        notifications: { received: false, rejected: 'no' },
        x: 1,
      },
      defaults,
    )
    expect(read).toEqual({
      ...defaults,
      tray: true,
      lockWhenIdleMinutes: 5,
      notifications: { ...defaults.notifications, received: false },
    })
  })

  it('makes settings of anything (property)', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(desktopSettings.safeParse(settingsFrom(value, defaults)).success).toBe(true)
      }),
    )
  })

  it('ends with its window but on macOS', () => {
    expect(defaults.onClose).toBe('quit')
    expect(defaultSettings('darwin').onClose).toBe('hide')
  })
})

describe('createSettingsStore', () => {
  it('keeps a change for the next start, readable by the owner alone, and tells of it', () => {
    const file = join(temporaryFolder(), 'new', 'settings.json')
    const store = createSettingsStore(file, 'linux')
    const told: unknown[] = []
    store.onChange((now, before) => told.push([before.tray, now.tray]))
    expect(store.set({ tray: true }).tray).toBe(true)
    expect(told).toEqual([[false, true]])
    expect(createSettingsStore(file, 'linux').current).toEqual({ ...defaults, tray: true })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('starts with the defaults where the file is damaged, and leaves it until something is set', () => {
    const file = join(temporaryFolder(), 'settings.json')
    writeFileSync(file, '{"tray": tru')
    expect(createSettingsStore(file, 'linux').current).toEqual(defaults)
    expect(readFileSync(file, 'utf8')).toBe('{"tray": tru')
  })

  it('changes nothing where it cannot be written', () => {
    const store = createSettingsStore('/dev/null/settings.json', 'linux')
    expect(() => store.set({ tray: true })).toThrow()
    expect(store.current.tray).toBe(false)
  })
})
