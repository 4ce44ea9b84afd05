/** What a secret window was opened for and how the page that opened it looks, from its fragment. */
import { type SecretPurpose, secretPurpose, type TokenPurpose, tokenPurpose } from '../../node/api/contract/index.ts'
import { type Preferences, parsePreferences } from './preferences.ts'

const purposes = [...secretPurpose.options, ...tokenPurpose.options]

export interface SecretFragment {
  readonly purpose: SecretPurpose | TokenPurpose
  /** Which hardware key it is about. */
  readonly pairing: string | undefined
  readonly appearance: Pick<Preferences, 'theme' | 'language'>
}

/** `#unlock`, or `#unlock?theme=dark&language=de`. */
export function secretFragment(fragment: string): SecretFragment | undefined {
  const [name, query] = fragment.replace(/^#/, '').split('?', 2)
  const purpose = purposes.find((known) => known === name)
  if (purpose === undefined) return undefined
  const values = new URLSearchParams(query ?? '')
  const { theme, language } = parsePreferences(JSON.stringify(Object.fromEntries(values)))
  return { purpose, pairing: values.get('pairing') ?? undefined, appearance: { theme, language } }
}
