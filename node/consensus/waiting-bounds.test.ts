/** What comes from outside and has to wait is bounded by count and by bytes, and one peer's junk takes no place of another's. */
import { describe, expect, it } from 'vitest'
import { bytesKey } from '../core/bytes.ts'
import { domainTags } from '../core/domain-tags.ts'
import { sha256 } from '../crypto/hash.ts'
import { type Checkpoint, decodeCheckpoint } from './checkpoint.ts'
import { createCommittee, type Validator } from './committee.ts'
import { consensusLimits } from './limits.ts'
import type { Message } from './messages.ts'
import { chainId, createTestHost, type TestHost, testProposals, testSignature, testValidator } from './test-support.ts'
import type { FaultCode } from './types.ts'
import { epochRootReference, transactionsRoot, type Vertex, vertexHash, vertexSizeBytes } from './vertex.ts'
import { compareReferences } from './vertex-form.ts'

const validators = [1, 2, 3, 4].map((seed) => testValidator(seed))
const [self, junkPeer, soundPeer] = validators.map(({ id }) => id) as [Uint8Array, Uint8Array, Uint8Array]

function host(): TestHost {
  const created = createTestHost({ validators, self })
  for (const { id } of validators) created.feed({ type: 'connected', peer: bytesKey(id) })
  return created
}

const say = (to: TestHost, from: Uint8Array, message: Message): void =>
  to.feed({ type: 'message', from: bytesKey(from), message })

const faultsOf = ({ effects }: TestHost): FaultCode[] =>
  effects.filter((effect) => effect.type === 'fault').map(({ code }) => code)

const checksOf = ({ effects }: TestHost): number => effects.filter(({ type }) => type === 'verify').length

/** A first vertex, as long as one may be; each number makes another. */
function fullVertex(author: Uint8Array, number: number, timestampMs: number): Vertex {
  const bytes = new Uint8Array(consensusLimits.maxVertexTransactionBytes)
  bytes[0] = number
  const transactions = [bytes]
  const header = {
    epoch: 0,
    round: 1,
    author,
    parents: createCommittee(validators, chainId)
      .validators.map(({ id }) => epochRootReference(chainId, id))
      .sort(compareReferences),
    transactionsRoot: transactionsRoot(transactions),
    transactionCount: 1,
    timestampMs,
    lastCommit: number,
  }
  return { ...header, hash: vertexHash(chainId, header), transactions, signature: new Uint8Array(32) }
}

const checkpoint = (seq: number): Checkpoint => ({
  epoch: 0,
  seq,
  commitIndex: seq,
  commitTimeMs: seq,
  stateRoot: sha256(Uint8Array.of(1)),
  historyRoot: sha256(Uint8Array.of(2)),
  consensusRoot: sha256(Uint8Array.of(3)),
  nextValidatorsHash: sha256(Uint8Array.of(4)),
  previous: chainId,
})

function signatureOf(seq: number, validator: Uint8Array, number: number): Message {
  const signature = testSignature(Uint8Array.of(number & 0xff, number >> 8))
  return { kind: 'checkpoint-signature', checkpoint: checkpoint(seq), validator, signature }
}

describe('what waits', () => {
  it('for its signature takes as many bytes of a peer as the limit says, and leaves others their own', () => {
    const engine = host()
    const nowMs = engine.clock.nowMs()
    const size = vertexSizeBytes(fullVertex(junkPeer, 0, nowMs))
    const most = Math.floor(consensusLimits.maxUnverifiedBytesPerPeer / size)
    for (let i = 0; i < most + 3; i++) {
      say(engine, junkPeer, { kind: 'vertices', vertices: [fullVertex(junkPeer, i, nowMs)] })
    }
    expect(checksOf(engine)).toBe(most)
    expect(faultsOf(engine)).toEqual(['PENDING_LIMIT', 'PENDING_LIMIT', 'PENDING_LIMIT'])
    expect(engine.engine.status.memory).toMatchObject({ pending: most, pendingBytes: most * size })
    say(engine, soundPeer, { kind: 'vertices', vertices: [fullVertex(soundPeer, 0, nowMs)] })
    expect(checksOf(engine)).toBe(most + 1)
    // With its answer the room comes back.
    for (const effect of [...engine.effects]) {
      if (effect.type !== 'verify' || effect.kind !== 'vertex') continue
      engine.feed({ type: 'verified', kind: 'vertex', hash: effect.vertex.hash, isGood: false, transactions: [] })
    }
    expect(engine.engine.status.memory).toMatchObject({ pending: 0, pendingBytes: 0 })
    say(engine, junkPeer, { kind: 'vertices', vertices: [fullVertex(junkPeer, 99, nowMs)] })
    expect(checksOf(engine)).toBe(most + 2)
  })

  it('for its time takes as many bytes as the limit says', () => {
    const engine = host()
    const timestampMs = engine.clock.nowMs() + 2 * consensusLimits.maxClockAheadMs
    const size = vertexSizeBytes(fullVertex(junkPeer, 0, timestampMs))
    const most = Math.floor(consensusLimits.maxHeldBytes / size)
    for (let i = 0; i < most + 3; i++) {
      say(engine, junkPeer, { kind: 'vertices', vertices: [fullVertex(junkPeer, i, timestampMs)] })
    }
    expect(checksOf(engine)).toBe(0)
    expect(engine.engine.status.memory).toMatchObject({ pending: most, pendingBytes: most * size })
    engine.run(2 * consensusLimits.maxClockAheadMs)
    expect(engine.engine.status.memory.pendingBytes).toBe(checksOf(engine) * size)
    expect(checksOf(engine)).toBeGreaterThan(0)
  })

  it('for a checkpoint yet to come: so many signatures of a peer, in whoever’s name', () => {
    const engine = host()
    const { maxOpenCheckpoints, maxWaitingSignaturesPerPeer: most } = consensusLimits
    for (let i = 0; i < most + 5; i++) {
      const name = sha256(Uint8Array.of(i & 0xff, i >> 8))
      say(engine, junkPeer, signatureOf(1 + (i % maxOpenCheckpoints), name, i))
    }
    expect(engine.engine.status.memory.signatures).toBe(most)
    expect(faultsOf(engine)).toEqual(Array.from({ length: 5 }, () => 'PENDING_LIMIT'))
    say(engine, soundPeer, signatureOf(1, soundPeer, 0))
    expect(engine.engine.status.memory.signatures).toBe(most + 1)
    // So far ahead nobody honest is.
    say(engine, soundPeer, signatureOf(maxOpenCheckpoints + 1, soundPeer, 0))
    expect(engine.engine.status.memory.signatures).toBe(most + 1)
  })

  it('for its check: so many signatures of a peer under an open checkpoint, each once', () => {
    const alone: Validator[] = [{ ...testValidator(1), stakeMicroRuv: 10_000n }, ...validators.slice(1)]
    // One of them orders by itself, so that its first checkpoint stands open without the others.
    const engine = createTestHost(
      { validators: alone, self },
      { withhold: (effect) => effect.type === 'sign' && effect.kind === 'checkpoint' },
    )
    engine.feed({ type: 'connected', peer: bytesKey(junkPeer) })
    engine.feed({ type: 'tick' })
    engine.feed({ type: 'transactions', proposals: testProposals(0, 1) })
    engine.run(5_000)
    const sign = engine.effects.find((effect) => effect.type === 'sign' && effect.kind === 'checkpoint')
    const signed = sign?.type === 'sign' ? sign.message : new Uint8Array(0)
    const open = decodeCheckpoint(signed.subarray(domainTags.checkpoint.length + chainId.length))
    if (!open.ok) throw new Error('its first checkpoint is open')
    const before = checksOf(engine)
    const { maxWaitingSignaturesPerPeer: most } = consensusLimits
    const message = (number: number): Message => ({
      kind: 'checkpoint-signature',
      checkpoint: open.value,
      validator: junkPeer,
      signature: testSignature(Uint8Array.of(number & 0xff, number >> 8)),
    })
    for (let i = 0; i < most + 5; i++) say(engine, junkPeer, message(i))
    say(engine, junkPeer, message(0))
    expect(checksOf(engine) - before).toBe(most)
    expect(engine.engine.status.memory.signatures).toBe(most)
    expect(faultsOf(engine).filter((code) => code === 'PENDING_LIMIT')).toHaveLength(5)
    for (const effect of [...engine.effects]) {
      if (effect.type !== 'verify' || effect.kind !== 'checkpoint') continue
      engine.feed({ type: 'verified', kind: 'checkpoint', id: effect.id, isGood: false })
    }
    expect(engine.engine.status.memory.signatures).toBe(0)
  })
})
