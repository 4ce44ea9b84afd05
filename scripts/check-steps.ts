/** Types, lint and format: what is checked without running the code. */
import { runNode } from './test-run/run-vitest.ts'
import type { Failure } from './test-run/tally.ts'

export interface CheckStep {
  readonly name: string
  readonly args: readonly string[]
}

export const staticSteps: readonly CheckStep[] = [
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit'] },
  {
    name: 'types of the interface',
    args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.interface.json'],
  },
  // `ci` takes lint rules, format and the order of imports together and changes nothing.
  {
    name: 'lint and format',
    args: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '--max-diagnostics=100', '.'],
  },
]

/** Runs all of them, also after one has failed: somebody mending one wants to know about the other. */
export async function runStaticSteps(): Promise<readonly Failure[]> {
  const failures: Failure[] = []
  for (const { name, args } of staticSteps) {
    console.log(`\n── ${name}`)
    const ended = await runNode(args)
    if (ended !== 'ended with 0') failures.push({ name, message: ended })
  }
  return failures
}
