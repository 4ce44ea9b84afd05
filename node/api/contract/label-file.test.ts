import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelFileText, readLabelFile } from './label-file.ts'
import type { LabelEntry } from './labels.ts'
import { contractLimits as limits } from './limits.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const read = (...lines: unknown[]) =>
  readLabelFile(utf8(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')))

const entry = fc.record({
  type: fc.constantFrom('address' as const, 'tx' as const),
  ref: fc.string({ minLength: 1, maxLength: limits.maxAccountCharacters }),
  label: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
})
const keyOf = ({ type, ref }: LabelEntry) => `${type} ${ref}`

describe('readLabelFile', () => {
  it('reads what we write (property)', () => {
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: keyOf }), (items) => {
        const file = readLabelFile(utf8(labelFileText(items)))
        expect(file).toEqual({ kind: 'labels', items, lines: items.map((_, at) => at + 1), passedOver: 0 })
      }),
    )
  })

  it('takes any bytes without a throw (property)', () => {
    const kinds = ['labels', 'faulty', 'too-large', 'too-many', 'not-text']
    const anyLine = fc.oneof(
      fc.json(),
      fc.string(),
      entry.map((value) => JSON.stringify(value)),
    )
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(anyLine, { maxLength: 20 }).map((lines) => utf8(lines.join('\n'))),
    )
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const file = readLabelFile(bytes)
        expect(kinds).toContain(file.kind)
        if (file.kind !== 'labels') return
        for (const { type, ref, label } of file.items) {
          expect(['address', 'tx']).toContain(type)
          expect(ref.length > 0 && label.length > 0).toBe(true)
        }
      }),
    )
  })

  it('takes the words of BIP 329 and passes over what means nothing here', () => {
    const file = read(
      { type: 'addr', ref: 'ruvd1a', label: 'Ann', origin: 'x' },
      { type: 'xpub', ref: 'x', label: 'other' },
      { type: 'tx', ref: 'ff', label: '' },
      { type: 'tx', ref: 'ee' },
      '',
      { type: 'addr', ref: 'ruvd1a', label: 'Anna' },
    )
    const items = [{ type: 'address', ref: 'ruvd1a', label: 'Anna' }]
    expect(file).toEqual({ kind: 'labels', items, lines: [6], passedOver: 3 })
  })

  it('names each faulty line, counting empty ones, and gives nothing', () => {
    const long = 'x'.repeat(limits.maxLabelCharacters + 1)
    const file = read(
      { type: 'addr', ref: 'ruvd1a', label: 'fine' },
      '',
      '{"type":',
      '[]',
      { ref: 'a', label: 'b' },
      { type: 'tx', label: 'b' },
      { type: 'tx', ref: 'a', label: 7 },
      { type: 'tx', ref: 'a', label: long },
      { type: 'tx', ref: long, label: 'b' },
      `"${'x'.repeat(limits.maxLabelLineCharacters)}"`,
    )
    expect(file).toEqual({
      kind: 'faulty',
      faultyLines: 8,
      problems: [
        { line: 3, fault: 'not-json' },
        { line: 4, fault: 'not-an-object' },
        { line: 5, fault: 'no-type' },
        { line: 6, fault: 'no-ref' },
        { line: 7, fault: 'no-label' },
        { line: 8, fault: 'label-too-long' },
        { line: 9, fault: 'ref-too-long' },
        { line: 10, fault: 'line-too-long' },
      ],
    })
  })

  it('names no more faults than a person reads, and counts all', () => {
    const file = read(...Array.from({ length: 500 }, () => 'no'))
    expect(file).toMatchObject({ kind: 'faulty', faultyLines: 500 })
    expect(file.kind === 'faulty' && file.problems.length).toBe(limits.maxNamedLabelFaults)
  })

  it('refuses what is too large, has too many labels, or is no text', () => {
    expect(readLabelFile(new Uint8Array(limits.maxLabelFileBytes + 1))).toMatchObject({ kind: 'too-large' })
    expect(readLabelFile(Uint8Array.of(0xff, 0xfe, 0))).toEqual({ kind: 'not-text' })
    const many = Array.from({ length: limits.maxImportedLabels + 1 }, (_, at) => ({
      type: 'tx',
      ref: `${at}`,
      label: 'x',
    }))
    expect(read(...many)).toMatchObject({ kind: 'too-many' })
    expect(read(...many.slice(1))).toMatchObject({ kind: 'labels' })
  })
})
