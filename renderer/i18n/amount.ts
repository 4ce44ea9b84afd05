/** Amounts as a language writes them: grouping and decimal sign. Inside they are bigint µrUv. */
import { formatRuv, parseRuv } from '../../node/api/contract/index.ts'

export interface AmountOptions {
  /** `always` writes the plus too. Default `auto`: a minus only. */
  readonly sign?: 'auto' | 'always'
  /** Decimals at least; default 2, at most 6. What is there beyond is always written: an amount is never rounded. */
  readonly minDecimals?: number
}

export interface Signs {
  readonly decimal: string
  readonly group: string
}

const signsByTag = new Map<string, Signs>()

export function signsOf(tag: string): Signs {
  const known = signsByTag.get(tag)
  if (known !== undefined) return known
  const parts = new Intl.NumberFormat(tag, { useGrouping: true }).formatToParts(1_234_567.5)
  const signs = {
    decimal: parts.find(({ type }) => type === 'decimal')?.value ?? '.',
    group: parts.find(({ type }) => type === 'group')?.value ?? ',',
  }
  signsByTag.set(tag, signs)
  return signs
}

/** U+2212: as wide as the plus, and read as "minus". */
const minus = '−'

/** 12480250000n → "12,480.25" in English, "12.480,25" in German. */
export function formatAmount(
  microRuv: bigint,
  tag: string,
  { sign = 'auto', minDecimals = 2 }: AmountOptions = {},
): string {
  const { decimal, group } = signsOf(tag)
  const [whole = '0', fraction = ''] = formatRuv(microRuv < 0n ? -microRuv : microRuv).split('.')
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, group)
  const decimals = fraction.padEnd(minDecimals, '0')
  const prefix = microRuv < 0n ? minus : sign === 'always' && microRuv > 0n ? '+' : ''
  return `${prefix}${grouped}${decimals === '' ? '' : `${decimal}${decimals}`}`
}

export type AmountFault = 'empty' | 'malformed' | 'ambiguous' | 'decimals' | 'range'

export type ParsedAmount =
  | { readonly ok: true; readonly microRuv: bigint }
  | { readonly ok: false; readonly fault: AmountFault }

const no = (fault: AmountFault): ParsedAmount => ({ ok: false, fault })

/**
 * What a person typed. The language's decimal sign is always that; the other one of "." and "," is taken as grouping where
 * it can be nothing else ("1,000,000", "1,000.50"), as decimal sign where it cannot be grouping ("12.5"), and refused
 * where it could be either ("1.000" in German): a guess would be wrong by a factor of a thousand.
 */
export function parseAmount(text: string, tag: string): ParsedAmount {
  const { decimal } = signsOf(tag)
  // Apostrophes and spaces of every width group digits in some language and mean nothing else.
  const typed = text.trim().replace(/(?<=\d)[\s\u00a0\u202f'’](?=\d{3}(?:\D|$))/g, '')
  if (typed === '') return no('empty')
  if (!/^\d*(?:[.,]\d*)*$/.test(typed) || !/\d/.test(typed)) return no('malformed')
  const other = decimal === ',' ? '.' : ','
  const decimals = typed.split(decimal).length - 1
  const others = typed.split(other).length - 1
  if (decimals > 1 && others > 0) return no('malformed')
  if (decimals > 1) return isGrouped(typed, decimal) ? fromPlain(typed.replaceAll(decimal, '')) : no('malformed')
  if (others === 0) return fromPlain(typed.replace(decimal, '.'))
  const [whole = '', fraction] = typed.split(decimal)
  if (fraction?.includes(other)) return no('malformed')
  if (decimals === 1 || others > 1) {
    if (!isGrouped(whole, other)) return no('malformed')
    return fromPlain(`${whole.replaceAll(other, '')}${fraction === undefined ? '' : `.${fraction}`}`)
  }
  // One sign, and not the language's own for decimals.
  return isGrouped(typed, other) ? no('ambiguous') : fromPlain(typed.replace(other, '.'))
}

function isGrouped(text: string, sign: string): boolean {
  const [first = '', ...rest] = text.split(sign)
  return /^[1-9]\d{0,2}$/.test(first) && rest.every((part) => /^\d{3}$/.test(part))
}

/** Digits with at most one "."; ".5" and "5." are how people type. */
function fromPlain(text: string): ParsedAmount {
  const [whole = '', fraction = ''] = text.split('.')
  const significant = fraction.replace(/0+$/, '')
  if (significant.length > 6) return no('decimals')
  const digits = whole.replace(/^0+(?=\d)/, '') || '0'
  const microRuv = parseRuv(significant === '' ? digits : `${digits}.${significant}`)
  return microRuv === undefined ? no('range') : { ok: true, microRuv }
}

/** What a field is filled with: no grouping, the language's decimal sign, as parseAmount takes it. */
export function editableAmount(microRuv: bigint, tag: string): string {
  return formatRuv(microRuv).replace('.', signsOf(tag).decimal)
}
