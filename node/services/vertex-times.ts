/** When each vertex with transactions passed Voting, Confirming and Confirmed, until a commit makes that durable. */

import type { Vertex, VertexProgress } from '../consensus/index.ts'
import { bytesKey } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import type { VertexProgressRow } from '../storage/index.ts'

export interface VertexTimes {
  /** A journal record became durable at this time. */
  journalled(hash: Uint8Array, atMs: number): void
  /** Returns the time the state was reached: when the record that caused it became durable. */
  note(progress: VertexProgress, nowMs: number): number
  /** All three, for the row that is kept; forgets them. */
  take(vertex: Vertex): VertexProgressRow
}

export function createVertexTimes(keepRecords: number): VertexTimes {
  const journalTimes = new Map<string, number>()
  const reached = new Map<string, Map<VertexProgress['state'], { atMs: number; by: Uint8Array }>>()
  return {
    journalled(hash, atMs) {
      journalTimes.set(bytesKey(hash), atMs)
      for (const key of journalTimes.keys()) {
        if (journalTimes.size <= keepRecords) break
        journalTimes.delete(key)
      }
    },
    note({ vertex, state, by }, nowMs) {
      const atMs = journalTimes.get(bytesKey(by)) ?? nowMs
      const key = bytesKey(vertex.hash)
      const states = reached.get(key) ?? new Map<VertexProgress['state'], { atMs: number; by: Uint8Array }>()
      states.set(state, { atMs, by })
      reached.set(key, states)
      return atMs
    },
    take(vertex) {
      const key = bytesKey(vertex.hash)
      const states = reached.get(key)
      const voting = states?.get('Voting')
      const confirming = states?.get('Confirming')
      const confirmed = states?.get('Confirmed')
      invariant(voting && confirming && confirmed, 'a vertex passes every state before a commit orders it')
      reached.delete(key)
      return {
        hash: vertex.hash,
        epoch: vertex.epoch,
        round: vertex.round,
        votingAtMs: voting.atMs,
        confirmingAtMs: confirming.atMs,
        confirmingBy: confirming.by,
        confirmedAtMs: confirmed.atMs,
        confirmedBy: confirmed.by,
      }
    },
  }
}
