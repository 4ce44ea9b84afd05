/**
 * What of the gossip about consensus is passed on: only what an author of the epoch that runs has signed, that is checked
 * here, and not again what went round a moment ago. An author's share is bounded, so that one who signs without end floods
 * nobody. What the engine makes of it is another matter. Source: docs/protocol.md, "Wire".
 */
import {
  type CheckpointSignatureMessage,
  checkpointMessage,
  consensusLimits,
  type EngineStatus,
  type Vertex,
  vertexMessage,
} from '../consensus/index.ts'
import { bytesKey } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { createRecentKeys } from '../core/recent-keys.ts'
import { sha256 } from '../crypto/index.ts'
import type { GossipVerdict } from '../p2p/types.ts'
import { serviceLimits } from './limits.ts'
import type { VertexChecks } from './vertex-checks.ts'

export interface GossipGate {
  /** Of one vertex. `isWanted`: the engine is to hear of it, also where it is not passed on. */
  vertex(vertex: Vertex): Promise<Judged>
  checkpointSignature(message: CheckpointSignatureMessage): Promise<Judged>
  /** False where these very bytes came a moment ago. */
  isNew(bytes: Uint8Array): boolean
  /** Another committee is in office. */
  epochBegan(): void
}

export interface Judged {
  readonly verdict: GossipVerdict
  readonly isWanted: boolean
}

export interface GossipGateDeps {
  readonly chainId: Uint8Array
  readonly status: () => Pick<EngineStatus, 'epoch' | 'round' | 'validators'>
  readonly checks: Pick<VertexChecks, 'signature'>
  readonly clock: Clock
}

interface Author {
  readonly publicKey: Uint8Array
  /** Vertices it may still have passed on, as of `atMs`. */
  left: number
  atMs: number
}

const passOn: Judged = { verdict: 'accept', isWanted: true }
const refuse: Judged = { verdict: 'reject', isWanted: false }
const overlook: Judged = { verdict: 'ignore', isWanted: false }
/** It says that there is more to be known than this node knows. */
const hear: Judged = { verdict: 'ignore', isWanted: true }

export function createGossipGate({ chainId, status, checks, clock }: GossipGateDeps): GossipGate {
  let epoch = -1
  let authors = new Map<string, Author>()
  const recent = createRecentKeys(
    { forMs: serviceLimits.gossipRepeatMs, maxKeys: serviceLimits.maxRecentGossip },
    clock,
  )

  const committee = (): ReadonlyMap<string, Author> => {
    if (epoch >= 0) return authors
    const now = status()
    epoch = now.epoch
    const full = { left: serviceLimits.gossipVerticesAtOnce, atMs: clock.nowMs() }
    authors = new Map(now.validators.map(({ id, publicKey }) => [bytesKey(id), { publicKey, ...full }]))
    return authors
  }

  const hasShare = (author: Author): boolean => {
    const nowMs = clock.nowMs()
    const since = (Math.max(0, nowMs - author.atMs) * serviceLimits.gossipVerticesPerSecond) / 1_000
    author.left = Math.min(serviceLimits.gossipVerticesAtOnce, author.left + since)
    author.atMs = nowMs
    if (author.left < 1) return false
    author.left -= 1
    return true
  }

  return {
    isNew: (bytes) => recent.isNew(bytesKey(sha256(bytes))),
    epochBegan() {
      epoch = -1
    },
    async vertex(vertex) {
      const members = committee()
      if (vertex.epoch !== epoch) return vertex.epoch > epoch ? hear : overlook
      const author = members.get(bytesKey(vertex.author))
      if (author === undefined) return refuse
      const key = bytesKey(vertex.hash)
      const isFar = vertex.round > status().round + consensusLimits.maxRoundsAhead
      if (isFar || !recent.isNew(key) || !hasShare(author)) return overlook
      if (await checks.signature(author.publicKey, vertexMessage(chainId, vertex), vertex.signature)) return passOn
      // The hash says nothing of the signature: the vertex as it was signed may still come.
      recent.forget(key)
      return refuse
    },
    async checkpointSignature({ checkpoint, validator, signature }) {
      const members = committee()
      if (checkpoint.epoch !== epoch) return overlook
      const author = members.get(bytesKey(validator))
      if (author === undefined) return refuse
      const message = checkpointMessage(chainId, checkpoint)
      const key = bytesKey(sha256(message, validator, signature))
      if (!recent.isNew(key)) return overlook
      return (await checks.signature(author.publicKey, message, signature)) ? passOn : refuse
    },
  }
}
