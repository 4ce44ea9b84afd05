import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareBytes, equalBytes } from '../core/bytes.ts'
import { sha256 } from '../crypto/hash.ts'
import { signatureSuites } from '../crypto/suites.ts'
import { type Checkpoint, checkpointMessage } from './checkpoint.ts'
import { checkpointEvidence, readEvidence, vertexEvidence } from './evidence.ts'
import { consensusLimits } from './limits.ts'
import { chainId } from './test-support.ts'
import { type VertexHeader, vertexMessage } from './vertex.ts'

const { publicKey, secretKey } = ml_dsa65.keygen(new Uint8Array(32).fill(3))
const author = sha256(publicKey)
const sign = (message: Uint8Array) => ml_dsa65.sign(message, secretKey, { extraEntropy: false })

function header(overrides: Partial<VertexHeader> = {}): VertexHeader {
  return {
    epoch: 4,
    round: 12,
    author,
    parents: [{ round: 11, author, hash: sha256(Uint8Array.of(1)) }],
    transactionsRoot: sha256(Uint8Array.of(2)),
    transactionCount: 0,
    timestampMs: 1_750_000_000_000,
    lastCommit: 3,
    ...overrides,
  }
}

function checkpoint(overrides: Partial<Checkpoint> = {}): Checkpoint {
  const root = sha256(Uint8Array.of(5))
  return {
    epoch: 4,
    seq: 9,
    commitIndex: 100,
    commitTimeMs: 1_750_000_000_000,
    stateRoot: root,
    historyRoot: root,
    consensusRoot: root,
    nextValidatorsHash: root,
    previous: root,
    ...overrides,
  }
}

const signedHeader = (one: VertexHeader) => ({ header: one, signature: sign(vertexMessage(chainId, one)) })
const signedCheckpoint = (one: Checkpoint) => ({ checkpoint: one, signature: sign(checkpointMessage(chainId, one)) })
const [first, second] = [signedHeader(header()), signedHeader(header({ timestampMs: 1_750_000_000_001 }))]
const holds = (bytes: Uint8Array, chain = chainId) => {
  const read = readEvidence(chain, bytes)
  return read.ok && read.value.statements.every((one) => ml_dsa65.verify(one.signature, one.message, publicKey))
}

describe('evidence of two vertices', () => {
  const evidence = vertexEvidence(first, second)

  it('names the validator and the round, and its signatures hold', () => {
    const read = readEvidence(chainId, evidence)
    expect(read).toMatchObject({ ok: true, value: { offence: { kind: 'vertex', epoch: 4, position: 12 } } })
    expect(read.ok && equalBytes(read.value.validatorId, author)).toBe(true)
    expect(holds(evidence)).toBe(true)
  })

  it('is one whichever was seen first, and none the other way round', () => {
    expect(vertexEvidence(second, first)).toEqual(evidence)
    const half = (evidence.length - 2) / 2
    const [one, other] = [evidence.subarray(2, 2 + half), evidence.subarray(2 + half)]
    const swapped = Uint8Array.of(...evidence.subarray(0, 2), ...other, ...one)
    expect(compareBytes(swapped, evidence)).not.toBe(0)
    expect(readEvidence(chainId, swapped)).toMatchObject({
      error: { reason: 'the messages are the same, or not in order' },
    })
  })

  it('is none of one vertex signed twice: a second signature over the same is no offence', () => {
    const again = { header: first.header, signature: ml_dsa65.sign(vertexMessage(chainId, first.header), secretKey) }
    expect(equalBytes(again.signature, first.signature)).toBe(false)
    expect(readEvidence(chainId, vertexEvidence(first, again))).toMatchObject({ error: { code: 'EVIDENCE_INVALID' } })
  })

  it.each<[string, Partial<VertexHeader>]>([
    ['another round', { round: 13 }],
    ['another epoch', { epoch: 5 }],
    ['another author', { author: sha256(Uint8Array.of(8)) }],
  ])('is none of vertices of %s', (_, difference) => {
    const other = signedHeader(header({ ...difference, timestampMs: 5 }))
    expect(readEvidence(chainId, vertexEvidence(first, other))).toMatchObject({ error: { code: 'EVIDENCE_INVALID' } })
  })

  it('does not hold on another chain', () => {
    expect(holds(evidence, sha256(Uint8Array.of(99)))).toBe(false)
  })

  it('changed in any bit does not read, or does not hold (property)', () => {
    fc.assert(
      fc.property(fc.nat(evidence.length - 1), fc.nat(7), (at, bit) => {
        const changed = evidence.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte))
        expect(holds(changed)).toBe(false)
      }),
      { seed: 11, numRuns: 40 },
    )
  })

  it('of headers with any number of parents fits, and leaves a transaction room for any key and signature', () => {
    const parents = Array.from({ length: 6_000 }, (_, index) => ({
      round: 1_000_000,
      author: sha256(Uint8Array.of(index >> 8, index & 0xff)),
      hash: sha256(Uint8Array.of(index >> 8, index & 0xff, 1)),
    }))
    const signature = new Uint8Array(signatureSuites['ML-DSA-65'].signatureBytes)
    const [a, b] = [0, 1].map((timestampMs) => ({
      header: header({ parents, round: 1_000_001, timestampMs }),
      signature,
    }))
    const long = vertexEvidence(a as typeof first, b as typeof first)
    expect(long.length).toBeLessThanOrEqual(consensusLimits.maxEvidenceBytes)
    expect(readEvidence(chainId, long).ok).toBe(true)
  })
})

describe('evidence of two checkpoints', () => {
  const [one, other] = [signedCheckpoint(checkpoint()), signedCheckpoint(checkpoint({ stateRoot: author }))]
  const evidence = checkpointEvidence(author, one, other)

  it('names the validator and the number, and its signatures hold', () => {
    expect(readEvidence(chainId, evidence)).toMatchObject({
      ok: true,
      value: { validatorId: author, offence: { kind: 'checkpoint', epoch: 4, position: 9 } },
    })
    expect([holds(evidence), holds(checkpointEvidence(author, other, one))]).toEqual([true, true])
  })

  it('is none of different numbers or epochs, nor of one and the same', () => {
    const others = [checkpoint({ seq: 10 }), checkpoint({ epoch: 5 }), checkpoint()].map(signedCheckpoint)
    for (const next of others) {
      expect(readEvidence(chainId, checkpointEvidence(author, one, next)).ok).toBe(false)
    }
  })

  it('and a vertex and a checkpoint are none', () => {
    expect(readEvidence(chainId, Uint8Array.of(0x83, 3, 0x80, 0x80))).toMatchObject({
      error: { code: 'EVIDENCE_INVALID' },
    })
    expect(readEvidence(chainId, new Uint8Array(consensusLimits.maxEvidenceBytes + 1))).toMatchObject({
      error: { reason: 'ENCODING_TOO_LONG' },
    })
  })
})
