import { describe, expect, it } from 'vitest'
import { runAppBench } from './app.ts'

// What it measures is tested where the app is driven: e2e/interface-quality/app-bench.e2e.ts.
describe('runAppBench', () => {
  const problem = () => 'needs a screen: opens a window'

  it('says in one JSON value why nothing was measured', async () => {
    let output = ''
    const write = (text: string): void => {
      output += text
    }
    const report = await runAppBench({ json: true, problem, write })
    expect(report).toEqual({ bench: 'app', skipped: problem() })
    expect(JSON.parse(output)).toEqual(report)
  })

  it('says so to people, too', async () => {
    let output = ''
    await runAppBench({
      problem,
      write: (text) => {
        output += text
      },
    })
    expect(output).toBe(`Nothing was measured: ${problem()}\n`)
  })
})
