/** The node's options in the words of the interface. One that is newer than this interface has the node's own. */
import type { Setting } from '../../../node/api/contract/index.ts'
import { isMessageKey, type MessageKey, type Translate } from '../../i18n/index.ts'

export interface OptionWords {
  readonly label: string
  readonly text: string
}

export function optionWords(t: Translate, { name, description }: Setting): OptionWords {
  const key = `settings.option.${name}`
  if (!isMessageKey(key)) return { label: name, text: description }
  return { label: t(key), text: t(`${key}.text` as MessageKey) }
}

const sources = {
  default: 'settings.node.fromDefault',
  file: 'settings.node.fromFile',
  environment: 'settings.node.fromEnvironment',
  flag: 'settings.node.fromFlag',
} as const satisfies Record<Setting['source'], MessageKey>

export function sourceWords(t: Translate, source: Setting['source']): string {
  return t(sources[source])
}

/** A value as it is written in the file. */
export function valueWords(t: Translate, value: Setting['default']): string {
  return value === null ? t('settings.node.default.none') : String(value)
}
