import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvRecord, unguarded } from './csv.ts'

/** A reader of RFC 4180, written against the standard and not against the writer. */
function parseCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let at = 0
  while (at < text.length) {
    let field = ''
    if (text[at] === '"') {
      at += 1
      for (;;) {
        if (text[at] === undefined) throw new Error('quote without its end')
        if (text[at] !== '"') field += text[at++]
        else if (text[at + 1] === '"') {
          field += '"'
          at += 2
        } else break
      }
      at += 1
    } else {
      while (at < text.length && text[at] !== ',' && text[at] !== '\r') {
        if (text[at] === '"' || text[at] === '\n') throw new Error('bare quote or line feed')
        field += text[at++]
      }
    }
    record.push(field)
    if (text[at] === ',') at += 1
    else if (text.startsWith('\r\n', at)) {
      at += 2
      records.push(record)
      record = []
    } else throw new Error('neither comma nor end of line')
  }
  return records
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ',', '\r', '\n', '\t', ' ', 'a', '1') }),
)

describe('csvRecord', () => {
  it('parses back to what was written (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyText, { minLength: 1, maxLength: 5 }), { maxLength: 5 }), (records) => {
        const parsed = parseCsv(records.map(csvRecord).join(''))
        expect(parsed.map((record) => record.map(unguarded))).toEqual(records)
      }),
    )
  })

  it('starts no text with what a spreadsheet runs (property)', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const [[field = ''] = []] = parseCsv(csvRecord([text]))
        expect(field).not.toMatch(/^[=+\-@\t\r]/)
      }),
    )
  })

  it('leaves figures as they are', () => {
    expect(csvRecord(['=1+1', { figure: '-12.5' }, 'plain'])).toBe("'=1+1,-12.5,plain\r\n")
  })

  it('quotes what parts fields and lines', () => {
    expect(csvRecord(['a,b', 'say "hi"', 'two\r\nlines', ' padded '])).toBe(
      '"a,b","say ""hi""","two\r\nlines"," padded "\r\n',
    )
  })
})
