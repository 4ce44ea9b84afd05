import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressChunks, elidedChunks } from './address-chunks.ts'

const address = 'ruvd1qpta644yd73253pwn83dee98fdlrzwkql4839n7dgzdxe3s5y9567a0xck'

describe('addressChunks', () => {
  it('keeps the prefix together, then groups of four', () => {
    expect(addressChunks(address).slice(0, 3)).toEqual(['ruvd1', 'qpta', '644y'])
  })

  it('leaves nothing out of anything (property)', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{0,80}$/), (text) => {
        expect(addressChunks(text).join('')).toBe(text)
      }),
    )
  })
})

describe('elidedChunks', () => {
  it('shows both ends', () => {
    expect(elidedChunks(address)).toEqual({ start: ['ruvd1', 'qpta', '644y'], end: ['y956', '7a0x', 'ck'] })
  })

  it('elides nothing where that would save nothing', () => {
    expect(elidedChunks('0123456789abcdef')).toBeUndefined()
  })
})
