/** Addresses as they are typed. */
import { type AddressFacts, addressFacts } from '../api/contract/index.ts'
import { usageError } from './errors.ts'

const reasons = {
  'too-long': 'it is too long',
  checksum: 'its checksum does not fit, so a character is wrong or missing',
  prefix: 'it does not begin with ruv1, ruvt1 or ruvd1',
  length: 'it has another length',
  version: 'it is of a version that this program does not know',
} as const

/** @throws CliError ADDRESS_INVALID (usage) */
export function addressArgument(text: string): AddressFacts {
  const facts = addressFacts(text)
  if (facts.ok) return facts.value
  throw usageError(
    `"${text.slice(0, 64)}" is not an address: ${reasons[facts.error.reason]}.`,
    'Copy it again from where it came from.',
    'ADDRESS_INVALID',
  )
}
