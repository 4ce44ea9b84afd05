import type { Translation } from '../../i18n/translation.ts'
import type { messages as english } from './messages.en.ts'

export const messages: Translation<typeof english> = {
  'network.title': 'Netz',
}
