/**
 * What comes in from other nodes and is checked before the engine hears of it: transactions that were handed to this one, and
 * everything by gossip, of which it is also said whether it may go further.
 */
import type { Engine, Message, PeerKey, UntimedInput } from '../consensus/index.ts'
import { bytesKey } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { createRecentKeys } from '../core/recent-keys.ts'
import { sha256 } from '../crypto/index.ts'
import type { Candidate } from '../ledger/index.ts'
import type { GossipVerdict } from '../p2p/types.ts'
import { createGossipGate } from './gossip-gate.ts'
import type { InFlightRegistry } from './in-flight.ts'
import { serviceLimits } from './limits.ts'
import { proposalOf, type VertexChecks } from './vertex-checks.ts'

export interface PeerIntake {
  /** Transactions for this validator to propose now, since whoever took them in has no seat. */
  handed(transactions: readonly Uint8Array[]): Promise<GossipVerdict>
  gossip(from: PeerKey, message: Message): Promise<GossipVerdict>
  /** Another committee is in office. */
  epochBegan(): void
}

export interface PeerIntakeDeps {
  readonly chainId: Uint8Array
  readonly engine: Pick<Engine, 'status'>
  readonly checks: Pick<VertexChecks, 'gossip' | 'signature'>
  readonly registry: Pick<InFlightRegistry, 'get'>
  readonly clock: Clock
  /** @param isCharged what is wrong with it is the fault of who sent it */
  readonly feed: (input: UntimedInput, isCharged: boolean) => void
  /** Takes over the verdict on a transaction that may be proposed here. */
  readonly adopt: (checked: Pick<Candidate, 'transaction' | 'verifiedUnder'>) => void
}

export function createPeerIntake(deps: PeerIntakeDeps): PeerIntake {
  const { engine, checks, registry, clock, feed } = deps
  const gate = createGossipGate({ chainId: deps.chainId, status: () => engine.status, checks, clock })
  /** The same transaction may have several signatures, so that it is known by its bytes first and by its id afterwards. */
  const handedLately = createRecentKeys(
    { forMs: serviceLimits.handedRepeatMs, maxKeys: serviceLimits.maxRecentGossip },
    clock,
  )
  const isHandedAnew = (hash: Uint8Array): boolean => handedLately.isNew(bytesKey(hash))
  let underWay = 0

  /** Beyond the limit it is left to others. What everybody hears is proposed only where it stays out of the graph. */
  const takeTransactions = async (fresh: readonly Uint8Array[], isForUs: boolean): Promise<GossipVerdict> => {
    if (fresh.length === 0 || underWay + fresh.length > serviceLimits.gossipUnderWay) return 'ignore'
    underWay += fresh.length
    try {
      const { sound, verdict } = await checks.gossip(fresh)
      // What came in here too is in the queue already.
      const others = sound.filter(
        ({ transaction: { txId } }) => registry.get(txId) === undefined && (!isForUs || isHandedAnew(txId)),
      )
      for (const one of others) deps.adopt(one)
      const proposals = others.map(({ transaction }) => proposalOf(transaction))
      if (proposals.length > 0) feed({ type: 'gossip', proposals, isDue: isForUs }, true)
      return verdict
    } finally {
      underWay -= fresh.length
    }
  }

  return {
    handed: (transactions) =>
      takeTransactions(
        transactions.filter((bytes) => isHandedAnew(sha256(bytes))),
        true,
      ),
    async gossip(from, message) {
      if (message.kind === 'transactions') {
        return takeTransactions(
          message.transactions.filter((bytes) => gate.isNew(bytes)),
          false,
        )
      }
      if (message.kind === 'checkpoint-signature') {
        const { verdict, isWanted } = await gate.checkpointSignature(message)
        if (isWanted) feed({ type: 'message', from, message }, false)
        return verdict
      }
      // An author says one at a time: what holds several was put together by somebody else.
      const vertex = message.kind === 'vertices' && message.vertices.length === 1 ? message.vertices[0] : undefined
      if (vertex === undefined) return 'reject'
      const { verdict, isWanted } = await gate.vertex(vertex)
      // Its author has signed it: what is wrong with it otherwise is not the fault of who passes it on.
      if (isWanted) feed({ type: 'message', from, message }, false)
      return verdict
    },
    epochBegan: () => gate.epochBegan(),
  }
}
