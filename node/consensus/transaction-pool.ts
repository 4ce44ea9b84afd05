/**
 * Which transactions this validator proposes, and when: its users' at once, others' where they stay out of the graph, and
 * its own again where a vertex was left behind. Source: docs/protocol.md, "Vertex DAG" and "Snow preference".
 */
import { bytesKey } from '../core/bytes.ts'
import type { DagVertex } from './dag.ts'
import { consensusLimits } from './limits.ts'
import { createProposalQueue, type ProposalQueue } from './proposal-queue.ts'
import type { Proposal, TransactionFacts } from './types.ts'

type Facts = readonly (TransactionFacts | null)[]

export interface TransactionPool {
  readonly queue: ProposalQueue
  addOwn(proposals: readonly Proposal[]): void
  /** @param round of the latest own vertex */
  addGossip(proposals: readonly Proposal[], round: number): void
  withdraw(txId: Uint8Array): boolean
  /** What the own vertex of this round carries. */
  take(round: number): Proposal[]
  /** Whether a transaction waits that the next vertex would carry. */
  isWaiting(round: number): boolean
  /** An own vertex from before a restart: its transactions are this validator's to bring into the order. */
  adopt(entry: DagVertex, facts: Facts): void
  /** A vertex was stored. */
  carried(entry: DagVertex, facts: Facts): void
  /** Vertices became part of the own history: only there a transaction counts as on its way, for whoever is never named orders none. */
  named(entries: readonly DagVertex[]): void
  /** A vertex was committed: its transactions are ordered for good. */
  committed(entry: DagVertex): void
  /** Rounds below can no longer be ordered: own transactions in them wait again. */
  forgetBelow(round: number): void
  /** The epoch ended: what no commit ordered waits again. */
  restart(): void
  /** Facts of a stored vertex' transactions, for as long as it is in memory. */
  factsOf(entry: DagVertex): Facts
}

/** @param isPreferred whether the transaction is the one to propose of its account and nonce */
export function createTransactionPool(isPreferred: (proposal: Proposal) => boolean): TransactionPool {
  const queue = createProposalQueue()
  /** Proposed here and not ordered: by txId. */
  const proposed = new Map<string, Proposal>()
  const gossip = new Map<string, { readonly proposal: Proposal; readonly sinceRound: number }>()
  /** Vertices of the own history that carry a transaction and are not committed: how many, by txId. */
  const inHistory = new Map<string, number>()
  /** Ordered lately: round of the vertex, by txId. */
  const ordered = new Map<string, number>()
  const factsByKey = new Map<
    string,
    { readonly round: number; readonly facts: Facts; isNamed: boolean; isCommitted: boolean }
  >()
  /** Of the last look, so that an idle pool is not walked with every message. */
  let oldestGossipRound = Number.POSITIVE_INFINITY

  const leaveHistory = (facts: Facts): void => {
    for (const fact of facts) {
      if (fact === null) continue
      const key = bytesKey(fact.txId)
      const count = (inHistory.get(key) ?? 0) - 1
      if (count <= 0) inHistory.delete(key)
      else inHistory.set(key, count)
    }
  }

  const requeue = (keys: Iterable<string>): void => {
    const again: Proposal[] = []
    for (const key of keys) {
      const proposal = proposed.get(key)
      if (proposal === undefined || inHistory.has(key) || ordered.has(key)) continue
      proposed.delete(key)
      if (again.length < queue.room) again.push(proposal)
    }
    queue.add(again)
  }

  const dueGossip = (round: number): Proposal[] => {
    if (round - oldestGossipRound < consensusLimits.gossipProposalRounds) return []
    const due: Proposal[] = []
    oldestGossipRound = Number.POSITIVE_INFINITY
    for (const [key, { proposal, sinceRound }] of gossip) {
      if (ordered.has(key)) gossip.delete(key)
      else if (!inHistory.has(key) && round - sinceRound >= consensusLimits.gossipProposalRounds) due.push(proposal)
      else oldestGossipRound = Math.min(oldestGossipRound, sinceRound)
    }
    return due
  }

  return {
    queue,
    addOwn: (proposals) => queue.add(proposals),
    addGossip(proposals, round) {
      for (const proposal of proposals) {
        const key = bytesKey(proposal.txId)
        if (gossip.has(key) || ordered.has(key) || proposed.has(key)) continue
        if (gossip.size >= consensusLimits.maxGossipPool) {
          // The oldest has had its chance with every other validator, too.
          gossip.delete(gossip.keys().next().value as string)
        }
        gossip.set(key, { proposal, sinceRound: round })
        oldestGossipRound = Math.min(oldestGossipRound, round)
      }
    },
    withdraw: (txId) => queue.withdraw(txId),
    take(round) {
      for (const proposal of dueGossip(round)) {
        if (queue.room === 0) break
        gossip.delete(bytesKey(proposal.txId))
        queue.add([proposal])
      }
      const taken = queue.take((proposal) => {
        const key = bytesKey(proposal.txId)
        if (ordered.has(key)) return 'drop'
        if (inHistory.has(key)) {
          // Another validator's vertex carries it: it comes back should that one be left behind.
          proposed.set(key, proposal)
          return 'drop'
        }
        return isPreferred(proposal) ? 'take' : 'later'
      })
      for (const proposal of taken) proposed.set(bytesKey(proposal.txId), proposal)
      return taken
    },
    isWaiting: (round) => queue.size > 0 || round - oldestGossipRound >= consensusLimits.gossipProposalRounds,
    adopt(entry, facts) {
      for (const [index, fact] of facts.entries()) {
        const bytes = entry.vertex.transactions[index]
        if (fact !== null && bytes !== undefined) proposed.set(bytesKey(fact.txId), { ...fact, bytes })
      }
    },
    carried(entry, facts) {
      if (facts.length === 0) return
      factsByKey.set(entry.key, { round: entry.round, facts, isNamed: false, isCommitted: false })
    },
    named(entries) {
      for (const { key: vertexKey } of entries) {
        const known = factsByKey.get(vertexKey)
        if (known === undefined || known.isNamed || known.isCommitted) continue
        known.isNamed = true
        for (const fact of known.facts) {
          if (fact === null) continue
          const key = bytesKey(fact.txId)
          inHistory.set(key, (inHistory.get(key) ?? 0) + 1)
        }
      }
    },
    committed(entry) {
      const known = factsByKey.get(entry.key)
      if (known === undefined || known.isCommitted) return
      known.isCommitted = true
      if (known.isNamed) leaveHistory(known.facts)
      for (const fact of known.facts) {
        if (fact === null) continue
        const key = bytesKey(fact.txId)
        ordered.set(key, entry.round)
        proposed.delete(key)
        gossip.delete(key)
      }
    },
    forgetBelow(round) {
      const left: string[] = []
      for (const [key, known] of factsByKey) {
        if (known.round >= round) continue
        factsByKey.delete(key)
        if (known.isCommitted) {
          for (const fact of known.facts) if (fact !== null) ordered.delete(bytesKey(fact.txId))
          continue
        }
        if (known.isNamed) leaveHistory(known.facts)
        for (const fact of known.facts) if (fact !== null) left.push(bytesKey(fact.txId))
      }
      requeue(left)
    },
    restart() {
      factsByKey.clear()
      inHistory.clear()
      requeue([...proposed.keys()])
      ordered.clear()
    },
    factsOf: (entry) => factsByKey.get(entry.key)?.facts ?? [],
  }
}
