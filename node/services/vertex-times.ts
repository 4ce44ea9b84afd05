/** When each vertex with transactions passed Voting, Confirming and Confirmed, until a commit makes that durable. */

import type { Vertex, VertexProgress } from '../consensus/index.ts'
import { bytesKey } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import type { VertexProgressRow } from '../storage/index.ts'
import type { Support } from './types.ts'

export interface VertexTimes {
  /** A journal record became durable at this time. */
  journalled(hash: Uint8Array, atMs: number): void
  /**
   * Returns the time the state was reached: when the record that caused it became durable.
   *
   * @param support what stands behind the vertex, to be kept with it
   */
  note(progress: VertexProgress, nowMs: number, support?: Support): number
  /** All three, for the row that is kept; forgets them. */
  take(vertex: Vertex): VertexProgressRow
}

interface Reached {
  readonly atMs: number
  readonly by: Uint8Array
  readonly support: Support | undefined
}

export function createVertexTimes(keepRecords: number): VertexTimes {
  const journalTimes = new Map<string, number>()
  const reached = new Map<string, Map<VertexProgress['state'], Reached>>()
  return {
    journalled(hash, atMs) {
      journalTimes.set(bytesKey(hash), atMs)
      for (const key of journalTimes.keys()) {
        if (journalTimes.size <= keepRecords) break
        journalTimes.delete(key)
      }
    },
    note({ vertex, state, by }, nowMs, support) {
      const atMs = journalTimes.get(bytesKey(by)) ?? nowMs
      const key = bytesKey(vertex.hash)
      const states = reached.get(key) ?? new Map<VertexProgress['state'], Reached>()
      states.set(state, { atMs, by, support })
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
        votes: votesOf(confirming.support, confirmed.support),
      }
    },
  }
}

function votesOf(confirming: Support | undefined, confirmed: Support | undefined): VertexProgressRow['votes'] {
  if (confirming === undefined || confirmed === undefined) return null
  const { totalStakeMicroRuv, validators } = confirmed
  const of = ({ supportMicroRuv, supporters }: Support) => ({ supportMicroRuv, supporters })
  return { totalStakeMicroRuv, validators, confirming: of(confirming), confirmed: of(confirmed) }
}
