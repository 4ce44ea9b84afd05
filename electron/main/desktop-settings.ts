/** What the owner chose for the desktop: kept in the app's own folder, read field by field, so that one bad value costs only itself. */
import { type DesktopSettings, desktopSettings } from '../../node/api/contract/index.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

export function defaultSettings(platform: NodeJS.Platform): DesktopSettings {
  return {
    tray: false,
    // A Mac's programs stay when their window goes; elsewhere closing means ending until the owner says otherwise.
    onClose: platform === 'darwin' ? 'hide' : 'quit',
    autostart: false,
    lockOnSuspend: true,
    lockWhenIdleMinutes: 15,
    updates: 'stable',
    notifications: { received: true, finalized: true, rejected: true, diskFull: true },
  }
}

/** What of it is valid, over the defaults. */
export function settingsFrom(value: unknown, defaults: DesktopSettings): DesktopSettings {
  const given = fieldsOf(value)
  const notifications = fieldsOf(given.notifications)
  const settled: Record<string, unknown> = { ...defaults }
  for (const name of Object.keys(defaults) as (keyof DesktopSettings)[]) {
    const candidate =
      name === 'notifications' ? { ...defaults.notifications, ...onlyBooleans(notifications) } : given[name]
    const parsed = desktopSettings.shape[name].safeParse(candidate)
    if (parsed.success) settled[name] = parsed.data
  }
  return desktopSettings.parse(settled)
}

export interface SettingsStore {
  readonly current: DesktopSettings
  /** Keeps the change, then tells. @throws the system's error where it cannot be written; nothing changes then */
  set(change: Partial<DesktopSettings>): DesktopSettings
  onChange(listener: (settings: DesktopSettings, before: DesktopSettings) => void): void
}

export function createSettingsStore(path: string, platform: NodeJS.Platform): SettingsStore {
  let current = settingsFrom(readJsonFile(path), defaultSettings(platform))
  const listeners: ((settings: DesktopSettings, before: DesktopSettings) => void)[] = []
  return {
    get current() {
      return current
    },
    set(change) {
      const before = current
      const next = settingsFrom({ ...current, ...change }, current)
      writeJsonFile(path, next)
      current = next
      for (const listener of listeners) listener(next, before)
      return next
    },
    onChange: (listener) => void listeners.push(listener),
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function onlyBooleans(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'boolean'))
}
