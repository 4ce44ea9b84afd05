/** The chosen language, or the machine's, for texts, figures and the page itself. */
import { bestLocale, type Locale, setLocale } from '../i18n/index.ts'

export async function applyLanguage(language: Locale | 'system'): Promise<void> {
  const wanted = navigator.languages
  const locale = language === 'system' ? bestLocale(wanted) : language
  await setLocale(locale, wanted)
  document.documentElement.lang = locale === 'en-XA' ? 'en' : locale
}
