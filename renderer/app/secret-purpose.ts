/** What a secret window was opened for, from its fragment. */
import type { SecretPurpose } from '../../node/api/contract/index.ts'

const purposes = [
  'create',
  'restore',
  'unlock',
  'change-password',
  'backup',
  'restore-backup',
] as const satisfies readonly SecretPurpose[]

/** `#unlock`, or `#purpose=unlock`. */
export function secretPurposeIn(fragment: string): SecretPurpose | undefined {
  const name = fragment.replace(/^#(?:purpose=)?/, '')
  return purposes.find((purpose) => purpose === name)
}
