/**
 * Amounts: bigint base units inside (1 rUv = 1 000 000 µrUv, u64), decimal strings of base units on JSON,
 * rUv with up to six decimals where a person reads or types.
 */
export const microRuvPerRuv = 1_000_000n
export const maxU64 = 0xffff_ffff_ffff_ffffn
const ruvDecimals = 6

/** "12.5" → 12_500_000n; undefined where it is not a plain decimal of at most six places within u64. */
export function parseRuv(text: string): bigint | undefined {
  const match = /^(\d{1,20})(?:\.(\d{1,6}))?$/.exec(text)
  if (match === null) return undefined
  const amount = BigInt(match[1] as string) * microRuvPerRuv + BigInt((match[2] ?? '').padEnd(ruvDecimals, '0'))
  return amount <= maxU64 ? amount : undefined
}

/** 12_500_000n → "12.5". */
export function formatRuv(microRuv: bigint): string {
  const sign = microRuv < 0n ? '-' : ''
  const magnitude = microRuv < 0n ? -microRuv : microRuv
  const fraction = (magnitude % microRuvPerRuv).toString().padStart(ruvDecimals, '0').replace(/0+$/, '')
  return `${sign}${magnitude / microRuvPerRuv}${fraction === '' ? '' : `.${fraction}`}`
}
