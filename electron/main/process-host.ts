/**
 * Child processes for what must not run beside the node: a token's module, a provider's job. In Electron they are utility
 * processes: with the RunAsNode fuse off, child_process.fork would start a second app. A child sees the environment it is
 * given and nothing else of ours.
 */
import { NodeError } from '../../node/core/node-error.ts'

export interface ChildOptions {
  /** Name in the system's list of processes, and in reports. */
  readonly name: string
  readonly args?: readonly string[]
  /** All of it: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
}

export interface Child {
  readonly pid: number | undefined
  postMessage(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Resolves when it has ended, by whatever; with the code it ended with. */
  readonly ended: Promise<number>
  /** Ends it now; true where it was running. */
  kill(): boolean
}

export interface ProcessHost {
  /** @throws NodeError CHILD_FAILED where it ends before it runs */
  start(entry: URL, options: ChildOptions): Promise<Child>
  /** Ends all that were started. */
  killAll(): void
}

/** The part of Electron's utilityProcess that is used. */
export interface UtilityProcesses {
  fork(
    path: string,
    args: string[],
    options: { serviceName: string; env: Record<string, string>; stdio: 'ignore' },
  ): {
    readonly pid: number | undefined
    postMessage(message: unknown): void
    on(event: 'message', listener: (message: unknown) => void): unknown
    once(event: 'spawn', listener: () => void): unknown
    once(event: 'exit', listener: (code: number) => void): unknown
    kill(): boolean
  }
}

/** @param pathOf of an entry: fileURLToPath, but for tests */
export function createProcessHost(utilityProcess: UtilityProcesses, pathOf: (entry: URL) => string): ProcessHost {
  const running = new Set<Child>()
  return {
    async start(entry, { name, args = [], env }) {
      const forked = utilityProcess.fork(pathOf(entry), [...args], {
        serviceName: name,
        env: { ...env },
        stdio: 'ignore',
      })
      const ended = new Promise<number>((resolve) => void forked.once('exit', resolve))
      const child: Child = {
        get pid() {
          return forked.pid
        },
        postMessage: (message) => forked.postMessage(message),
        onMessage: (listener) => void forked.on('message', listener),
        ended,
        kill: () => forked.kill(),
      }
      running.add(child)
      void ended.then(() => running.delete(child))
      await Promise.race([
        new Promise<void>((resolve) => void forked.once('spawn', resolve)),
        ended.then((code) => {
          throw new NodeError('CHILD_FAILED', `The process “${name}” did not start.`, { details: { code } })
        }),
      ])
      return child
    },
    killAll() {
      for (const child of running) child.kill()
    },
  }
}
