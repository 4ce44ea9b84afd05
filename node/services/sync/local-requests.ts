/** Questions between the nodes of one process, in the encoding of the wire and within the quotas' sizes. */
import { NodeError } from '../../core/node-error.ts'
import type { SyncQuota, SyncRequests } from './source.ts'

export interface LocalRequests extends SyncRequests {
  /** What it found others to have done. */
  readonly reported: readonly { readonly peer: string; readonly code: string }[]
  leave(): void
}

type Handler = (from: string, body: Uint8Array) => Promise<Uint8Array>

export function createLocalRequests(): { join(self: string): LocalRequests } {
  const members = new Map<string, Map<string, { readonly handler: Handler; readonly quota: SyncQuota }>>()
  return {
    join(self) {
      const own = new Map<string, { readonly handler: Handler; readonly quota: SyncQuota }>()
      members.set(self, own)
      const reported: { peer: string; code: string }[] = []
      return {
        reported,
        peers: () => [...members.keys()].filter((peer) => peer !== self),
        async ask(peer, method, body) {
          await new Promise((resolve) => void setImmediate(resolve))
          const served = members.get(peer)?.get(method)
          if (served === undefined)
            throw new NodeError('PEER_UNREACHABLE', 'there is no such peer, or it does not answer this')
          if (body.length > served.quota.maxRequestBytes)
            throw new NodeError('PEER_REFUSED', 'the question is too long')
          try {
            const answer = await served.handler(self, body.slice())
            if (answer.length > served.quota.maxResponseBytes)
              throw new NodeError('PEER_MISBEHAVED', 'the answer is too long')
            return answer.slice()
          } catch (cause) {
            const code = cause instanceof NodeError ? cause.code : 'INTERNAL'
            throw new NodeError('PEER_REFUSED', `the peer refused: ${code}`, { details: { code } })
          }
        },
        serve: (method, handler, quota) => void own.set(method, { handler, quota }),
        misconduct: (peer, code) => void reported.push({ peer, code }),
        leave: () => void members.delete(self),
      }
    },
  }
}
