/**
 * Payment links: `qudag:<address>?amount=12.5&label=…&message=…`, amounts in rUv. The one parser for links that the system
 * opens, that are pasted, or scanned. A link fills in a form; it never chooses an account or network, unlocks, or sends.
 */
import { formatRuv, parseRuv } from '../../core/amount.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type AddressNetwork, addressFacts } from './address-text.ts'
import { contractLimits as limits } from './limits.ts'

export const paymentLinkScheme = 'qudag:'

export interface PaymentLink {
  readonly address: string
  readonly amountMicroRuv?: bigint
  /** Who is paid, as the link says: nothing shows that it is true. */
  readonly label?: string
  /** Suggested memo. */
  readonly message?: string
}

export type PaymentLinkError =
  | { readonly code: 'LINK_TOO_LONG'; readonly maxCharacters: number }
  /** Not `qudag:`, an address, and fields in the form of a query. */
  | { readonly code: 'LINK_MALFORMED' }
  /** The address is of another network than the one asked for. */
  | { readonly code: 'LINK_WRONG_NETWORK'; readonly network: AddressNetwork }
  /** Not an amount of rUv above 0 with at most six decimals. */
  | { readonly code: 'LINK_AMOUNT' }
  /** Twice, not readable text, too long, or one this program does not know: `req-` fields must not be ignored (BIP 21). */
  | { readonly code: 'LINK_FIELD'; readonly field: string }

const maxText = { label: limits.maxLabelCharacters, message: limits.maxMemoCharacters } as const
// What a label of the address book may not have either (node/vault/labels.ts): a text must show what it is.
const unshowable = /[\p{C}\p{Zl}\p{Zp}]/u

/** @param network refuses addresses of any other */
export function parsePaymentLink(text: string, network?: AddressNetwork): Result<PaymentLink, PaymentLinkError> {
  if (text.length > limits.maxPaymentLinkCharacters) {
    return err({ code: 'LINK_TOO_LONG', maxCharacters: limits.maxPaymentLinkCharacters })
  }
  const match = /^qudag:(?:\/\/)?([0-9a-z]+)\/?(?:\?([^#]*))?$/i.exec(text.trim())
  if (match === null) return err({ code: 'LINK_MALFORMED' })
  const facts = addressFacts(match[1] as string)
  if (!facts.ok) return err({ code: 'LINK_MALFORMED' })
  if (network !== undefined && facts.value.network !== network) {
    return err({ code: 'LINK_WRONG_NETWORK', network: facts.value.network })
  }
  const fields = new Map<string, string>()
  for (const part of (match[2] ?? '').split('&')) {
    if (part === '') continue
    const [name, value] = decoded(part)
    if (name === undefined || value === undefined) return err({ code: 'LINK_MALFORMED' })
    const isKnown = name === 'amount' || name === 'label' || name === 'message'
    if (!isKnown && !name.startsWith('req-')) continue
    if (!isKnown || fields.has(name)) return err({ code: 'LINK_FIELD', field: name.slice(0, 32) })
    fields.set(name, value)
  }
  const amount = fields.get('amount')
  const amountMicroRuv = amount === undefined ? undefined : parseRuv(amount)
  if (amount !== undefined && (amountMicroRuv === undefined || amountMicroRuv === 0n))
    return err({ code: 'LINK_AMOUNT' })
  for (const field of ['label', 'message'] as const) {
    const value = fields.get(field)
    if (value !== undefined && (value.length > maxText[field] || unshowable.test(value))) {
      return err({ code: 'LINK_FIELD', field })
    }
  }
  const label = fields.get('label')
  const message = fields.get('message')
  return ok({
    address: facts.value.address,
    ...(amountMicroRuv === undefined ? {} : { amountMicroRuv }),
    ...(label === undefined || label === '' ? {} : { label }),
    ...(message === undefined || message === '' ? {} : { message }),
  })
}

export function formatPaymentLink({ address, amountMicroRuv, label, message }: PaymentLink): string {
  const fields = [
    amountMicroRuv === undefined ? undefined : `amount=${formatRuv(amountMicroRuv)}`,
    label === undefined ? undefined : `label=${encodeURIComponent(label.toWellFormed())}`,
    message === undefined ? undefined : `message=${encodeURIComponent(message.toWellFormed())}`,
  ].filter((field) => field !== undefined)
  return `${paymentLinkScheme}${address}${fields.length === 0 ? '' : `?${fields.join('&')}`}`
}

/** Name and value of `name=value`, both percent-decoded; undefined where they are not UTF-8. */
function decoded(part: string): [string, string] | [undefined, undefined] {
  const at = part.indexOf('=')
  try {
    return [
      decodeURIComponent(at < 0 ? part : part.slice(0, at)),
      at < 0 ? '' : decodeURIComponent(part.slice(at + 1).replaceAll('+', '%20')),
    ]
  } catch {
    return [undefined, undefined]
  }
}
