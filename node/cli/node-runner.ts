/**
 * What the command line needs of a running node: node/node.ts makes one, tests stand in for it. Loaded only by the
 * commands that start a node, so that all others stay quick.
 */
import type { Answered } from '../api/transports/http/index.ts'
import type { Settings } from './settings.ts'

export interface RunningNode {
  readonly info: {
    readonly chainId: string
    /** Name, for display. */
    readonly network: string
    readonly dataDir: string
    readonly socketPath: string
    /** Null while no HTTP is served. */
    readonly apiUrl: string | null
    readonly tokenFile: string | null
  }
  /** Resolves when it has ended, whoever asked; rejects where a fault ended it. */
  readonly stopped: Promise<void>
  stop(): Promise<void>
}

/**
 * @param report told of faults of the node's own, and where they happened
 * @param onAnswered told of requests that were answered over HTTP; undefined where nobody wants to know
 */
export type StartNode = (
  settings: Settings,
  report: (fault: unknown, where: string) => void,
  onAnswered?: (request: Answered) => void,
) => Promise<RunningNode>

export const startRealNode: StartNode = async (settings, reportFault, onAnswered) => {
  const { createNode } = await import('../node.ts')
  return createNode(settings, { reportFault, ...(onAnswered === undefined ? {} : { onAnswered }) })
}
