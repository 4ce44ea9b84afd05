import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { smallestWindow, windowStateFrom } from './window-state.ts'

const screen = { x: 0, y: 0, width: 1_920, height: 1_080 }

describe('windowStateFrom', () => {
  it('brings the window back where it was', () => {
    const bounds = { x: 100, y: 50, width: 1_000, height: 700 }
    expect(windowStateFrom({ bounds, isMaximized: true }, [screen])).toEqual({ bounds, isMaximized: true })
  })

  it.each([
    ['on a screen that is gone', { x: 2_500, y: 50 }],
    ['all but a corner beyond the edge', { x: 1_850, y: 50 }],
    ['with its title bar above the screen', { x: 100, y: -400 }],
    ['nowhere', { x: Number.NaN, y: 0 }],
  ])('lets the system place a window that was %s', (_, place) => {
    const { bounds } = windowStateFrom({ bounds: { ...place, width: 1_000, height: 700 } }, [screen])
    expect(bounds).toEqual({ width: 1_000, height: 700 })
  })

  it('is never smaller than what can be used, whatever the file says (property)', () => {
    fc.assert(
      fc.property(fc.anything(), fc.integer(), fc.integer(), (value, width, height) => {
        for (const file of [value, { bounds: value }, { bounds: { x: 0, y: 0, width, height } }]) {
          const { bounds } = windowStateFrom(file, [screen])
          expect(bounds.width).toBeGreaterThanOrEqual(smallestWindow.width)
          expect(bounds.height).toBeGreaterThanOrEqual(smallestWindow.height)
        }
      }),
    )
  })
})
