import { describe, expect, it } from 'vitest'
import type { Checkpoint } from '../consensus/checkpoint.ts'
import { encodeMessage, type Message } from '../consensus/messages.ts'
import { transactionsRoot, type Vertex } from '../consensus/vertex.ts'
import { createChance } from './chance.ts'
import { messageSizeBytes } from './message-size.ts'

const { rng, below } = createChance(1, 'sizes')
const signature = rng.bytes(3_309)

function vertex(parents: number, transactions: number): Vertex {
  const content = Array.from({ length: transactions }, () => rng.bytes(below(5_000)))
  return {
    epoch: below(300),
    round: below(70_000),
    author: rng.bytes(32),
    parents: Array.from({ length: parents }, () => ({
      round: below(70_000),
      author: rng.bytes(32),
      hash: rng.bytes(32),
    })),
    transactionsRoot: transactionsRoot(content),
    transactionCount: transactions,
    timestampMs: 1_750_000_020_000 + below(1_000),
    lastCommit: below(100_000),
    hash: rng.bytes(32),
    transactions: content,
    signature,
  }
}

const checkpoint: Checkpoint = {
  epoch: 3,
  seq: 300,
  commitIndex: 70_000,
  commitTimeMs: 1_750_000_020_000,
  stateRoot: rng.bytes(32),
  historyRoot: rng.bytes(32),
  consensusRoot: rng.bytes(32),
  nextValidatorsHash: rng.bytes(32),
  previous: rng.bytes(32),
}

const messages: readonly Message[] = [
  { kind: 'vertices', vertices: [vertex(1, 0)] },
  { kind: 'vertices', vertices: [vertex(4, 3), vertex(20, 30), vertex(300, 500)] },
  { kind: 'fetch', epoch: 2, references: vertex(200, 0).parents, fromRound: null },
  { kind: 'fetch', epoch: 2, references: [], fromRound: 1_000 },
  { kind: 'transactions', transactions: vertex(1, 7).transactions },
  { kind: 'checkpoint-signature', checkpoint, validator: rng.bytes(32), signature },
  {
    kind: 'checkpoint-certificate',
    checkpoint,
    certificate: Array.from({ length: 30 }, () => ({ validator: rng.bytes(32), signature })),
  },
  { kind: 'checkpoint-request', seqs: [1, 70_000] },
  { kind: 'poll', request: { pollId: 70_000, sets: [1, 300].map((nonce) => ({ account: rng.bytes(33), nonce })) } },
  { kind: 'poll-reply', reply: { pollId: 3, preferences: [rng.bytes(32), null] } },
]

describe('messageSizeBytes', () => {
  it.each(messages)('is the length of the encoding: $kind', (message) => {
    expect(messageSizeBytes(message)).toBe(encodeMessage(message).length)
  })

  it('counts a stand-in for a signature as a real one', () => {
    const real = vertex(4, 2)
    const cheap = { ...real, signature: rng.bytes(32) }
    expect(messageSizeBytes({ kind: 'vertices', vertices: [cheap] })).toBe(
      messageSizeBytes({ kind: 'vertices', vertices: [real] }),
    )
  })
})
