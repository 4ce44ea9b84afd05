import { describe, expect, it } from 'vitest'
import { actionOf, type PressedKey } from './shortcuts.ts'

const key = (part: Partial<PressedKey>): PressedKey => ({
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...part,
})

describe('actionOf', () => {
  it('opens the palette with either modifier, while typing too', () => {
    expect(actionOf(key({ key: 'k', code: 'KeyK', ctrlKey: true }), true)).toBe('palette')
    expect(actionOf(key({ key: 'k', code: 'KeyK', metaKey: true }), false)).toBe('palette')
  })

  it('takes letters as text while something is typed', () => {
    expect(actionOf(key({ key: '?', code: 'Slash', shiftKey: true }), true)).toBeUndefined()
    expect(actionOf(key({ key: '?', code: 'Slash', shiftKey: true }), false)).toBe('shortcuts')
    // On a German keyboard it is another key.
    expect(actionOf(key({ key: '?', code: 'Minus', shiftKey: true }), false)).toBe('shortcuts')
  })

  it('leaves characters made with AltGr alone', () => {
    expect(actionOf(key({ key: '@', code: 'KeyL', ctrlKey: true, altKey: true }), false)).toBeUndefined()
    expect(actionOf(key({ key: '²', code: 'Digit2', ctrlKey: true, altKey: true }), false)).toBeUndefined()
  })

  it('goes to views, and locks', () => {
    expect(actionOf(key({ key: '2', code: 'Digit2', altKey: true }), true)).toBe('network')
    expect(actionOf(key({ key: 'L', code: 'KeyL', ctrlKey: true, shiftKey: true }), false)).toBe('lock')
    expect(actionOf(key({ key: 'l', code: 'KeyL', ctrlKey: true }), false)).toBeUndefined()
  })
})
