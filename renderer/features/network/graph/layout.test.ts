import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fittingScale,
  geometryOf,
  gutter,
  kept,
  panned,
  placed,
  placeOf,
  revealing,
  seenRounds,
  toScreen,
  toWorld,
  viewOfTip,
  zoomedAt,
} from './layout.ts'
import { graphLimits as limits } from './limits.ts'
import { hashOf, vertexOf } from './test-support.ts'

const size = { width: 900, height: limits.height }
const anyView = fc.record({
  x: fc.double({ min: -1e5, max: 1e6, noNaN: true }),
  y: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
  scale: fc.double({ min: limits.minScale, max: limits.maxScale, noNaN: true }),
})
const anyPoint = fc.record({
  x: fc.double({ min: 0, max: size.width, noNaN: true }),
  y: fc.double({ min: 0, max: size.height, noNaN: true }),
})

describe('geometryOf', () => {
  it.each([1, 4, 7, 25, 100, 1_000])('keeps the vertices of %i validators apart', (validators) => {
    const { radius, laneHeight, columnWidth } = geometryOf(validators)
    expect(2 * radius).toBeLessThan(laneHeight)
    expect(2 * radius).toBeLessThan(columnWidth)
  })

  it('has all lanes on the screen for as many as leave room for them', () => {
    for (const validators of [1, 4, 10, 25]) expect(fittingScale(geometryOf(validators), size)).toBeCloseTo(1)
    expect(fittingScale(geometryOf(100), size)).toBeLessThan(1)
  })
})

describe('placed', () => {
  it('sets twins apart, and nobody else', () => {
    const geometry = geometryOf(4)
    const twins = [vertexOf(3, 1, { isTwin: true }), vertexOf(3, 1, { isTwin: true, hash: hashOf(3, 1, 9) })]
    const at = placed([vertexOf(3, 0), ...twins, vertexOf(3, 2)], geometry).map((place) => place.at.y)
    const lane = placeOf(vertexOf(3, 1), geometry).y
    expect(at[0]).toBe(placeOf(vertexOf(3, 0), geometry).y)
    expect(((at[1] ?? 0) + (at[2] ?? 0)) / 2).toBeCloseTo(lane)
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThan(2 * geometry.radius)
  })
})

describe('views', () => {
  it('lead to the screen and back (property)', () => {
    fc.assert(
      fc.property(anyView, anyPoint, (view, point) => {
        const back = toScreen(toWorld(point, view), view)
        expect(back.x).toBeCloseTo(point.x, 3)
        expect(back.y).toBeCloseTo(point.y, 3)
      }),
    )
  })

  it('keep the point under the pointer where it is when they zoom (property)', () => {
    fc.assert(
      fc.property(anyView, anyPoint, fc.double({ min: 0.2, max: 5, noNaN: true }), (view, point, factor) => {
        const zoomed = zoomedAt(view, point, factor)
        const now = toScreen(toWorld(point, view), zoomed)
        expect(now.x).toBeCloseTo(point.x, 3)
        expect(now.y).toBeCloseTo(point.y, 3)
        expect(zoomed.scale).toBeGreaterThanOrEqual(limits.minScale)
        expect(zoomed.scale).toBeLessThanOrEqual(limits.maxScale)
      }),
    )
  })

  it('follow a hand pixel by pixel', () => {
    const view = { x: 100, y: 5, scale: 2 }
    const point = toScreen({ x: 120, y: 20 }, view)
    const moved = toScreen({ x: 120, y: 20 }, panned(view, 30, -8))
    expect([moved.x - point.x, moved.y - point.y]).toEqual([30, -8])
  })

  it('have the tip at the right edge, in all sizes', () => {
    for (const validators of [1, 4, 40]) {
      for (const scale of [0.3, 1, 2]) {
        const geometry = geometryOf(validators)
        const view = viewOfTip(512, scale, size, geometry)
        expect(toScreen(placeOf({ round: 512, author: 0 }, geometry), view).x).toBeCloseTo(size.width - gutter.right)
        expect(seenRounds(view, size, geometry).to).toBeGreaterThanOrEqual(512)
      }
    }
    expect(seenRounds({ x: -5_000, y: 0, scale: 1 }, size, geometryOf(4)).from).toBe(1)
  })

  it('never lose all there is (property)', () => {
    fc.assert(
      fc.property(anyView, fc.integer({ min: 1, max: 100 }), (view, validators) => {
        const geometry = geometryOf(validators)
        const rounds = { lowestRound: 300, highestRound: 480 }
        const within = kept(view, rounds, size, geometry)
        const { from, to } = seenRounds(within, size, geometry)
        expect(to).toBeGreaterThanOrEqual(rounds.lowestRound)
        expect(from).toBeLessThanOrEqual(rounds.highestRound)
        expect(kept(within, rounds, size, geometry)).toEqual(within)
      }),
    )
  })

  it('move only as far as it takes to show something (property)', () => {
    const geometry = geometryOf(7)
    fc.assert(
      fc.property(anyView, fc.integer({ min: 1, max: 5_000 }), fc.nat(6), (view, round, author) => {
        const at = placeOf({ round, author }, geometry)
        const shown = revealing(view, at, size, geometry)
        const { x, y } = toScreen(at, shown)
        expect(x).toBeGreaterThan(gutter.left)
        expect(x).toBeLessThanOrEqual(size.width - gutter.right + 0.01)
        if (view.scale <= 2) {
          expect(y).toBeGreaterThan(gutter.top)
          expect(y).toBeLessThan(size.height)
        }
        expect(revealing(shown, at, size, geometry).x).toBeCloseTo(shown.x, 3)
      }),
    )
  })
})
