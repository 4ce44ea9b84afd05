/**
 * `npm run check [-- --static]`: types, lint and format, then the unit tests (not with --static). Runs every step, says at
 * the end which failed, and exits with 1 if one did.
 */
import { runStaticSteps } from './check-steps.ts'
import { runVitest } from './test-run/run-vitest.ts'
import { type Failure, isGood, judgeSkips, summaryLine } from './test-run/tally.ts'
import { openCompileCache } from './test-support/compile-cache.ts'

const [option, ...others] = process.argv.slice(2)
if ((option !== undefined && option !== '--static') || others.length > 0) {
  console.error('usage: npm run check [-- --static]')
  process.exit(2)
}

const failures: Failure[] = [...(await runStaticSteps())]
if (option !== '--static') {
  console.log('\n── unit tests')
  openCompileCache()
  const tally = judgeSkips(await runVitest({ project: 'unit', filters: [] }), { isCi: process.env.CI === 'true' })
  if (!isGood(tally)) failures.push({ name: 'unit tests', message: summaryLine(tally) })
}

console.log('')
for (const { name, message } of failures) console.log(`failed   ${name}: ${message}`)
console.log(failures.length === 0 ? 'check: all good' : `check: ${failures.length} failed`)
process.exitCode = failures.length === 0 ? 0 : 1
