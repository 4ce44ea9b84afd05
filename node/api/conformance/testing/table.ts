/** Cases against transports: what passed, what failed, and what does not apply, and why. */

export interface Outcome {
  readonly door: string
  readonly testCase: string
  readonly result: 'passed' | 'FAILED' | 'n/a'
}

export function conformanceTable(
  doors: readonly string[],
  cases: readonly string[],
  outcomes: readonly Outcome[],
): string {
  const cell = (testCase: string, door: string): string =>
    outcomes.find((outcome) => outcome.door === door && outcome.testCase === testCase)?.result ?? 'NOT RUN'
  const rows = [
    ['case', ...doors],
    ...cases.map((testCase) => [testCase, ...doors.map((door) => cell(testCase, door))]),
  ]
  const widths = ['', ...doors].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return [lines[0], widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)].join('\n')
}
