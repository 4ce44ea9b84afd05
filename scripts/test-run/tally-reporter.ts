/** Vitest reporter that writes the tally of a run to the file that QUDAG_TEST_TALLY names. */
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node'
import type { Failure, SkippedTest, Tally } from './tally.ts'

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
  const failAll = (name: string, errors: readonly { message?: string | undefined }[]) => {
    for (const error of errors) failures.push({ name, message: firstLine(error.message) })
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
      else failures.push({ name, message: firstLine(result.errors?.[0]?.message ?? 'it did not end') })
    }
  }
  failAll('outside any test', unhandled)
  return { passed, failures, skipped }
}

function nameOf(file: string, test: TestCase | TestSuite): string {
  return `${file} > ${test.fullName}`
}

function firstLine(message: string | undefined): string {
  return (message ?? 'no message').split('\n', 1)[0] ?? ''
}
