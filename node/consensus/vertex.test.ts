import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { chainId, testSignature, testValidator } from './test-support.ts'
import {
  decodeVertex,
  encodeVertex,
  epochRootReference,
  transactionsRoot,
  type Vertex,
  vertexHash,
  vertexMessage,
} from './vertex.ts'

function vertexWith(transactions: readonly Uint8Array[]): Vertex {
  const author = testValidator(1).id
  const header = {
    epoch: 0,
    round: 1,
    author,
    parents: [epochRootReference(chainId, author)],
    transactionsRoot: transactionsRoot(transactions),
    transactionCount: transactions.length,
    timestampMs: 1_750_000_000_000,
    lastCommit: 0,
  }
  const signature = testSignature(vertexMessage(chainId, header))
  return { ...header, hash: vertexHash(chainId, header), transactions, signature }
}

const loads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 20 })

describe('vertex', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(loads, (transactions) => {
        const vertex = vertexWith(transactions)
        const decoded = decodeVertex(chainId, encodeVertex(vertex))
        expect(decoded.ok && toHex(decoded.value.hash)).toBe(toHex(vertex.hash))
        expect(decoded.ok && decoded.value.transactions.map(toHex)).toEqual(transactions.map(toHex))
      }),
      { seed: 1 },
    )
  })

  it('has one root for one list of transactions: order, number and borders count', () => {
    const [a, b] = [Uint8Array.of(1, 2), Uint8Array.of(3)]
    const roots = [[a, b], [b, a], [Uint8Array.of(1), Uint8Array.of(2, 3)], [a], [a, b, b], []].map((list) =>
      toHex(transactionsRoot(list)),
    )
    expect(new Set(roots).size).toBe(roots.length)
  })

  it('refuses transactions that its header does not cover', () => {
    const vertex = vertexWith([Uint8Array.of(1), Uint8Array.of(2)])
    for (const transactions of [[Uint8Array.of(1)], [Uint8Array.of(1), Uint8Array.of(9)], []]) {
      const decoded = decodeVertex(chainId, encodeVertex({ ...vertex, transactions }))
      expect(decoded).toEqual({ ok: false, error: { code: 'VERTEX_ROOT_MISMATCH' } })
    }
  })

  it('never throws on foreign bytes, and whatever it takes encodes to the same bytes', () => {
    const good = encodeVertex(vertexWith([Uint8Array.of(1, 2, 3)]))
    const mutated = fc
      .tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }))
      .map(([at, byte]) => good.map((old, index) => (index === at ? byte : old)))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (bytes) => {
        const decoded = decodeVertex(chainId, bytes)
        if (decoded.ok) expect(toHex(encodeVertex(decoded.value))).toBe(toHex(bytes))
      }),
      { seed: 2, numRuns: 2_000 },
    )
  })
})
