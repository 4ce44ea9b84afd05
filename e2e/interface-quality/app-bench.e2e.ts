/** The benchmark of the app, with little of everything: it measures what it says, of both programs. */
import { expect, it } from 'vitest'
import { runAppBench } from '../../bench/app.ts'
import { desktopProblem } from '../desktop/launch.ts'

it('measures the app and an empty window beside it', async ({ skip }) => {
  const problem = desktopProblem()
  if (problem !== undefined) skip(problem)
  let output = ''
  const report = await runAppBench({
    json: true,
    starts: 1,
    payments: 400,
    write: (text) => {
      output += text
    },
  })
  expect(JSON.parse(output)).toEqual(report)
  if ('skipped' in report) throw new Error(report.skipped)
  expect(report.windows.map(({ program }) => program)).toEqual(['QuDAG Exchange', 'empty window'])
  for (const { startsMs, idleMemory, idleFrames } of report.windows) {
    expect(startsMs).toHaveLength(1)
    expect(startsMs[0]).toBeGreaterThan(0)
    const kinds = idleMemory.map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['Browser', 'Tab']))
    for (const { residentBytes } of idleMemory) expect(residentBytes).toBeGreaterThan(1e6)
    expect(idleFrames.worstMs).toBeGreaterThanOrEqual(idleFrames.medianMs)
  }
  const { load } = report
  expect(load.payments).toBe(400)
  expect(load.admittedPerSecond).toBeGreaterThanOrEqual(load.finalPerSecond)
  expect(load.loop.maxMs).toBeGreaterThanOrEqual(load.loop.p99Ms)
  for (const { perSecond } of [load.frames, load.scrolling]) expect(perSecond).toBeGreaterThan(0)
})
