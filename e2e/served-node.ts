/** For tests: a node as `qudag node start` runs it, in a process of its own, and the command line against its data folder. */
import type { ChildProcess } from 'node:child_process'
import { jsonOf, type Ran, runProgram } from '../node/cli/test-support/run-program.ts'

export interface ServedNode {
  readonly pid: number
  /** Of its HTTP interface, without a path. */
  readonly apiUrl: string
  readonly ended: Promise<Ran>
  /** Ends it by the signal and waits until it has. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Ran>
}

export interface ServedNodeOptions {
  readonly dataDir: string
  /** Beyond those that every test starts it with. */
  readonly flags?: readonly string[]
  /** Put before the command: to run it in a network namespace, say. */
  readonly prefix?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const running = new Set<ChildProcess>()

/** Of all that this test file started: for its end. */
export function killServedNodes(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** Resolves when the node serves. */
export async function startServedNode({ flags = [], ...options }: ServedNodeOptions): Promise<ServedNode> {
  const ready = Promise.withResolvers<{ readonly child: ChildProcess; readonly pid: number; readonly apiUrl: string }>()
  const ended = runProgram(['node', 'start', '--api-port', '0', '--json', ...flags], {
    ...options,
    onOutput: ({ stdout }, child) => {
      running.add(child)
      const line = stdout.split('\n').find((one) => one.includes('"event":"ready"') && one.endsWith('}'))
      if (line === undefined) return
      const { pid, apiUrl } = JSON.parse(line) as { pid: number; apiUrl: string }
      ready.resolve({ child, pid, apiUrl })
    },
  })
  const { child, pid, apiUrl } = await Promise.race([
    ready.promise,
    ended.then(({ code, stderr }) => {
      throw new Error(`the node ended with ${code} before it served: ${stderr}`)
    }),
  ])
  void ended.then(() => running.delete(child))
  return {
    pid,
    apiUrl,
    ended,
    end(signal) {
      child.kill(signal)
      return ended
    },
  }
}

/** Commands against a data folder; descriptor 3, 4 … give the secrets. Throws where one fails. */
export function qudagAt(
  dataDir: string,
): (args: readonly string[], descriptors?: readonly string[]) => Promise<unknown> {
  return async (args, descriptors = []) => {
    const ran = await runProgram([...args, '--json'], { dataDir, descriptors })
    if (ran.code !== 0) throw new Error(`qudag ${args.join(' ')} ended with ${ran.code}: ${ran.stderr}`)
    return ran.stdout.trim() === '' ? null : jsonOf(ran)
  }
}
