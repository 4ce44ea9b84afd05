/** Light or dark, as the person or the machine wants it, on the root element where tokens.css looks. */
import type { Theme } from './preferences.ts'

const darkQuery = '(prefers-color-scheme: dark)'

export function themeOf(theme: Theme, isMachineDark: boolean): 'light' | 'dark' {
  return theme === 'system' ? (isMachineDark ? 'dark' : 'light') : theme
}

/** @returns stops listening to the machine */
export function applyTheme(theme: Theme): () => void {
  const machine = matchMedia(darkQuery)
  const apply = (): void => {
    document.documentElement.dataset.theme = themeOf(theme, machine.matches)
  }
  apply()
  machine.addEventListener('change', apply)
  return () => machine.removeEventListener('change', apply)
}
