import { expect, it } from 'vitest'
import { type ExecutionBenchReport, runExecutionBench } from './execution.ts'

it('runExecutionBench writes one JSON value with both ways of executing each load, and how many groups it has', {
  timeout: 60_000,
}, async () => {
  let output = ''
  const report = await runExecutionBench({
    json: true,
    seconds: 0.1,
    write: (text) => {
      output += text
    },
  })
  expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(report)))
  const { machine, loads, transactions } = JSON.parse(output) as ExecutionBenchReport
  expect(machine.node).toBe(process.versions.node)
  const [pairs, any, one] = loads
  expect([pairs?.groups, pairs?.largestGroup]).toEqual([transactions, 1])
  expect(any?.groups).toBeGreaterThan(1)
  expect([one?.groups, one?.largestGroup]).toEqual([1, transactions])
  for (const { figures } of loads) {
    expect(figures.map(({ name }) => name)).toEqual(['one after the other', 'by groups, one thread'])
    for (const { perSecond } of figures) expect(perSecond).toBeGreaterThan(0)
  }
})
