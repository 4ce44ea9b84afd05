/**
 * `npm test [-- --check] [-- part-of-a-file-name …]`: unit tests, then end-to-end tests; with --check types, lint and
 * format first, each failed one counted as a failure. The last line is `N passed, N failed, N skipped`; the exit code is
 * 0 only where something passed and nothing failed.
 */
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runStaticSteps } from './check-steps.ts'
import { runVitest } from './test-run/run-vitest.ts'
import { addTallies, emptyTally, isGood, judgeSkips, summaryLine, type Tally } from './test-run/tally.ts'
import { openCompileCache } from './test-support/compile-cache.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const filters = process.argv.slice(2).filter((argument) => argument !== '--check')
const unknown = filters.find((argument) => argument.startsWith('-'))
if (unknown !== undefined) {
  console.error(`npm test: ${unknown} is unknown; options of vitest go to node_modules/.bin/vitest itself`)
  process.exit(2)
}

openCompileCache()
const tallies: Tally[] = []
const leftOut: string[] = []
if (process.argv.includes('--check')) tallies.push({ ...emptyTally, failures: await runStaticSteps() })

console.log('\n── unit tests')
tallies.push(await runVitest({ project: 'unit', filters }))

if (globSync('e2e/**/*.e2e.ts', { cwd: root }).length > 0) {
  console.log('\n── end-to-end tests')
  tallies.push(await runVitest({ project: 'e2e', filters }))
} else {
  leftOut.push('end-to-end tests: there are none in e2e/')
}

// Apart, since it builds the app first.
if (globSync('e2e/{desktop,interface,interface-quality}/**/*.e2e.ts', { cwd: root }).length > 0) {
  console.log('\n── tests of the app and its interface')
  tallies.push(await runVitest({ project: 'interface', filters }))
}

const total = judgeSkips(addTallies(tallies), { isCi: process.env.CI === 'true' })
leftOut.push(...total.skipped.map(({ name, reason }) => `${name}: ${reason}`))

console.log('')
for (const { name, message } of total.failures) console.log(`failed   ${name}: ${message}`)
for (const line of leftOut) console.log(`left out ${line}`)
if (total.passed === 0 && total.failures.length === 0) console.log('No test ran, which proves nothing.')
console.log(summaryLine(total))
process.exitCode = isGood(total) ? 0 : 1
