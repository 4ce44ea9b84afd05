/**
 * Answers to fetches, from memory where it holds the vertices whole and from the disk elsewhere; and the push that saves a
 * peer its next fetches. Whoever references a vertex must serve it. Source: docs/protocol.md, "Vertex DAG".
 */
import { batchesOf } from '../core/batches.ts'
import { bytesKey } from '../core/bytes.ts'
import { type Dag, hashKey, type MutableDag } from './dag.ts'
import { consensusLimits } from './limits.ts'
import type { FetchMessage } from './messages.ts'
import type { EngineEffect, PeerKey } from './types.ts'
import { type Vertex, type VertexReference, vertexSizeBytes } from './vertex.ts'

export interface Server {
  answer(
    message: FetchMessage,
    to: PeerKey,
    held: { readonly epoch: number; readonly dag: Dag & Pick<MutableDag, 'has'>; readonly lowestRound: number },
    nowMs: number,
  ): void
  /** A vertex was stored: those who had to fetch its author's lately get it at once. */
  push(vertex: Vertex, nowMs: number): void
  forget(peer: PeerKey): void
}

export function createServer({ emit }: { readonly emit: (effect: EngineEffect) => void }): Server {
  /** Until when an author's vertices are pushed, by author and peer. */
  const pushes = new Map<string, Map<PeerKey, number>>()

  const send = (to: PeerKey, vertices: readonly Vertex[]): void => {
    const batches = batchesOf(vertices, {
      maxItems: consensusLimits.maxMessageVertices,
      maxBytes: consensusLimits.maxVerticesMessageBytes,
      bytesOf: vertexSizeBytes,
    })
    for (const batch of batches) emit({ type: 'send', to, message: { kind: 'vertices', vertices: batch } })
  }

  const answerRange = (fromRound: number, to: PeerKey, dag: Dag, lowestRound: number, epoch: number): void => {
    const vertices: Vertex[] = []
    let bytes = 0
    for (let round = fromRound; round <= dag.highestRound; round++) {
      const entries = dag.at(round)
      if (round < lowestRound || entries.some(({ hasPayload }) => !hasPayload)) {
        return emit({ type: 'lookup', to, epoch, references: [], fromRound })
      }
      for (const { vertex } of entries) {
        bytes += vertexSizeBytes(vertex)
        if (vertices.length > 0 && bytes > consensusLimits.maxVerticesMessageBytes) return send(to, vertices)
        vertices.push(vertex)
      }
    }
    send(to, vertices)
  }

  return {
    answer({ epoch, references, fromRound }, to, held, nowMs) {
      if (epoch !== held.epoch) {
        if (epoch < held.epoch) emit({ type: 'lookup', to, epoch, references, fromRound })
        return
      }
      const found: Vertex[] = []
      const onDisk: VertexReference[] = []
      for (const reference of references) {
        const entry = held.dag.byKey(hashKey(reference.hash))
        if (entry?.hasPayload === true) found.push(entry.vertex)
        else if (held.dag.has(reference)) onDisk.push(reference)
        // Asking for what never was must not make anybody push everything.
        else continue
        const author = bytesKey(reference.author)
        let peers = pushes.get(author)
        if (peers === undefined) {
          peers = new Map()
          pushes.set(author, peers)
        }
        peers.set(to, nowMs + consensusLimits.pushAfterFetchMs)
      }
      send(to, found)
      if (onDisk.length > 0) emit({ type: 'lookup', to, epoch, references: onDisk, fromRound: null })
      if (fromRound !== null) answerRange(Math.max(1, fromRound), to, held.dag, held.lowestRound, epoch)
    },
    push(vertex, nowMs) {
      const peers = pushes.get(bytesKey(vertex.author))
      for (const [peer, untilMs] of peers ?? []) {
        if (untilMs < nowMs) peers?.delete(peer)
        else send(peer, [vertex])
      }
    },
    forget(peer) {
      for (const peers of pushes.values()) peers.delete(peer)
    },
  }
}
