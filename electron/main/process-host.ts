/**
 * Child processes for what must not run beside the node: a token's module, a provider's job. In Electron they are utility
 * processes: with the RunAsNode fuse off, child_process.fork would start a second app. A child sees the environment it is
 * given and nothing else of ours.
 */
import type { MessagePortMain } from 'electron'
import { NodeError } from '../../node/core/node-error.ts'
import type { Child, ProcessHost } from '../../node/node.ts'

/** The part of Electron's utilityProcess that is used. */
export interface UtilityProcesses {
  fork(
    path: string,
    args: string[],
    options: { serviceName: string; env: Record<string, string>; stdio: 'ignore' },
  ): {
    readonly pid: number | undefined
    postMessage(message: unknown, transfer?: MessagePortMain[]): void
    on(event: 'message', listener: (message: unknown) => void): unknown
    once(event: 'spawn', listener: () => void): unknown
    once(event: 'exit', listener: (code: number) => void): unknown
    kill(): boolean
  }
}

/**
 * @param pathOf of an entry: fileURLToPath, but for tests
 * @param endAtOnce ends what does not listen: Electron asks a process to end, and one that hangs in native code does not
 */
export function createProcessHost(
  utilityProcess: UtilityProcesses,
  pathOf: (entry: URL) => string,
  endAtOnce: (pid: number) => void,
): ProcessHost {
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
        postMessage(message, ports) {
          if (ports === undefined) forked.postMessage(message)
          else forked.postMessage(message, [...ports] as MessagePortMain[])
        },
        onMessage: (listener) => void forked.on('message', listener),
        ended,
        kill() {
          const { pid } = forked
          const wasRunning = forked.kill()
          if (wasRunning && pid !== undefined) endAtOnce(pid)
          return wasRunning
        },
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
