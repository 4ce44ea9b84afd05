/** Which language shows, and its texts. */
import { create } from 'zustand'
import { english, type MessageKey } from './english.ts'
import { formattingTag, type Locale } from './locales.ts'
import { pseudoCatalogue } from './pseudo.ts'

export interface LocaleState {
  readonly locale: Locale
  /** BCP 47 tag for Intl. */
  readonly tag: string
  readonly texts: Readonly<Record<MessageKey, string>>
}

export const useLocaleStore = create<LocaleState>(() => ({ locale: 'en', tag: 'en', texts: english }))

async function textsOf(locale: Locale): Promise<LocaleState['texts']> {
  switch (locale) {
    case 'en':
      return english
    case 'de':
      return (await import('./german.ts')).german
    case 'en-XA':
      return pseudoCatalogue(english)
  }
}

/** The last language asked for: one that takes longer to load must not overtake it. */
let latest: Locale = 'en'

/** @param wanted tags of the machine, for how dates and numbers are written */
export async function setLocale(locale: Locale, wanted: readonly string[] = []): Promise<void> {
  latest = locale
  const texts = await textsOf(locale)
  if (latest !== locale) return
  useLocaleStore.setState({ locale, tag: formattingTag(locale, wanted), texts })
}
