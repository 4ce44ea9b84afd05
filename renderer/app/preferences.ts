/** How this person likes to see things. Kept on this machine by the browser or app; nothing in here is secret or about money. */
import { create } from 'zustand'
import { isLocale, type Locale } from '../i18n/index.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export interface Preferences {
  readonly theme: Theme
  /** `system`: the first of the machine's languages that there is. */
  readonly language: Locale | 'system'
  /** Dots in place of amounts, for when others look on. */
  readonly hideBalances: boolean
}

export const defaultPreferences: Preferences = { theme: 'system', language: 'system', hideBalances: false }

const storageKey = 'qudag.preferences'

/** What was kept, as far as it makes sense: another version, or somebody by hand, may have written it. */
export function parsePreferences(text: string | null): Preferences {
  let value: unknown
  try {
    value = JSON.parse(text ?? '{}')
  } catch {
    return defaultPreferences
  }
  if (typeof value !== 'object' || value === null) return defaultPreferences
  const { theme, language, hideBalances } = value as Record<string, unknown>
  return {
    theme: themes.find((known) => known === theme) ?? defaultPreferences.theme,
    language: isLocale(language) ? language : defaultPreferences.language,
    hideBalances: typeof hideBalances === 'boolean' ? hideBalances : defaultPreferences.hideBalances,
  }
}

function stored(): Preferences {
  try {
    return parsePreferences(globalThis.localStorage?.getItem(storageKey) ?? null)
  } catch {
    // Storage that is switched off throws at the first touch.
    return defaultPreferences
  }
}

export const usePreferences = create<Preferences>(() => stored())

export function setPreferences(change: Partial<Preferences>): void {
  usePreferences.setState(change)
  try {
    localStorage.setItem(storageKey, JSON.stringify(usePreferences.getState()))
  } catch {
    // Full or switched off: it holds until the page closes.
  }
}

/** Another window or tab changed them. */
export function watchPreferences(): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === storageKey) usePreferences.setState(parsePreferences(newValue))
  })
}
