/** Long identifiers in groups, as people compare them. */

/** Digits of a group: what an eye takes in at once. */
const groupDigits = 8

/** Groups parted by spaces. */
export function chunkedHex(hex: string): string {
  return hex.match(new RegExp(`.{1,${groupDigits}}`, 'g'))?.join(' ') ?? ''
}
