import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOperation, writeOperation } from './operations.ts'
import { admissionOf, anyOperation, finalOf, plain } from './test-support/rows.ts'
import { WireReader, WireWriter } from './wire.ts'

describe('operations on the wire', () => {
  it('arrive as they were sent, in order (property)', () => {
    fc.assert(
      fc.property(fc.array(anyOperation, { maxLength: 6 }), (operations) => {
        const writer = new WireWriter()
        for (const operation of operations) writeOperation(writer, operation)
        const reader = new WireReader(writer.take())
        expect(plain(operations.map(() => readOperation(reader)))).toEqual(plain(operations))
      }),
      { seed: 14 },
    )
  })

  it.each([
    ['a negative integer', { nonce: -1 }],
    ['a fraction', { nonce: 1.5 }],
    ['an integer above 2^53 − 1', { validUntilMs: 2 ** 53 }],
    ['no bytes', { txId: 'text' as unknown as Uint8Array }],
  ])('refuses %s, and leaves the writer as it was', (_name, fields) => {
    const writer = new WireWriter()
    writeOperation(writer, { kind: 'admit', row: admissionOf(1) })
    const before = writer.length
    expect(() => writeOperation(writer, { kind: 'admit', row: admissionOf(2, fields) })).toThrow(
      expect.objectContaining({ code: 'STORAGE_ROW_INVALID' }),
    )
    expect(writer.length).toBe(before)
  })

  it.each([-1n, 2n ** 64n])('refuses the amount %s', (feeMicroRuv) => {
    const row = [finalOf(1, { feeMicroRuv })]
    expect(() => writeOperation(new WireWriter(), { kind: 'reject', row })).toThrow(
      expect.objectContaining({ code: 'STORAGE_ROW_INVALID' }),
    )
  })
})
