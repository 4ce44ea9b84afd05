/** What a test run came to. */
import { isToolInstalled, toolOfNote } from '../test-support/require-tool.ts'

export interface NamedTest {
  /** File relative to the project, then the names from the outside in. */
  readonly name: string
}

export interface SkippedTest extends NamedTest {
  /** What the test gave as its reason; undefined where it gave none. */
  readonly reason: string | undefined
}

/** A failed test, a file that did not load, or an error outside any test. */
export interface Failure extends NamedTest {
  readonly message: string
}

export interface Tally {
  readonly passed: number
  readonly failures: readonly Failure[]
  readonly skipped: readonly SkippedTest[]
}

export const emptyTally: Tally = { passed: 0, failures: [], skipped: [] }

export function addTallies(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  }
}

export interface SkipPolicy {
  /** In continuous integration a test must not be skipped for want of something that is there. */
  readonly isCi: boolean
  readonly isInstalled?: (name: string) => boolean
}

/** Turns skips into failures that nobody may rely on: those without a reason, and in CI those whose tool is installed. */
export function judgeSkips(tally: Tally, { isCi, isInstalled = isToolInstalled }: SkipPolicy): Tally {
  const kept: SkippedTest[] = []
  const failures = [...tally.failures]
  for (const test of tally.skipped) {
    const tool = test.reason === undefined ? undefined : toolOfNote(test.reason)
    if (test.reason === undefined || test.reason.trim() === '') {
      failures.push({ name: test.name, message: 'did not run and gave no reason (to skip it: test.skip("why"))' })
    } else if (isCi && tool !== undefined && isInstalled(tool)) {
      failures.push({ name: test.name, message: `skipped although ${tool} is installed: ${test.reason}` })
    } else {
      kept.push(test)
    }
  }
  return { passed: tally.passed, failures, skipped: kept }
}

/** The last line of a run; scripts read it. */
export function summaryLine({ passed, failures, skipped }: Tally): string {
  return `${passed} passed, ${failures.length} failed, ${skipped.length} skipped`
}

/** Good only where something passed and nothing failed: a run that found no test proves nothing. */
export function isGood({ passed, failures }: Tally): boolean {
  return passed > 0 && failures.length === 0
}
