/** Each checker notices what it is there for, fed by hand with votes and orders that no sound network makes. */
import { describe, expect, it } from 'vitest'
import { type Checkpoint, checkpointHash, checkpointMessage } from '../consensus/checkpoint.ts'
import type { Message } from '../consensus/messages.ts'
import type { CommitEffect } from '../consensus/types.ts'
import { transactionsRoot, type Vertex, type VertexHeader, vertexHash, vertexMessage } from '../consensus/vertex.ts'
import { bytesKey } from '../core/bytes.ts'
import { sha256 } from '../crypto/hash.ts'
import { type Checkers, createCheckers, type ViolationRule } from './checkers.ts'
import type { DiskRecord } from './disk.ts'
import type { ExecutedCommit } from './execution.ts'
import type { Host } from './host.ts'
import { createSignatures, createValidators, type SimValidator } from './identities.ts'
import { simOptions } from './options.ts'
import { createVertexCheck, type World } from './world.ts'

const options = simOptions({ nodes: 4, byzantine: 1, adversaries: ['omit'] })
const signatures = createSignatures(false)
const validators = createValidators(options, signatures)
const chainId = sha256(Uint8Array.of(1))
const [first, second, , byzantine] = validators as [SimValidator, SimValidator, SimValidator, SimValidator]

function checkers(): Checkers {
  const world = {
    options,
    chainId,
    validators,
    signatures,
    nowMs: 5,
    graph: { highestRound: 10 },
    validatorsOf: () => validators,
    isSigned: createVertexCheck(
      chainId,
      signatures,
      (author) => validators.find(({ peer }) => peer === bytesKey(author))?.publicKey,
    ),
  } as unknown as World
  return createCheckers(world)
}

const rulesOf = ({ violations }: Checkers): ViolationRule[] => violations.map(({ rule }) => rule)
const hostOf = (validator: SimValidator): Host => ({ validator, engine: null }) as unknown as Host

function vertex(author: SimValidator, timestampMs: number, signer = author): Vertex {
  const header: VertexHeader = {
    epoch: 0,
    round: 3,
    author: author.id,
    parents: [],
    transactionsRoot: transactionsRoot([]),
    transactionCount: 0,
    timestampMs,
    lastCommit: 0,
  }
  const signature = signer.signer.sign(vertexMessage(chainId, header))
  return { ...header, hash: vertexHash(chainId, header), transactions: [], signature }
}

function executed(seed: number, changes: Partial<ExecutedCommit> = {}): ExecutedCommit {
  const hash = sha256(Uint8Array.of(seed))
  const commit = { commitIndex: 1, leaderRound: 1, vertices: [] } as unknown as CommitEffect
  const root = sha256(Uint8Array.of(9))
  const empty = { previous: null, results: [], ignored: [], problem: null, parallelDifference: null }
  return { key: bytesKey(hash), hash, commit, stateRoot: root, historyRoot: root, ...empty, ...changes }
}

function result(txId: number, outcome: 'ok' | 'failed' | 'rejected'): ExecutedCommit['results'][number] {
  const result = { txId: Uint8Array.of(txId), account: Uint8Array.of(7), nonce: 4, outcome }
  return result as unknown as ExecutedCommit['results'][number]
}

const checkpoint: Checkpoint = {
  epoch: 0,
  seq: 1,
  commitIndex: 1,
  commitTimeMs: 1,
  stateRoot: sha256(Uint8Array.of(9)),
  historyRoot: sha256(Uint8Array.of(9)),
  consensusRoot: sha256(Uint8Array.of(2)),
  nextValidatorsHash: sha256(Uint8Array.of(3)),
  previous: chainId,
}
const other: Checkpoint = { ...checkpoint, consensusRoot: sha256(Uint8Array.of(4)) }

function certified(of: Checkpoint, signers: readonly SimValidator[]): Extract<DiskRecord, { kind: 'certified' }> {
  const message = checkpointMessage(chainId, of)
  const certificate = signers.map(({ id, signer }) => ({ validator: id, signature: signer.sign(message) }))
  return { kind: 'certified', checkpoint: of, hash: checkpointHash(chainId, of), certificate, nextValidators: null }
}

function vote(of: Checkpoint, validator: SimValidator): Message {
  const signature = validator.signer.sign(checkpointMessage(chainId, of))
  return { kind: 'checkpoint-signature', checkpoint: of, validator: validator.id, signature }
}

describe('the checkers', () => {
  it('take two vertices of a round by an honest validator, and nobody else’s, for what they are', () => {
    const check = checkers()
    const send = (...vertices: readonly Vertex[]): void => check.sent({ kind: 'vertices', vertices })
    send(vertex(first, 1), vertex(first, 1), vertex(second, 1))
    send(vertex(byzantine, 1), vertex(byzantine, 2))
    // In an honest name, by somebody else.
    send(vertex(second, 2, byzantine))
    expect(rulesOf(check)).toEqual([])
    send(vertex(first, 2))
    expect(check.violations).toMatchObject([{ rule: 'two-vertices', node: 0, atMs: 5 }])
  })

  it('take two checkpoints of a number by an honest validator', () => {
    const check = checkers()
    for (const message of [vote(checkpoint, first), vote(checkpoint, byzantine), vote(other, byzantine)])
      check.sent(message)
    expect(rulesOf(check)).toEqual([])
    check.sent(vote(other, first))
    expect(rulesOf(check)).toEqual(['two-checkpoints'])
  })

  it('compare orders commit by commit', () => {
    const check = checkers()
    check.committed(hostOf(first), executed(1))
    check.committed(hostOf(second), executed(1))
    expect(rulesOf(check)).toEqual([])
    check.committed(hostOf(second), executed(2))
    expect(rulesOf(check)).toEqual(['prefix'])
  })

  it('compare the states after equal orders, and with their checkpoints', () => {
    const check = checkers()
    check.committed(hostOf(first), executed(1))
    check.committed(hostOf(second), executed(1, { stateRoot: sha256(Uint8Array.of(5)) }))
    check.certified(hostOf(first), certified({ ...checkpoint, stateRoot: sha256(Uint8Array.of(6)) }, validators))
    expect(check.violations.map(({ rule, node }) => [rule, node])).toEqual([
      ['state-root', 1],
      ['state-root', 0],
    ])
  })

  it('find two executed siblings, and none where one was rejected', () => {
    const check = checkers()
    check.committed(hostOf(first), executed(1, { results: [result(1, 'ok'), result(2, 'rejected')] }))
    expect(rulesOf(check)).toEqual([])
    const commit = { commitIndex: 2, leaderRound: 2, vertices: [] } as unknown as CommitEffect
    check.committed(hostOf(first), executed(2, { commit, results: [result(2, 'failed')] }))
    expect(rulesOf(check)).toEqual(['siblings'])
  })

  it('pass on what is wrong with a state', () => {
    const check = checkers()
    check.committed(hostOf(first), executed(1, { problem: 'rUv is not conserved' }))
    expect(rulesOf(check)).toEqual(['conservation'])
  })

  it('pass on where execution by groups is another than the serial one', () => {
    const check = checkers()
    check.committed(hostOf(first), executed(1, { parallelDifference: 'results[0].outcome' }))
    expect(check.violations).toMatchObject([{ rule: 'parallel', node: 0 }])
    expect(check.violations[0]?.detail).toContain('results[0].outcome')
  })

  it('compare certified checkpoints', () => {
    const check = checkers()
    check.certified(hostOf(first), certified(checkpoint, validators))
    check.certified(hostOf(second), certified(checkpoint, validators.slice(1)))
    expect(rulesOf(check)).toEqual([])
    check.certified(hostOf(second), certified(other, validators))
    expect(rulesOf(check)).toEqual(['checkpoint'])
  })

  it('check certificates', () => {
    const problemOf = (record: Extract<DiskRecord, { kind: 'certified' }>): ViolationRule[] => {
      const check = checkers()
      check.certified(hostOf(first), record)
      return rulesOf(check)
    }
    const good = certified(checkpoint, validators.slice(0, 3))
    expect(problemOf(good)).toEqual([])
    expect(problemOf(certified(checkpoint, validators.slice(0, 2)))).toEqual(['certificate'])
    expect(problemOf(certified(checkpoint, [first, second, second]))).toEqual(['certificate'])
    const [one, two] = good.certificate as [(typeof good.certificate)[0], (typeof good.certificate)[0]]
    const swapped = [one, two, { validator: byzantine.id, signature: one.signature }]
    expect(problemOf({ ...good, certificate: swapped })).toEqual(['certificate'])
  })

  it('watch memory', () => {
    const within = { vertices: 200, pending: 100, pendingBytes: 0, wanted: 0, signatures: 0 }
    const problemsOf = (memory: Partial<typeof within>): ViolationRule[] => {
      const check = checkers()
      const status = { round: 10, committedLeaderRound: 8, memory: { ...within, ...memory } }
      check.watch([{ validator: first, engine: { status, room: 0 } } as unknown as Host])
      return rulesOf(check)
    }
    expect(problemsOf({})).toEqual([])
    expect(problemsOf({ vertices: 1_000 })).toEqual(['memory'])
    expect(problemsOf({ pending: 10_000 })).toEqual(['memory'])
    expect(problemsOf({ pendingBytes: 100_000_000 })).toEqual(['memory'])
    expect(problemsOf({ wanted: 2_000_000 })).toEqual(['memory'])
    expect(problemsOf({ signatures: 5_000 })).toEqual(['memory'])
  })
})
