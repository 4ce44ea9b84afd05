/**
 * What synchronising needs of the network layer, as the services see it: questions with one answer each, to peers by a name. It is
 * what `Requests` of node/p2p offers, and what nodes of one process offer each other.
 */

export interface SyncQuota {
  /** Of one peer, in a second. */
  readonly perSecond: number
  /** Of one peer, at once. */
  readonly concurrent: number
  readonly maxRequestBytes: number
  readonly maxResponseBytes: number
  readonly timeoutMs: number
}

export interface SyncSource {
  /** Peers that can be asked now, the best first. */
  peers(): readonly string[]
  /** @throws NodeError PEER_UNREACHABLE, PEER_TIMEOUT, PEER_REFUSED, PEER_MISBEHAVED */
  ask(peer: string, method: string, body: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>
  misconduct(peer: string, code: string): void
}

export interface SyncDoor {
  /** A thrown NodeError is told to the asker as its code alone. */
  serve(method: string, handler: (from: string, body: Uint8Array) => Promise<Uint8Array>, quota: SyncQuota): void
}

/** Both sides. */
export interface SyncRequests extends SyncSource, SyncDoor {}
