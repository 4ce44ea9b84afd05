/** What every command shares that runs nodes in its own process: who is told of them, when to end, and whether one runs already. */
import { connectLocalSocket, type LocalConnection, socketPathOf } from '../api/transports/index.ts'
import { NodeError } from '../core/node-error.ts'
import { createCatchUpLog } from './catch-up-log.ts'
import { watchSupervisor } from './detach.ts'
import type { Environment } from './environment.ts'
import { createFaultLog } from './fault-log.ts'
import type { NodeListeners } from './node-runner.ts'
import { createRequestLog } from './request-log.ts'
import type { Settings } from './settings.ts'

/** Logs faults and requests as the settings of the moment say. */
export function listenersOf(initial: Settings, environment: Environment): NodeListeners {
  let settings = initial
  return {
    reportFault: createFaultLog(() => settings, environment),
    onAnswered: createRequestLog(() => settings, environment),
    onCatchingUp: createCatchUpLog(() => settings, environment),
    onSettingsChanged(changed) {
      settings = changed
    },
  }
}

/** Resolves at Ctrl-C, SIGTERM, or the end of a supervising command; none of them ends anything by itself meanwhile. */
export function watchForEnd(environment: Environment): { readonly asked: Promise<void>; stop(): void } {
  const asked = Promise.withResolvers<void>()
  const end = (): void => asked.resolve()
  const offInterrupt = environment.onInterrupt(end)
  const offSupervisor = watchSupervisor(environment.variables, end)
  process.on('SIGTERM', end)
  return {
    asked: asked.promise,
    stop() {
      offInterrupt()
      offSupervisor()
      process.off('SIGTERM', end)
    },
  }
}

/** A connection to the node of a data folder; undefined where none answers. */
export async function connectIfRunning(dataDir: string): Promise<LocalConnection | undefined> {
  try {
    return await connectLocalSocket(socketPathOf(dataDir))
  } catch (error) {
    // Anything else (another version, a socket that is not ours) is a running node that we must not start beside.
    if (error instanceof NodeError && error.code === 'NODE_NOT_RUNNING') return undefined
    throw error
  }
}
