/** Starts a node under test, waits until it serves, and tells how it ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { compileCache } from '../../scripts/test-support/compile-cache.ts'
import type { KillPlace } from './kill-plan.ts'
import type { NodeUnderTestOptions } from './node-under-test.ts'

export interface NodeEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The place at which the process killed itself; null where it did not. */
  readonly killedAt: KillPlace | null
  /** What it wrote to stderr: where it failed, and nothing else. */
  readonly errors: string
}

export interface NodeProcess {
  /** The local socket's path once the node serves; null where it ended before. */
  readonly ready: Promise<string | null>
  readonly ended: Promise<NodeEnd>
  kill(): void
  /** Asks it to stop in order. */
  terminate(): void
}

const running = new Set<ChildProcess>()

export function startNode(options: NodeUnderTestOptions): NodeProcess {
  const entry = fileURLToPath(new URL('./node-under-test.ts', import.meta.url))
  const child = spawn(process.execPath, [entry, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, ...compileCache() },
  })
  running.add(child)
  let killedAt: KillPlace | null = null
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const isReady = Promise.withResolvers<string | null>()
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('ready ')) isReady.resolve(line.slice('ready '.length))
    if (line.startsWith('killed at ')) killedAt = line.slice('killed at '.length) as KillPlace
  })
  const ended = new Promise<NodeEnd>((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(child)
      isReady.resolve(null)
      resolve({ code, signal, killedAt, errors })
    })
  })
  return {
    ready: isReady.promise,
    ended,
    kill: () => void child.kill('SIGKILL'),
    terminate: () => void child.kill('SIGTERM'),
  }
}

/** For the end of a test that failed half way. */
export function killAllNodes(): void {
  for (const child of running) child.kill('SIGKILL')
}
