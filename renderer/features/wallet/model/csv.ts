/**
 * CSV as RFC 4180 has it: fields parted by commas, lines by CR LF, quotes where needed. Text that a spreadsheet would take
 * for a formula is kept from being one: whoever sends a payment writes its memo, and a memo must not run in a spreadsheet.
 */

/** A text, which is guarded; or a figure made here, which is not, so that it stays one. */
export type CsvField = string | { readonly figure: string }

/** Starts of formulas (OWASP, "CSV injection"), and the guard itself, so that taking it away is unambiguous. */
const needsGuard = /^[=+\-@\t\r']/
const guard = "'"

function fieldText(field: CsvField): string {
  const text = typeof field === 'string' ? (needsGuard.test(field) ? guard + field : field) : field.figure
  return /[",\r\n]/.test(text) || /^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One record with its CR LF. */
export function csvRecord(fields: readonly CsvField[]): string {
  // A record of one empty field would be an empty line.
  const line = fields.map(fieldText).join(',')
  return `${line === '' ? '""' : line}\r\n`
}

/** What a guarded text was before. */
export function unguarded(text: string): string {
  return text.startsWith(guard) ? text.slice(guard.length) : text
}
