/** Amounts as they are typed and shown: rUv with up to six decimals. On JSON they are base units. */
import { formatRuv, parseRuv } from '../core/amount.ts'
import { usageError } from './errors.ts'

/** "12.5" → "12500000". @throws CliError AMOUNT_INVALID; zero is the ledger's to refuse */
export function amountArgument(text: string): string {
  const microRuv = parseRuv(text)
  if (microRuv === undefined) {
    throw usageError(
      `"${text.slice(0, 40)}" is not an amount.`,
      'Write rUv with a point and up to 6 decimals, such as 12.5.',
      'AMOUNT_INVALID',
    )
  }
  return microRuv.toString()
}

/** "12500000" → "12.5 rUv". */
export function showAmount(microRuv: string): string {
  return `${formatRuv(BigInt(microRuv))} rUv`
}
