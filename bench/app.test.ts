import { describe, expect, it } from 'vitest'
import { desktopProblem } from '../e2e/desktop/launch.ts'
import { type AppBenchReport, runAppBench } from './app.ts'

describe('runAppBench', () => {
  it('says why where no window can be shown, and measures nothing', async ({ skip }) => {
    const problem = desktopProblem()
    if (problem === undefined) skip('left out here: it runs where there is no Electron')
    let output = ''
    const report = await runAppBench({
      json: true,
      write: (text) => {
        output += text
      },
    })
    expect(report).toEqual({ bench: 'app', skipped: problem })
    expect(JSON.parse(output) as AppBenchReport).toEqual(report)
  })
})
