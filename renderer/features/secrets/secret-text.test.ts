import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { characterCount, readBytes, saySame, takeBytes, wipe } from './secret-text.ts'

describe('takeBytes', () => {
  it('gives UTF-8 in the NFC form and leaves nothing behind (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const input = { value: text.normalize('NFD') }
        expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(takeBytes(input))).toBe(text.normalize('NFC'))
        expect(input.value).toBe('')
      }),
    )
  })
})

describe('readBytes', () => {
  it('leaves the input as it is', () => {
    const input = { value: 'é' }
    expect([...readBytes(input)]).toEqual([0xc3, 0xa9])
    expect(input.value).toBe('é')
  })
})

it('two ways to type an accent are the same password', () => {
  expect(saySame({ value: 'e\u0301' }, { value: '\u00e9' })).toBe(true)
  expect(saySame({ value: 'e' }, { value: 'E' })).toBe(false)
})

it('counts characters, not units', () => {
  expect(characterCount({ value: '🦆🦆e\u0301' })).toBe(3)
})

it('wipes what there is', () => {
  const bytes = Uint8Array.of(1, 2, 3)
  wipe(bytes, undefined)
  expect([...bytes]).toEqual([0, 0, 0])
})
