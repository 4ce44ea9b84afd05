/**
 * Words and figures in the language of the person: `useT` for texts by key, `useFormat` for amounts, times and sizes,
 * `parseAmount` for what is typed. Each folder keeps its texts beside it (messages.en.ts, messages.de.ts: `messages`, a flat
 * table of keys); english.ts and german.ts put them together.
 */
export {
  type AmountFault,
  type AmountOptions,
  editableAmount,
  formatAmount,
  type ParsedAmount,
  parseAmount,
} from './amount.ts'
export type { MessageKey } from './english.ts'
export { type Format, formatFor, useFormat } from './format.ts'
export { setLocale, useLocaleStore } from './locale-store.ts'
export { bestLocale, isLocale, type Locale, locales, offeredLocales } from './locales.ts'
export { isMessageKey, type Translate, translate, useT } from './translate.ts'
export type { Catalogue, Translation, Values } from './translation.ts'
