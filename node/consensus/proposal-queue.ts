/** Transactions waiting for a vertex, first come first served, bounded. */
import { BoundedQueue } from '../core/bounded-queue.ts'
import { equalBytes } from '../core/bytes.ts'
import { invariant } from '../core/node-error.ts'
import { consensusLimits } from './limits.ts'
import type { Proposal } from './types.ts'

export interface ProposalQueue {
  /** The caller has asked for room first. */
  add(proposals: readonly Proposal[]): void
  /** What the next vertex carries. */
  take(): Uint8Array[]
  /** Takes one out that no vertex carries yet. False where it does not wait here. */
  withdraw(txId: Uint8Array): boolean
  /** True when no further transaction would fit the next vertex. */
  readonly isFullVertex: boolean
  readonly size: number
  readonly room: number
}

export function createProposalQueue(): ProposalQueue {
  const waiting = new BoundedQueue<Proposal>(consensusLimits.maxProposalQueue)
  /** The first that did not fit the vertex before. */
  let held: Proposal | undefined
  let waitingBytes = 0
  let waitingOperations = 0
  const size = (): number => waiting.size + (held === undefined ? 0 : 1)
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
    take() {
      const taken: Uint8Array[] = []
      let bytes = 0
      let operations = 0
      while (taken.length < consensusLimits.maxVertexTransactions) {
        const next = held ?? waiting.shift()
        held = undefined
        if (next === undefined) break
        const isTooLong = bytes + next.bytes.length > consensusLimits.maxVertexTransactionBytes
        const isTooMuch = operations + next.operations > consensusLimits.proposedVertexOperations
        if (isTooLong || (isTooMuch && taken.length > 0)) {
          held = next
          break
        }
        bytes += next.bytes.length
        operations += next.operations
        taken.push(next.bytes)
      }
      waitingBytes -= bytes
      waitingOperations -= operations
      return taken
    },
    withdraw(txId) {
      const isWanted = (proposal: Proposal): boolean => equalBytes(proposal.txId, txId)
      if (held !== undefined && isWanted(held)) {
        forget(held)
        held = undefined
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
      return consensusLimits.maxProposalQueue - size()
    },
  }
}
