import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consensusLimits } from './limits.ts'
import { createProposalQueue } from './proposal-queue.ts'
import type { Proposal } from './types.ts'

/** Nothing but a number, a length and a count of operations. */
function proposal(number: number, bytes = 100, operations = 1): Proposal {
  const txId = new Uint8Array(32)
  new DataView(txId.buffer).setUint32(0, number)
  const body = new Uint8Array(bytes)
  new DataView(body.buffer).setUint32(0, number)
  return { txId, bytes: body, operations, account: new Uint8Array(33), nonce: number }
}
const numberOf = ({ bytes }: Proposal): number => new DataView(bytes.buffer).getUint32(0)
const half = Math.ceil(consensusLimits.maxVertexTransactionBytes / 2) + 1

describe('the queue of proposals', () => {
  it('gives back one that waits, and carries the others in their order', () => {
    const queue = createProposalQueue()
    const three = [1, 2, 3].map((number) => proposal(number))
    queue.add(three)
    const { txId } = proposal(2)
    expect([queue.withdraw(txId), queue.withdraw(txId)]).toEqual([true, false])
    expect([queue.size, queue.room]).toEqual([2, consensusLimits.maxProposalQueue - 2])
    expect(queue.take().map(numberOf)).toEqual([1, 3])
    expect(queue.withdraw(proposal(1).txId)).toBe(false)
  })

  it('gives back the one that did not fit the vertex before', () => {
    const queue = createProposalQueue()
    queue.add([proposal(1, half), proposal(2, half), proposal(3)])
    expect(queue.take().map(numberOf)).toEqual([1])
    expect(queue.withdraw(proposal(2).txId)).toBe(true)
    expect(queue.size).toBe(1)
    expect(queue.take().map(numberOf)).toEqual([3])
  })

  it('carries what was added and not taken back, once and in order, and counts what waits (property)', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('add' as const),
        bytes: fc.constantFrom(100, 40_000, half),
        operations: fc.constantFrom(1, 64),
      }),
      fc.record({ kind: fc.constant('withdraw' as const), number: fc.nat(40) }),
      fc.record({ kind: fc.constant('take' as const) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = createProposalQueue()
        let waiting: Proposal[] = []
        let added = 0
        const take = (): void => {
          const taken = queue.take().map(numberOf)
          expect(taken).toEqual(waiting.slice(0, taken.length).map(numberOf))
          expect(taken.length > 0).toBe(waiting.length > 0)
          waiting = waiting.slice(taken.length)
        }
        for (const one of steps) {
          if (one.kind === 'add') {
            const next = proposal(added, one.bytes, one.operations)
            added += 1
            waiting.push(next)
            queue.add([next])
          } else if (one.kind === 'withdraw') {
            const rest = waiting.filter((each) => numberOf(each) !== one.number)
            expect(queue.withdraw(proposal(one.number).txId)).toBe(rest.length < waiting.length)
            waiting = rest
          } else take()
          expect(queue.size).toBe(waiting.length)
          const [bytes, operations] = [
            waiting.reduce((sum, each) => sum + each.bytes.length, 0),
            waiting.reduce((sum, each) => sum + each.operations, 0),
          ]
          expect(queue.isFullVertex).toBe(
            waiting.length >= consensusLimits.maxVertexTransactions ||
              bytes >= consensusLimits.maxVertexTransactionBytes ||
              operations >= consensusLimits.proposedVertexOperations,
          )
        }
        while (waiting.length > 0) take()
        expect(queue.take()).toEqual([])
      }),
      { seed: 20_261_122, numRuns: 150 },
    )
  })
})
