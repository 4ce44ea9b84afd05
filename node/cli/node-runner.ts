/**
 * What the command line needs of a running node: node/node.ts makes one, tests stand in for it. Loaded only by the
 * commands that start a node, so that all others stay quick.
 */
import type { Answered } from '../api/transports/http/index.ts'
import type { SettledConfig } from '../config/index.ts'
import { toHex } from '../core/bytes.ts'
import type { CatchUp } from './catch-up-log.ts'
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

/** Who is told of what happens in a running node. */
export interface NodeListeners {
  /** Faults of the node's own, and where they happened. */
  readonly reportFault: (fault: unknown, where: string) => void
  /** Requests that were answered over HTTP. */
  readonly onAnswered: (request: Answered) => void
  /** How far it has come to the head of its network, while it does not serve yet. */
  readonly onCatchingUp: (catchUp: CatchUp) => void
  /** Options that were changed and hold another value from now on. */
  readonly onSettingsChanged: (settings: Settings) => void
}

/** @param signal ends the start, whatever it waits for @throws NodeError NODE_STOPPING where it was given */
export type StartNode = (settled: SettledConfig, listeners: NodeListeners, signal: AbortSignal) => Promise<RunningNode>

export interface PossessionRequest {
  readonly keyFile: string
  readonly passwordFile?: string | undefined
  readonly chainId: string
  readonly address: string
}

/** Has a validator's key say that an account may bond under it; the key stays here. */
export async function proveValidatorKey(request: PossessionRequest): Promise<{ publicKey: string; proof: string }> {
  const { provePossessionOf } = await import('../node.ts')
  const { publicKey, proof } = await provePossessionOf(request)
  return { publicKey: toHex(publicKey), proof: toHex(proof) }
}

export const startRealNode: StartNode = async (settled, listeners, signal) => {
  const { createNode } = await import('../node.ts')
  return createNode(settled.config, { settled, signal, ...listeners })
}
