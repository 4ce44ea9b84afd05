/** Child processes outside Electron: child_process.fork with an environment of its own. Interface: node/core/process-host.ts. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { NodeError } from '../../core/node-error.ts'
import type { Child, ProcessHost } from '../../core/process-host.ts'

export function createForkHost(): ProcessHost {
  const running = new Set<Child>()
  return {
    async start(entry, { name, args = [], env }) {
      const forked = fork(fileURLToPath(entry), [...args], {
        env: { ...env },
        // Byte strings as byte strings, and no text form of what passes.
        serialization: 'advanced',
        execArgv: ['--title', name],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      })
      const ended = endOf(forked)
      const child: Child = {
        get pid() {
          return forked.pid
        },
        postMessage(message) {
          // A channel that has closed under the call says so by `ended`.
          if (forked.connected) forked.send(message as object, () => undefined)
        },
        onMessage: (listener) => void forked.on('message', listener),
        ended,
        // A module that hangs in native code takes no other signal.
        kill: () => forked.kill('SIGKILL'),
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

/** The exit code; that of a signal is 128 + its number on Unix, where it matters only that it is not 0. */
function endOf(forked: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    forked.once('exit', (code, signal) => resolve(code ?? (signal === null ? -1 : 128)))
    forked.once('error', () => resolve(-1))
  })
}
