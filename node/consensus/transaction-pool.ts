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
  /** Transactions it takes before it is full. */
  readonly room: number
  /** Of this node's users, in no vertex yet. */
  readonly waiting: number
  addOwn(proposals: readonly Proposal[], nowMs: number): void
  /** Whether this node makes vertices. While it does not, others are to propose what its users sent. */
  setProposing(isProposing: boolean, nowMs: number): void
  /** Transactions of this node's users that others are to be told of again, and when to ask next; told with the answer. */
  overdue(nowMs: number): { readonly proposals: readonly Proposal[]; readonly nextAtMs: number | null }
  /** @param round from which on others have had the time to propose them */
  addGossip(proposals: readonly Proposal[], round: number): void
  withdraw(txId: Uint8Array): boolean
  /** What the own vertex of this round carries. */
  take(round: number): Proposal[]
  /**
   * Whether a transaction waits for a vertex, of this validator or another. One that came to a node which makes none waits for ten
   * rounds, and these must not be idle ones.
   */
  readonly isWaiting: boolean
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
  let isProposing = true
  /** For others to propose, by txId: when they were told last, and whether a vertex carries it. */
  const handedOn = new Map<string, { readonly proposal: Proposal; toldAtMs: number; isCarried: boolean }>()
  /** Before this nobody is to be told again: they may be many, and every input asks. */
  let dueAtMs = Number.POSITIVE_INFINITY
  let askedAtMs = 0
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
      const handed = handedOn.get(key)
      if (handed !== undefined) {
        handed.isCarried = false
        dueAtMs = 0
      }
      const proposal = proposed.get(key)
      if (proposal === undefined || inHistory.has(key) || ordered.has(key)) continue
      proposed.delete(key)
      if (again.length < room()) again.push(proposal)
    }
    enqueue(again, 0)
  }

  const room = (): number => queue.room - handedOn.size
  /** @param toldAtMs when others heard of it */
  const enqueue = (proposals: readonly Proposal[], toldAtMs: number): void => {
    if (isProposing) return queue.add(proposals)
    for (const proposal of proposals) handedOn.set(bytesKey(proposal.txId), { proposal, toldAtMs, isCarried: false })
    dueAtMs = Math.min(dueAtMs, toldAtMs + consensusLimits.handOnAgainMs)
  }

  const dueGossip = (round: number): Proposal[] => {
    if (round - oldestGossipRound < consensusLimits.gossipProposalRounds) return []
    const due: Proposal[] = []
    oldestGossipRound = Number.POSITIVE_INFINITY
    // What this node's own users wait for goes first, and others' take none of its room: the next vertex's worth at most.
    const wanted = queue.isFullVertex ? 0 : consensusLimits.maxVertexTransactions
    for (const [key, { proposal, sinceRound }] of gossip) {
      const isDue = round - sinceRound >= consensusLimits.gossipProposalRounds
      if (ordered.has(key)) gossip.delete(key)
      else if (isDue && !inHistory.has(key) && due.length < wanted) due.push(proposal)
      else oldestGossipRound = Math.min(oldestGossipRound, sinceRound)
    }
    return due
  }

  return {
    queue,
    get room() {
      return room()
    },
    get waiting() {
      let handed = 0
      for (const { isCarried } of handedOn.values()) if (!isCarried) handed += 1
      return queue.size + handed
    },
    addOwn: (proposals, nowMs) => enqueue(proposals, nowMs),
    setProposing(proposes, nowMs) {
      if (proposes === isProposing) return
      isProposing = proposes
      if (proposes) {
        const back = [...handedOn.values()].map(({ proposal }) => proposal)
        handedOn.clear()
        enqueue(back, nowMs)
      } else enqueue(queue.drain(), nowMs)
    },
    overdue(nowMs) {
      const proposals: Proposal[] = []
      if (nowMs >= dueAtMs || nowMs < askedAtMs) {
        dueAtMs = Number.POSITIVE_INFINITY
        for (const handed of handedOn.values()) {
          if (handed.isCarried) continue
          // A clock that was set back makes nobody wait.
          if (nowMs < handed.toldAtMs) handed.toldAtMs = nowMs
          if (nowMs >= handed.toldAtMs + consensusLimits.handOnAgainMs) {
            handed.toldAtMs = nowMs
            proposals.push(handed.proposal)
          }
          dueAtMs = Math.min(dueAtMs, handed.toldAtMs + consensusLimits.handOnAgainMs)
        }
      }
      askedAtMs = nowMs
      return { proposals, nextAtMs: dueAtMs === Number.POSITIVE_INFINITY ? null : dueAtMs }
    },
    addGossip(proposals, round) {
      for (const proposal of proposals) {
        const key = bytesKey(proposal.txId)
        const known = gossip.get(key)
        const isOlder = known !== undefined && known.sinceRound <= round
        if (isOlder || ordered.has(key) || proposed.has(key)) continue
        if (known === undefined && gossip.size >= consensusLimits.maxGossipPool) {
          // The oldest has had its chance with every other validator, too.
          gossip.delete(gossip.keys().next().value as string)
        }
        gossip.set(key, { proposal, sinceRound: round })
        oldestGossipRound = Math.min(oldestGossipRound, round)
      }
    },
    // What others were asked to propose cannot be had back.
    withdraw: (txId) => isProposing && queue.withdraw(txId),
    take(round) {
      for (const proposal of dueGossip(round)) {
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
    get isWaiting() {
      return queue.size > 0 || gossip.size > 0
    },
    adopt(entry, facts) {
      for (const [index, fact] of facts.entries()) {
        const bytes = entry.vertex.transactions[index]
        if (fact !== null && bytes !== undefined) proposed.set(bytesKey(fact.txId), { ...fact, bytes })
      }
    },
    carried(entry, facts) {
      if (facts.length === 0) return
      for (const fact of handedOn.size === 0 ? [] : facts) {
        const handed = fact === null ? undefined : handedOn.get(bytesKey(fact.txId))
        if (handed !== undefined) handed.isCarried = true
      }
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
        handedOn.delete(key)
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
      requeue([...proposed.keys(), ...handedOn.keys()])
      ordered.clear()
      // Rounds count from 1 again: by the old ones, what was heard of late in an epoch would wait for as long as that epoch took.
      for (const [key, { proposal }] of gossip) gossip.set(key, { proposal, sinceRound: 0 })
      oldestGossipRound = gossip.size > 0 ? 0 : Number.POSITIVE_INFINITY
    },
    factsOf: (entry) => factsByKey.get(entry.key)?.facts ?? [],
  }
}
