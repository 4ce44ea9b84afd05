/** What a secret window was opened for and how the page that opened it looks, from its fragment. */
import type { SecretPurpose } from '../../node/api/contract/index.ts'
import { type Preferences, parsePreferences } from './preferences.ts'

const purposes = [
  'create',
  'restore',
  'unlock',
  'change-password',
  'backup',
  'restore-backup',
] as const satisfies readonly SecretPurpose[]

export interface SecretFragment {
  readonly purpose: SecretPurpose
  readonly appearance: Pick<Preferences, 'theme' | 'language'>
}

/** `#unlock`, or `#unlock?theme=dark&language=de`. */
export function secretFragment(fragment: string): SecretFragment | undefined {
  const [name, query] = fragment.replace(/^#/, '').split('?', 2)
  const purpose = purposes.find((known) => known === name)
  if (purpose === undefined) return undefined
  const { theme, language } = parsePreferences(JSON.stringify(Object.fromEntries(new URLSearchParams(query ?? ''))))
  return { purpose, appearance: { theme, language } }
}
