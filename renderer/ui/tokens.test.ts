import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')

function colours(theme: string): ReadonlyMap<string, string> {
  const block = new RegExp(`\\[data-theme=["']${theme}["']\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? ''
  return new Map([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]))
}

/** Relative luminance: WCAG 2.2, "relative luminance". */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

const surfaces = ['--surface-0', '--surface-1', '--surface-2']
const inks = ['--ink-1', '--ink-2', '--ink-3', '--accent', '--good', '--warn', '--bad', '--pending']

/** Text, and what it stands on: 4.5:1 (WCAG 2.2, 1.4.3). */
const texts = [
  ...inks.flatMap((ink) => surfaces.map((surface) => [ink, surface] as const)),
  ...['good', 'warn', 'bad', 'pending'].flatMap((tone) => [
    [`--${tone}`, `--${tone}-soft`] as const,
    ['--ink-1', `--${tone}-soft`] as const,
  ]),
  ['--accent', '--accent-soft'],
  ['--ink-1', '--accent-soft'],
  ['--accent-ink', '--accent'],
  ['--accent-ink', '--accent-hover'],
  ['--bad-ink', '--bad'],
  ['--bad-ink', '--bad-hover'],
  // Tooltips.
  ['--surface-1', '--ink-1'],
] as const

/** Edges by which a control is known: 3:1 (WCAG 2.2, 1.4.11). */
const edges = surfaces.map((surface) => ['--line-strong', surface] as const)

describe.each(['light', 'dark'])('%s', (theme) => {
  const values = colours(theme)
  const of = (name: string): string => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`${name} is no colour of the theme`)
    return value
  }

  it.each(texts)('%s can be read on %s', (ink, surface) => {
    expect(contrast(of(ink), of(surface))).toBeGreaterThanOrEqual(4.5)
  })

  it.each(edges)('%s can be seen on %s', (edge, surface) => {
    expect(contrast(of(edge), of(surface))).toBeGreaterThanOrEqual(3)
  })

  it('has the colours that the other theme has', () => {
    expect([...values.keys()].sort()).toEqual([...colours(theme === 'light' ? 'dark' : 'light').keys()].sort())
    expect(values.size).toBeGreaterThan(20)
  })
})

it('measures contrast as the standard does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})
