import { describe, expect, it } from 'vitest'
import {
  type Checkpoint,
  checkpointMessage,
  consensusLimits,
  transactionsRoot,
  type Vertex,
  type VertexHeader,
  vertexHash,
  vertexMessage,
} from '../consensus/index.ts'
import { equalBytes } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { sha3, sha256 } from '../crypto/index.ts'
import { createGossipGate } from './gossip-gate.ts'
import { serviceLimits } from './limits.ts'

const chainId = sha3(Uint8Array.of(1))
const author = (seed: number) => ({
  id: sha3(Uint8Array.of(2, seed)),
  publicKey: Uint8Array.of(seed),
  stakeMicroRuv: 1n,
  round: 0,
  isEquivocator: false,
})

function setUp() {
  const clock = new ManualClock()
  const now = { epoch: 4, round: 100, validators: [author(1), author(2)] }
  let checks = 0
  const gate = createGossipGate({
    chainId,
    status: () => now,
    checks: {
      async signature(publicKey, message, signature) {
        checks += 1
        return equalBytes(signature, sha256(publicKey, message))
      },
    },
    clock,
  })
  const vertex = (part: Partial<VertexHeader> = {}, seed = 1): Vertex => {
    const header: VertexHeader = {
      epoch: 4,
      round: 101,
      author: author(seed).id,
      parents: [{ round: 100, author: author(1).id, hash: chainId }],
      transactionsRoot: transactionsRoot([]),
      transactionCount: 0,
      timestampMs: 1,
      lastCommit: 0,
      ...part,
    }
    const signature = sha256(Uint8Array.of(seed), vertexMessage(chainId, header))
    return { ...header, hash: vertexHash(chainId, header), transactions: [], signature }
  }
  return { clock, now, gate, vertex, checked: () => checks }
}
const passed = { verdict: 'accept', isWanted: true }
const refused = { verdict: 'reject', isWanted: false }
const ignored = { verdict: 'ignore', isWanted: false }

describe('gossip gate', () => {
  it('passes on what an author of the epoch has signed, and nothing under a wrong signature', async () => {
    const { gate, vertex } = setUp()
    expect(await gate.vertex(vertex())).toEqual(passed)
    const forged = { ...vertex({ round: 102 }), signature: new Uint8Array(3_309) }
    expect(await gate.vertex(forged)).toEqual(refused)
    // The forgery does not stand in the way of the vertex itself.
    expect(await gate.vertex(vertex({ round: 102 }))).toEqual(passed)
  })

  it('refuses an author nobody knows, without a look at the signature', async () => {
    const { gate, vertex, checked } = setUp()
    expect(await gate.vertex(vertex({}, 3))).toEqual(refused)
    expect(checked()).toBe(0)
  })

  it('overlooks an epoch that is over and rounds that are far, and lets the engine hear of one to come', async () => {
    const { gate, vertex, checked } = setUp()
    expect(await gate.vertex(vertex({ epoch: 3 }))).toEqual(ignored)
    expect(await gate.vertex(vertex({ epoch: 5 }))).toEqual({ verdict: 'ignore', isWanted: true })
    expect(await gate.vertex(vertex({ round: 101 + consensusLimits.maxRoundsAhead }))).toEqual(ignored)
    expect(checked()).toBe(0)
  })

  it('goes by the committee that is in office', async () => {
    const { gate, vertex, now } = setUp()
    await gate.vertex(vertex())
    now.epoch = 5
    now.validators = [author(3)]
    gate.epochBegan()
    expect(await gate.vertex(vertex({ epoch: 5 }, 3))).toEqual(passed)
    expect(await gate.vertex(vertex({ epoch: 5 }))).toEqual(refused)
  })

  it('passes the same on again only after a while', async () => {
    const { gate, vertex, clock } = setUp()
    expect(await gate.vertex(vertex())).toEqual(passed)
    expect(await gate.vertex(vertex())).toEqual(ignored)
    clock.advance(serviceLimits.gossipRepeatMs)
    expect(await gate.vertex(vertex())).toEqual(passed)
    expect([gate.isNew(chainId), gate.isNew(chainId)]).toEqual([true, false])
  })

  it('gives no author more than its share, and takes nothing of it from the others', async () => {
    const { gate, vertex, clock } = setUp()
    const { gossipVerticesAtOnce, gossipVerticesPerSecond } = serviceLimits
    let timestampMs = 0
    const many = async (count: number, seed = 1): Promise<number> => {
      let accepted = 0
      for (let index = 0; index < count; index++) {
        timestampMs += 1
        if ((await gate.vertex(vertex({ timestampMs }, seed))).verdict === 'accept') accepted += 1
      }
      return accepted
    }
    expect(await many(gossipVerticesAtOnce + 50)).toBe(gossipVerticesAtOnce)
    expect(await many(5, 2)).toBe(5)
    clock.advance(1_000)
    expect(await many(gossipVerticesAtOnce)).toBe(gossipVerticesPerSecond)
  })

  it('does the same with signatures under checkpoints', async () => {
    const { gate, clock } = setUp()
    const checkpoint: Checkpoint = {
      ...{ epoch: 4, seq: 9, commitIndex: 30, commitTimeMs: 1, stateRoot: chainId, historyRoot: chainId },
      ...{ consensusRoot: chainId, nextValidatorsHash: chainId, previous: chainId },
    }
    const said = (seed: number, part: Partial<Checkpoint> = {}) => {
      const one = { ...checkpoint, ...part }
      const signature = sha256(Uint8Array.of(seed), checkpointMessage(chainId, one))
      return { kind: 'checkpoint-signature' as const, checkpoint: one, validator: author(seed).id, signature }
    }
    expect(await gate.checkpointSignature(said(1))).toEqual(passed)
    expect(await gate.checkpointSignature(said(1))).toEqual(ignored)
    expect(await gate.checkpointSignature({ ...said(2), signature: chainId })).toEqual(refused)
    expect(await gate.checkpointSignature(said(2))).toEqual(passed)
    expect(await gate.checkpointSignature(said(3))).toEqual(refused)
    expect(await gate.checkpointSignature(said(1, { epoch: 3 }))).toEqual(ignored)
    clock.advance(serviceLimits.gossipRepeatMs)
    expect(await gate.checkpointSignature(said(1))).toEqual(passed)
  })
})
