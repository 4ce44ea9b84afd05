/** The peers of one synchronisation: who can still be asked, and who lied or failed. */
import { NodeError } from '../../core/node-error.ts'
import { syncLimits } from './limits.ts'
import { decodeAnswer, encodeRequest, type SyncMessages } from './messages.ts'
import { nodeStops } from './pause.ts'
import type { SyncSource } from './source.ts'
import type { SyncProgress } from './sync-progress.ts'

export interface PeerRound {
  /** Not dropped, and connected now. */
  usable(): string[]
  /** Undefined where it could not answer; then that is noted. @throws NodeError NODE_STOPPING */
  ask<M extends keyof SyncMessages>(
    peer: string,
    method: M,
    request: SyncMessages[M]['request'],
  ): Promise<SyncMessages[M]['answer'] | { readonly refused: string } | undefined>
  /** It lied: told to the network layer, and asked no more. */
  convict(peer: string, code: string): void
  /** It cannot be used, without being at fault. */
  drop(peer: string, code: string): void
}

export function createPeerRound(
  source: SyncSource,
  progress: Pick<SyncProgress, 'dropped'>,
  signal: AbortSignal | undefined,
): PeerRound {
  const gone = new Set<string>()
  const isStopping = (): boolean => signal?.aborted === true
  const failures = new Map<string, number>()

  const drop = (peer: string, code: string): void => {
    if (gone.has(peer)) return
    gone.add(peer)
    progress.dropped(peer, code)
  }
  const convict = (peer: string, code: string): void => {
    if (!gone.has(peer)) source.misconduct(peer, code)
    drop(peer, code)
  }

  return {
    usable: () => source.peers().filter((peer) => !gone.has(peer)),
    drop,
    convict,
    async ask(peer, method, request) {
      if (isStopping()) throw nodeStops()
      let body: Uint8Array
      try {
        body = await source.ask(peer, method, encodeRequest(method, request), signal)
      } catch (cause) {
        if (isStopping()) throw nodeStops()
        if (!(cause instanceof NodeError)) throw cause
        const refused = cause.code === 'PEER_REFUSED' ? String(cause.details.code ?? 'PEER_REFUSED') : null
        // Too much at once is no answer to the question, and no failure.
        if (refused === 'REQUEST_QUOTA') return undefined
        if (refused !== null) return { refused }
        const count = (failures.get(peer) ?? 0) + 1
        failures.set(peer, count)
        if (count >= syncLimits.maxFailures || cause.code === 'PEER_UNREACHABLE') drop(peer, cause.code)
        return undefined
      }
      const answer = decodeAnswer(method, body)
      if (answer === undefined) convict(peer, 'SYNC_ANSWER_MALFORMED')
      return answer
    },
  }
}
