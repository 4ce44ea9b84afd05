/** Transactions waiting for a vertex, first come first served, bounded. */
import { BoundedQueue } from '../core/bounded-queue.ts'
import { equalBytes } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { consensusLimits } from './limits.ts'
import type { Proposal } from './types.ts'

/** What is to happen to one that waits: into the vertex, out of the queue, or asked again for the next. */
export type ProposalChoice = 'take' | 'drop' | 'later'

export interface ProposalQueue {
  /** The caller has asked for room first. */
  add(proposals: readonly Proposal[]): void
  /** What the next vertex carries. */
  take(choose?: (proposal: Proposal) => ProposalChoice): Proposal[]
  /** Takes one out that no vertex carries yet. False where it does not wait here. */
  withdraw(txId: Uint8Array): boolean
  /** Everything that waits, in order; nothing does any more. */
  drain(): Proposal[]
  /** True when no further transaction would fit the next vertex. */
  readonly isFullVertex: boolean
  readonly size: number
  readonly room: number
}

export function createProposalQueue(): ProposalQueue {
  // Beyond what the door may fill there is place for a vertex of others' transactions.
  const waiting = new BoundedQueue<Proposal>(consensusLimits.maxProposalQueue + consensusLimits.maxVertexTransactions)
  /** Stand before the others: those that did not fit the vertex before, or were not to go into it. */
  let held: Proposal[] = []
  let waitingBytes = 0
  let waitingOperations = 0
  const size = (): number => waiting.size + held.length
  const forget = ({ bytes, operations }: Proposal): void => {
    waitingBytes -= bytes.length
    waitingOperations -= operations
  }

  return {
    add(proposals) {
      for (const proposal of proposals) {
        invariant(waiting.push(proposal), 'the door asks for room before it adds')
        waitingBytes += proposal.bytes.length
        waitingOperations += proposal.operations
      }
    },
    take(choose = () => 'take') {
      const taken: Proposal[] = []
      const kept: Proposal[] = []
      let bytes = 0
      let operations = 0
      while (taken.length < consensusLimits.maxVertexTransactions) {
        const next = held.shift() ?? waiting.shift()
        if (next === undefined) break
        const choice = choose(next)
        if (choice === 'later') {
          kept.push(next)
          continue
        }
        if (choice === 'drop') {
          forget(next)
          continue
        }
        const isTooLong = bytes + next.bytes.length > consensusLimits.maxVertexTransactionBytes
        const isTooMuch = operations + next.operations > consensusLimits.proposedVertexOperations
        if (isTooLong || (isTooMuch && taken.length > 0)) {
          kept.push(next)
          break
        }
        bytes += next.bytes.length
        operations += next.operations
        forget(next)
        taken.push(next)
      }
      held = [...kept, ...held]
      return taken
    },
    withdraw(txId) {
      const isWanted = (proposal: Proposal): boolean => equalBytes(proposal.txId, txId)
      const among = held.findIndex(isWanted)
      if (among >= 0) {
        forget(held[among] as Proposal)
        held.splice(among, 1)
        return true
      }
      let found = false
      // As long as the queue may be, and as rare as somebody who changes their mind within a fraction of a second.
      for (const proposal of waiting.drain()) {
        if (!found && isWanted(proposal)) {
          found = true
          forget(proposal)
        } else waiting.push(proposal)
      }
      return found
    },
    drain() {
      const all = [...held, ...waiting.drain()]
      held = []
      waitingBytes = 0
      waitingOperations = 0
      return all
    },
    get isFullVertex() {
      return (
        size() >= consensusLimits.maxVertexTransactions ||
        waitingBytes >= consensusLimits.maxVertexTransactionBytes ||
        waitingOperations >= consensusLimits.proposedVertexOperations
      )
    },
    get size() {
      return size()
    },
    get room() {
      return Math.max(0, consensusLimits.maxProposalQueue - size())
    },
  }
}
