/** A node in this process, in the foreground: started or found running, announced, and ended cleanly. */

import type { SettledConfig } from '../config/index.ts'
import { NodeError } from '../core/node-error.ts'
import type { CommandContext } from './context.ts'
import { tellStarter } from './detach.ts'
import { cliLimits } from './limits.ts'
import { connectIfRunning, listenersOf, watchForEnd } from './node-process.ts'
import type { StartNode } from './node-runner.ts'
import { attachedTo, type ReadyLine, readyOf } from './ready.ts'

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
  const end = watchForEnd(environment)
  const starting = new AbortController()
  void end.asked.then(() => starting.abort())
  try {
    const listeners = listenersOf(settled.config, environment)
    const node = await startNode(settled, listeners, starting.signal).catch(async (error: unknown) => {
      // Ended in order before it served: what was asked for.
      if (error instanceof NodeError && error.code === 'NODE_STOPPING' && starting.signal.aborted) return undefined
      // Two starts at the same moment: the other one has the folder, and will answer as soon as it serves.
      if (!(error instanceof NodeError) || error.code !== 'DATA_FOLDER_IN_USE') throw error
      const other = await runningNodeSoon(settled.config.dataDir, end.asked)
      if (other === undefined) throw error
      return other
    })
    if (node === undefined) return
    if ('event' in node) return say(node)
    await say(readyOf(node))
    await Promise.race([node.stopped, end.asked])
    await node.stop()
    await node.stopped
  } finally {
    end.stop()
  }
}

/** The node of a data folder; undefined where none answers. */
async function runningNode(dataDir: string): Promise<ReadyLine | undefined> {
  const connection = await connectIfRunning(dataDir)
  if (connection === undefined) return undefined
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
