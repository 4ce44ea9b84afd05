/**
 * Which node the windows talk to. Where one runs on the data folder already, the app attaches to it; else it starts its own,
 * in this process. An attached node that goes is found again or replaced; one of our own that fails says why and waits for
 * the owner.
 */
import type { MessagePortMain } from 'electron'
import type { Client, PortLike } from '../../node/api/client/index.ts'
import type { NodeState } from '../../node/api/contract/index.ts'
import { socketPathOf } from '../../node/api/transports/index.ts'
import type { SettledConfig } from '../../node/config/index.ts'
import { NodeError } from '../../node/core/node-error.ts'
import type { Choice } from './chain-folders.ts'
import type { ReportFault } from './fault-log.ts'
import { shellLimits } from './limits.ts'
import type { LiveNode } from './live-node.ts'
import type { WindowKind } from './pages.ts'
import type { Timer } from './timer.ts'

export interface NodeHostDeps {
  /** The node's options. @throws NodeError CONFIG_INVALID */
  readonly settle: (chosen: Choice | undefined) => SettledConfig
  /** @param signal ends the start, whatever it waits for */
  readonly startOwn: (settled: SettledConfig, signal: AbortSignal) => Promise<LiveNode>
  /** @throws NodeError NODE_NOT_RUNNING where none runs */
  readonly attach: (socketPath: string) => Promise<LiveNode>
  readonly timer: Timer
  readonly reportFault: ReportFault
}

export interface NodeHost {
  readonly state: NodeState
  /** The shell's own connection while a node runs. */
  readonly client: Client | undefined
  /**
   * Finds or starts a node where none runs; resolves to what became of it and never rejects. With a choice, a node of our
   * own that runs is ended and started anew on that.
   */
  start(chosen?: Choice): Promise<NodeState>
  /** Serves the node's contract over this end. False where none runs: then the end is closed. */
  serve(port: PortLike, kind: WindowKind): boolean
  /** As of LiveNode. @throws NodeError HSM_STOPPED where none runs, or none waits there */
  handPinPort(socket: string, port: MessagePortMain): Promise<void>
  onState(listener: (state: NodeState) => void): void
  /** For good: a node of our own ends in order, an attached one lives on. */
  stop(): Promise<void>
}

export function createNodeHost({ settle, startOwn, attach, timer, reportFault }: NodeHostDeps): NodeHost {
  let state: NodeState = { kind: 'starting' }
  let live: LiveNode | undefined
  let starting: Promise<NodeState> | undefined
  let choice: Choice | undefined
  let isStopped = false
  const ending = new AbortController()
  let losses = 0
  let lastLossMs = Number.NEGATIVE_INFINITY
  const listeners: ((state: NodeState) => void)[] = []

  const become = (next: NodeState): NodeState => {
    state = next
    for (const listener of listeners) listener(next)
    return next
  }
  const pause = (delayMs: number): Promise<void> => new Promise((resolve) => void timer.after(delayMs, resolve))

  /** The node of another process; undefined where none is running. */
  const attached = async (path: string): Promise<LiveNode | undefined> => {
    try {
      return await attach(path)
    } catch (error) {
      // Anything else (another version, a socket that is not ours) is a running node that we must not start beside.
      if (error instanceof NodeError && error.code === 'NODE_NOT_RUNNING') return undefined
      throw error
    }
  }

  const attachedOrOwn = async (settled: SettledConfig): Promise<LiveNode> => {
    const path = socketPathOf(settled.config.dataDir)
    const deadlineMs = timer.nowMs() + shellLimits.attachTimeoutMs
    for (;;) {
      const found = await attached(path)
      if (found !== undefined) return found
      try {
        return await startOwn(settled, ending.signal)
      } catch (error) {
        // Another one has the folder and does not answer yet: it is starting, or it is just ending.
        const isTaken = error instanceof NodeError && error.code === 'DATA_FOLDER_IN_USE'
        if (!isTaken || isStopped || timer.nowMs() >= deadlineMs) throw error
        await pause(shellLimits.attachPollMs)
      }
    }
  }

  const watch = (node: LiveNode): void => {
    node.ended.then(
      () => onEnd(node, undefined),
      (cause: unknown) => onEnd(node, cause),
    )
  }

  const onEnd = (node: LiveNode, cause: unknown): void => {
    if (live !== node || isStopped) return
    live = undefined
    if (cause !== undefined) {
      reportFault(cause, 'node')
      become(failureOf(cause))
    } else if (!node.isAttached) {
      become(failureOf(new NodeError('NODE_NOT_RUNNING', 'The node was stopped.')))
    } else if (isLostTooOften()) {
      become(failureOf(new NodeError('CONNECTION_LOST', 'The connection to the node was lost again and again.')))
    } else {
      become({ kind: 'starting' })
      starting = pause(shellLimits.reattachDelayMs)
        .then(begin)
        .finally(() => {
          starting = undefined
        })
    }
  }

  const isLostTooOften = (): boolean => {
    const now = timer.nowMs()
    losses = now - lastLossMs <= shellLimits.lossMemoryMs ? losses + 1 : 1
    lastLossMs = now
    return losses > shellLimits.maxLossesInARow
  }

  const begin = async (): Promise<NodeState> => {
    if (isStopped) return state
    if (state.kind !== 'starting') become({ kind: 'starting' })
    try {
      const node = await attachedOrOwn(settle(choice))
      if (isStopped) {
        await node.close()
        return state
      }
      live = node
      watch(node)
      const { isAttached, network, dataDir } = node
      return become({ kind: 'running', attached: isAttached, network, dataDir })
    } catch (error) {
      if (isStopped) return state
      reportFault(error, 'node start')
      return become(failureOf(error))
    }
  }

  return {
    get state() {
      return state
    },
    get client() {
      return live?.client
    },
    async start(chosen) {
      // One at a time: whoever asks meanwhile is told what becomes of the start that is under way.
      if (starting !== undefined) return starting
      if (live !== undefined && (chosen === undefined || live.isAttached)) return state
      choice = chosen ?? choice
      const before = live
      live = undefined
      starting = (async () => {
        if (before !== undefined) {
          become({ kind: 'starting' })
          await before.close()
        }
        return begin()
      })().finally(() => {
        starting = undefined
      })
      return starting
    },
    serve(port, kind) {
      if (live === undefined) {
        port.close?.()
        return false
      }
      live.serve(port, kind)
      return true
    },
    async handPinPort(socket, port) {
      if (live === undefined) throw new NodeError('HSM_STOPPED', 'the node does not run')
      await live.handPinPort(socket, port)
    },
    onState: (listener) => void listeners.push(listener),
    async stop() {
      isStopped = true
      ending.abort()
      const node = live
      live = undefined
      await starting?.catch(() => undefined)
      await node?.close()
    },
  }
}

/** As the windows are told: text and hint of our own errors, and of others only that it was one. */
function failureOf(error: unknown): NodeState {
  if (!(error instanceof NodeError)) {
    return { kind: 'failed', code: 'INTERNAL', message: 'The node met a fault of its own; the log has the details.' }
  }
  const { code, message, hint } = error
  return { kind: 'failed', code, message, ...(hint === undefined ? {} : { hint }) }
}
