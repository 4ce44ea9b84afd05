/** A node in this process, in the foreground: started or found running, announced, and ended cleanly. */

import { connectLocalSocket, socketPathOf } from '../api/transports/index.ts'
import type { SettledConfig } from '../config/index.ts'
import { NodeError } from '../core/node-error.ts'
import type { CommandContext } from './context.ts'
import { tellStarter } from './detach.ts'
import { createFaultLog } from './fault-log.ts'
import { cliLimits } from './limits.ts'
import type { StartNode } from './node-runner.ts'
import { attachedTo, type ReadyLine, readyOf } from './ready.ts'
import { createRequestLog } from './request-log.ts'

/**
 * Runs until the node ends. Where one runs on the data folder already, announces that one and returns.
 *
 * @param announce called once, when the node serves
 */
export async function runNode(
  { environment }: CommandContext,
  settled: SettledConfig,
  startNode: StartNode,
  announce: (ready: ReadyLine) => Promise<void> | void,
): Promise<void> {
  const say = async (ready: ReadyLine): Promise<void> => {
    await announce(ready)
    tellStarter(ready, environment.variables)
  }
  const running = await runningNode(settled.config.dataDir)
  if (running !== undefined) return say(running)
  const stopSignal = Promise.withResolvers<void>()
  const offInterrupt = environment.onInterrupt(() => stopSignal.resolve())
  const onTerminate = (): void => stopSignal.resolve()
  process.on('SIGTERM', onTerminate)
  try {
    let settings = settled.config
    const node = await startNode(settled, {
      reportFault: createFaultLog(() => settings, environment),
      onAnswered: createRequestLog(() => settings, environment),
      onSettingsChanged(changed) {
        settings = changed
      },
    }).catch(async (error: unknown) => {
      // Two starts at the same moment: the other one has the folder, and will answer as soon as it serves.
      if (!(error instanceof NodeError) || error.code !== 'DATA_FOLDER_IN_USE') throw error
      const other = await runningNodeSoon(settings.dataDir, stopSignal.promise)
      if (other === undefined) throw error
      return other
    })
    if ('event' in node) return say(node)
    await say(readyOf(node))
    await Promise.race([node.stopped, stopSignal.promise])
    await node.stop()
    await node.stopped
  } finally {
    offInterrupt()
    process.off('SIGTERM', onTerminate)
  }
}

/** The node of a data folder; undefined where none answers. */
async function runningNode(dataDir: string): Promise<ReadyLine | undefined> {
  let connection: Awaited<ReturnType<typeof connectLocalSocket>>
  try {
    connection = await connectLocalSocket(socketPathOf(dataDir))
  } catch (error) {
    // Anything else (another version, a socket that is not ours) is a running node that we must not start beside.
    if (error instanceof NodeError && error.code === 'NODE_NOT_RUNNING') return undefined
    throw error
  }
  try {
    return attachedTo(await connection.client.node.info())
  } finally {
    connection.close()
  }
}

async function runningNodeSoon(dataDir: string, stop: Promise<void>): Promise<ReadyLine | undefined> {
  let stopped = false
  void stop.then(() => {
    stopped = true
  })
  const tries = Math.ceil(cliLimits.attachTimeoutMs / cliLimits.processPollMs)
  for (let i = 0; i < tries && !stopped; i++) {
    const found = await runningNode(dataDir)
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, cliLimits.processPollMs))
  }
  return undefined
}
