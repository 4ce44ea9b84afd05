import type { Page } from 'playwright-core'

export interface Preferences {
  readonly theme: 'light' | 'dark'
  readonly language: 'en' | 'de'
}

/** Has the page take on that theme and language as it is, without a load: as another tab that changes them would. */
export async function wear(page: Page, preferences: Preferences): Promise<void> {
  const text = JSON.stringify(JSON.stringify({ ...preferences, hideBalances: false }))
  // As text: it is of the page, which has other types than tests without one.
  await page.evaluate(`
    localStorage.setItem('qudag.preferences', ${text})
    dispatchEvent(new StorageEvent('storage', { key: 'qudag.preferences', newValue: ${text} }))
  `)
  const { theme, language } = preferences
  await page.waitForFunction(
    `document.documentElement.dataset.theme === '${theme}' && document.documentElement.lang.startsWith('${language}')`,
  )
}
