/** A headless node as the person of the tests would start it, and its end: asked for, or by a kill that it cannot notice. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { compileCache } from '../../scripts/test-support/compile-cache.ts'
import { asUser, testUser } from './test-user.ts'

const main = fileURLToPath(new URL('../../node/cli/main.ts', import.meta.url))

export interface HeadlessNode {
  readonly pid: number
  /** What it has written to its output. */
  output(): string
  /** In order. */
  stop(): Promise<void>
  /** SIGKILL: what was on its way to the disk stays where it is. */
  kill(): Promise<void>
}

interface ReadyLine {
  readonly event?: string
  readonly pid?: number
}

/** Resolves when it serves. @param dataDir belongs to the person: made by `dataFolder` */
export async function startHeadlessNode(dataDir: string, args: readonly string[] = []): Promise<HeadlessNode> {
  const nodeArgs = [main, 'node', 'start', '--data-dir', dataDir, '--api-port', '0', '--json', ...args]
  const [program, programArgs] = asUser(testUser(), process.execPath, nodeArgs)
  const child = spawn(program, programArgs, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, HOME: dataDir, ...compileCache() },
  })
  let errors = ''
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const pid = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      output += `${line}\n`
      const ready = JSON.parse(line) as ReadyLine
      if (ready.event === 'ready' && ready.pid !== undefined) resolve(ready.pid)
    })
    void ended.then(() => reject(new Error(`the node ended before it served: ${errors}`)))
  })
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    try {
      // The node itself: as another user it runs below the program that changes to that one.
      process.kill(pid, signal)
    } catch {
      // It has ended already.
    }
    await ended
  }
  return { pid, output: () => output + errors, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}
