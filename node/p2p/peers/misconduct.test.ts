import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { peerLimits } from './limits.ts'
import { misconductPoints } from './misconduct.ts'

it('what a misdeed costs stands in docs/network.md, and nothing else does', () => {
  const page = readFileSync(new URL('../../../docs/network.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d+) \|$/gm)].map(([, code, points]) => [code, Number(points)])
  expect(rows.sort()).toEqual(Object.entries(misconductPoints).sort())
})

it('what ends a peer at once does so whatever good it has done before', () => {
  const best = Math.max(...Object.values(misconductPoints))
  expect(best).toBe(-peerLimits.banScore)
  // Twice, at the best of scores.
  expect(2 * best).toBeGreaterThan(peerLimits.maxScore - peerLimits.banScore)
})
