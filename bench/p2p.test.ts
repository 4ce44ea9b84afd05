import { expect, it } from 'vitest'
import { type P2pBenchReport, runP2pBench } from './p2p.ts'

it('twenty nodes that were told of two find each other, and hear all that anyone says', {
  timeout: 180_000,
}, async () => {
  let output = ''
  const report = await runP2pBench({
    json: true,
    nodes: [20],
    messages: 10,
    write: (text) => {
      output += text
    },
  })
  expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(report)))
  const [figure] = (JSON.parse(output) as P2pBenchReport).figures
  expect(figure).toMatchObject({ nodes: 20, seeds: 2, foundShare: 1, messages: 10 })
  expect(figure?.peers.least).toBeGreaterThanOrEqual(12)
  expect(figure?.coverage).toEqual({ mean: 1, least: 1 })
})
