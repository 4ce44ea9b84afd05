import type { Page } from 'playwright-core'

export interface Preferences {
  readonly theme: 'light' | 'dark'
  readonly language: 'en' | 'de'
}

/** Has the page take on that theme and language as it is, without a load: as another tab that changes them would. */
export async function wear(page: Page, preferences: Preferences): Promise<void> {
  await page.evaluate(
    (value) => {
      const text = JSON.stringify(value)
      localStorage.setItem('qudag.preferences', text)
      dispatchEvent(new StorageEvent('storage', { key: 'qudag.preferences', newValue: text }))
    },
    { ...preferences, hideBalances: false },
  )
  const { theme, language } = preferences
  await page.waitForFunction(
    (wanted) =>
      document.documentElement.dataset.theme === wanted.theme &&
      document.documentElement.lang.startsWith(wanted.language),
    { theme, language },
  )
}
