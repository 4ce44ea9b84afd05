/** Runs one vitest project in a process of its own and reads back its tally. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Tally } from './tally.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface VitestRun {
  readonly project: 'unit' | 'e2e' | 'interface'
  /** Parts of file names; none runs all. */
  readonly filters: readonly string[]
}

/** Whatever goes wrong with the run itself counts as a failure, so that a crash never looks like success. */
export async function runVitest({ project, filters }: VitestRun): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'qudag-tests-'))
  const tallyFile = join(folder, 'tally.json')
  try {
    const ended = await runNode(
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        `--project=${project}`,
        '--allowOnly=false',
        '--passWithNoTests',
        '--reporter=default',
        '--reporter=./scripts/test-run/tally-reporter.ts',
        ...filters,
      ],
      { QUDAG_TEST_TALLY: tallyFile },
    )
    const name = `vitest ${project}`
    const tally = readTally(tallyFile)
    if (tally === undefined)
      return { passed: 0, failures: [{ name, message: `${ended} and left no tally` }], skipped: [] }
    if (ended !== 'ended with 0' && tally.failures.length === 0) {
      return { ...tally, failures: [{ name, message: `${ended} although no test failed` }] }
    }
    return tally
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs this Node with the arguments, its output on ours; resolves to how it ended. */
export function runNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
    child.on('error', (error) => resolve(`did not start (${error.message})`))
    child.on('close', (code, signal) => resolve(signal === null ? `ended with ${code}` : `ended by ${signal}`))
  })
}

function readTally(file: string): Tally | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Tally
  } catch {
    return undefined
  }
}
