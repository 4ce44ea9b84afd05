/** What was typed or pasted as a recipient: an address, the name of one, or a payment link; and what is wrong with it. */
import {
  type AddressNetwork,
  type AddressTextError,
  addressFacts,
  type PaymentLink,
  type PaymentLinkError,
  parsePaymentLink,
  paymentLinkScheme,
} from '../../../../node/api/contract/index.ts'
import type { NamedAddress, Names } from './names.ts'

export type RecipientReading =
  | { readonly kind: 'empty' }
  /** `named` where the address book or an own account has it. */
  | { readonly kind: 'address'; readonly address: string; readonly named: NamedAddress | undefined }
  /** Not a recipient yet: the form fills itself in from it. */
  | { readonly kind: 'link'; readonly link: PaymentLink }
  | { readonly kind: 'bad-link'; readonly error: PaymentLinkError }
  | { readonly kind: 'bad-address'; readonly reason: AddressTextError['reason'] }
  | { readonly kind: 'wrong-network'; readonly network: AddressNetwork }
  /** Several have this name: one must be chosen. */
  | { readonly kind: 'ambiguous'; readonly matches: readonly NamedAddress[] }
  /** Neither an address nor a name that is known. */
  | { readonly kind: 'unknown' }

const addressStart = /^ruv[td]?1/i
/** A name may be long, but not this long without a space. */
const longWord = /^[0-9a-z]{32,}$/i

export function readRecipient(text: string, names: Names, network: AddressNetwork | undefined): RecipientReading {
  const trimmed = text.trim()
  if (trimmed === '') return { kind: 'empty' }
  if (trimmed.slice(0, paymentLinkScheme.length).toLowerCase() === paymentLinkScheme) {
    const parsed = parsePaymentLink(trimmed, network)
    if (parsed.ok) return { kind: 'link', link: parsed.value }
    return parsed.error.code === 'LINK_WRONG_NETWORK'
      ? { kind: 'wrong-network', network: parsed.error.network }
      : { kind: 'bad-link', error: parsed.error }
  }
  const called = names.called(trimmed)
  if (called.length > 1) return { kind: 'ambiguous', matches: called }
  if (called[0] !== undefined) return { kind: 'address', address: called[0].address, named: called[0] }
  // Addresses are shown in chunks, and are copied so from elsewhere too.
  const joined = trimmed.replaceAll(/\s+/g, '')
  if (!addressStart.test(joined) && !longWord.test(joined)) return { kind: 'unknown' }
  const facts = addressFacts(joined)
  if (!facts.ok) return { kind: 'bad-address', reason: facts.error.reason }
  const { address } = facts.value
  if (network !== undefined && facts.value.network !== network) {
    return { kind: 'wrong-network', network: facts.value.network }
  }
  return { kind: 'address', address, named: names.of(address) }
}
