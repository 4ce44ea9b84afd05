/** Vitest reporter that writes the tally of a run to the file that QUDAG_TEST_TALLY names. */
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node'
import type { Failure, SkippedTest, Tally } from './tally.ts'

/** More of a chain says nothing more, and a chain may close on itself. */
const maxCauses = 4

export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env.QUDAG_TEST_TALLY
    if (file === undefined) throw new Error('QUDAG_TEST_TALLY names no file')
    writeFileSync(file, JSON.stringify(tallyOf(modules, unhandled)))
  }
}

function tallyOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Tally {
  let passed = 0
  const failures: Failure[] = []
  const skipped: SkippedTest[] = []
  const failAll = (name: string, errors: readonly Caused[]) => {
    for (const error of errors) failures.push({ name, message: messageOf(error) })
  }
  for (const module of modules) {
    const file = relative(process.cwd(), module.moduleId)
    failAll(file, module.errors())
    for (const suite of module.children.allSuites()) failAll(nameOf(file, suite), suite.errors())
    for (const test of module.children.allTests()) {
      const result = test.result()
      const name = nameOf(file, test)
      if (result.state === 'passed') passed += 1
      else if (result.state === 'skipped') skipped.push({ name, reason: result.note })
      else failures.push({ name, message: messageOf(result.errors?.[0] ?? { message: 'it did not end' }) })
    }
  }
  failAll('outside any test', unhandled)
  return { passed, failures, skipped }
}

function nameOf(file: string, test: TestCase | TestSuite): string {
  return `${file} > ${test.fullName}`
}

interface Caused {
  readonly message?: string | undefined
  readonly cause?: unknown
}

/** The first line of each error in the chain of causes: where a process died, the last of them says by which signal. */
function messageOf(error: Caused): string {
  const lines: string[] = []
  for (let at: Caused | undefined = error; at !== undefined && lines.length < maxCauses; at = causeOf(at)) {
    lines.push((at.message ?? 'no message').split('\n', 1)[0] ?? '')
  }
  return lines.join(', caused by: ')
}

function causeOf({ cause }: Caused): Caused | undefined {
  return typeof cause === 'object' && cause !== null ? (cause as Caused) : undefined
}
