/** For tests only: runs the command line as a child process without a terminal, as a script would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compileCache } from '../../../scripts/test-support/compile-cache.ts'

export const mainFile = fileURLToPath(new URL('../main.ts', import.meta.url))
export const fakeMainFile = fileURLToPath(new URL('./fake-main.ts', import.meta.url))

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly dataDir: string
  readonly entry?: string
  readonly input?: string
  /** What descriptor 3, 4 … give. */
  readonly descriptors?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Put before the command: a program that runs it elsewhere, and becomes it. */
  readonly prefix?: readonly string[]
  /** Called with what has been written so far, and the child. */
  readonly onOutput?: (written: { stdout: string; stderr: string }, child: ChildProcess) => void
}

export function environmentOf({ dataDir, env = {} }: Pick<RunOptions, 'dataDir' | 'env'>): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: dataDir, QUDAG_DATA_DIR: dataDir, ...compileCache(), ...env }
}

export function runProgram(args: readonly string[], options: RunOptions): Promise<Ran> {
  const { entry = mainFile, input = '', descriptors = [], prefix = [], onOutput } = options
  return new Promise((resolve, reject) => {
    const [command = process.execPath, ...parts] = [...prefix, process.execPath, entry, ...args]
    const child = spawn(command, parts, {
      // A session of its own has no terminal to ask on.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', ...descriptors.map(() => 'pipe' as const)],
      env: environmentOf(options),
    })
    const written = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        written[name] += text
        onOutput?.(written, child)
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...written }))
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
    descriptors.forEach((text, index) => {
      const pipe = child.stdio[index + 3] as NodeJS.WritableStream
      pipe.on('error', () => undefined)
      pipe.end(text)
    })
  })
}

/** The JSON value a command printed. */
export function jsonOf({ stdout }: Ran): unknown {
  return JSON.parse(stdout)
}

/** The error a command printed with --json. */
export function errorOf({ stderr }: Ran): { code: string; message: string; hint: string } {
  return (JSON.parse(stderr) as { error: { code: string; message: string; hint: string } }).error
}
