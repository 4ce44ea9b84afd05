/** Keys into texts. Messages are parsed once each and kept: parsing costs more than a list can pay per row. */
import { IntlMessageFormat } from 'intl-messageformat'
import { useCallback } from 'react'
import type { MessageKey } from './english.ts'
import { type LocaleState, useLocaleStore } from './locale-store.ts'
import type { Values } from './translation.ts'

const parsed = new WeakMap<LocaleState['texts'], Map<string, IntlMessageFormat>>()

function isPlain(text: string): boolean {
  return !/[{<']/.test(text)
}

export function translateIn({ texts, tag }: LocaleState, key: MessageKey, values?: Values): string {
  const text = texts[key]
  if (text === undefined) return key
  if (isPlain(text)) return text
  let formats = parsed.get(texts)
  if (formats === undefined) {
    formats = new Map()
    parsed.set(texts, formats)
  }
  let format = formats.get(key)
  if (format === undefined) {
    format = new IntlMessageFormat(text, tag, undefined, { ignoreTag: true })
    formats.set(key, format)
  }
  try {
    return String(format.format(values))
  } catch {
    // A value that the text wants was not given: the text with its gap still says more than an empty view.
    return text
  }
}

export type Translate = (key: MessageKey, values?: Values) => string

/** In the language of now, outside components. */
export const translate: Translate = (key, values) => translateIn(useLocaleStore.getState(), key, values)

/** In the language that shows; the component shows again when it changes. */
export function useT(): Translate {
  const state = useLocaleStore()
  return useCallback((key, values) => translateIn(state, key, values), [state])
}

export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(useLocaleStore.getState().texts, key)
}
