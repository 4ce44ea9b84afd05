/** The languages there are, and which one a person gets. */

/** `en-XA` is English made longer and accented: what is not translated, or does not fit, shows. */
export const locales = ['en', 'de', 'en-XA'] as const
export type Locale = (typeof locales)[number]

/** Those a person chooses from, each in its own words. */
export const offeredLocales = [
  { locale: 'en', name: 'English' },
  { locale: 'de', name: 'Deutsch' },
] as const satisfies readonly { locale: Locale; name: string }[]

export function isLocale(value: unknown): value is Locale {
  return locales.some((locale) => locale === value)
}

/** @param wanted BCP 47 tags in order of preference, as `navigator.languages` has them */
export function bestLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0]
    const found = offeredLocales.find(({ locale }) => locale === language)
    if (found !== undefined) return found.locale
  }
  return 'en'
}

/**
 * What Intl is asked for: the region of the machine where its language is the chosen one ("en-GB" writes dates unlike
 * "en-US"), else the language alone.
 */
export function formattingTag(locale: Locale, wanted: readonly string[]): string {
  const language = locale === 'en-XA' ? 'en' : locale
  return (
    wanted.find((tag) => tag.toLowerCase() === language || tag.toLowerCase().startsWith(`${language}-`)) ?? language
  )
}
