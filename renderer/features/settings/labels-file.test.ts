import { expect, it } from 'vitest'
import { labelFileName, readLabelFile, writeLabelFile } from './labels-file.ts'

it('names the file by network and day', () => {
  expect(labelFileName('qudag-dev-1', new Date('2026-11-22T10:00:00Z'))).toBe(
    'qudag-labels-qudag-dev-1-2026-11-22.jsonl',
  )
})

it('writes bytes that it reads', () => {
  const items = [{ type: 'address', ref: 'ruvd1a', label: 'Café "Ü" 🦊' }] as const
  expect(readLabelFile(writeLabelFile(items))).toEqual({ kind: 'labels', items, lines: [1], passedOver: 0 })
})
