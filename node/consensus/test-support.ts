/** A host for the engine in tests: answers every effect at once, with cheap stand-ins for signatures and a journal in memory. */
import { bytesToNumber } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { seededRng } from '../core/rng.ts'
import { sha3, sha256 } from '../crypto/hash.ts'
import type { Validator } from './committee.ts'
import { createEngine } from './engine.ts'
import type { Engine, EngineOptions } from './engine-options.ts'
import { consensusLimits } from './limits.ts'
import type { ConflictSet } from './snow-messages.ts'
import type { CommitEffect, EngineEffect, Proposal, ResumePoint, TransactionFacts, UntimedInput } from './types.ts'
import type { Vertex } from './vertex.ts'

export const chainId: Uint8Array = sha256(Uint8Array.of(7))

/** A validator whose id and key are made up from a number. */
export function testValidator(seed: number, stakeMicroRuv = 1_000n): Validator {
  return { id: sha3(Uint8Array.of(seed)), publicKey: sha3(Uint8Array.of(seed, 1)), stakeMicroRuv }
}

/** Stands for a signature: a hash of the message. */
export function testSignature(message: Uint8Array): Uint8Array {
  return sha256(message)
}

/** Account and nonce of the transaction with this number: no two have the same. */
function testSet(nonce: number): ConflictSet {
  return { account: new Uint8Array(33), nonce }
}

/** Distinct transactions of a few bytes; the engine does not look inside. */
export function testProposals(from: number, count: number, sizeBytes = 40, operations = 1): Proposal[] {
  return Array.from({ length: count }, (_, index) => {
    const bytes = new Uint8Array(sizeBytes)
    new DataView(bytes.buffer).setUint32(0, from + index)
    return { txId: sha256(bytes), bytes, operations, ...testSet(from + index) }
  })
}

export function numberOf(transaction: Uint8Array): number {
  return Number(bytesToNumber(transaction.subarray(0, 4)))
}

/** Facts as the host of an engine finds them, for transactions of `testProposals`. */
export function testFacts(vertex: Vertex): TransactionFacts[] {
  return vertex.transactions.map((bytes) => ({
    txId: sha256(bytes),
    operations: 1,
    ...testSet(numberOf(bytes)),
  }))
}

/** Where an engine goes on that had stored these vertices and executed these commits, in the first epoch and uncertified. */
export function testResume(vertices: readonly Vertex[], commits: readonly CommitEffect[]): ResumePoint {
  const last = commits.at(-1)
  const lowest = (last?.leaderRound ?? 0) - consensusLimits.horizonRounds
  return {
    epoch: null,
    vertices: vertices.map((vertex) => ({ vertex, transactions: testFacts(vertex) })),
    older: [],
    snapshotRound: 0,
    silentUntilMs: 0,
    lastCommit:
      last === undefined
        ? null
        : {
            commitIndex: last.commitIndex,
            leaderRound: last.leaderRound,
            commitTimeMs: last.commitTimeMs,
            window: commits
              .flatMap((commit) => commit.vertices.map(({ round, hash }) => ({ round, hash })))
              .filter(({ round }) => round >= lowest),
          },
    hasNewTransactions: true,
    lastCheckpoint: null,
    openCheckpoints: [],
  }
}

export interface TestHost {
  readonly engine: Engine
  readonly clock: ManualClock
  readonly journal: { readonly kind: string; readonly position: number; readonly hash: Uint8Array }[]
  readonly commits: CommitEffect[]
  readonly effects: EngineEffect[]
  readonly vertices: Vertex[]
  feed(input: UntimedInput): void
  /** Moves time on and ticks as the engine asks. */
  run(ms: number): void
}

/**
 * @param withhold effects that get no answer and are not carried out
 * @param carryOut what else is to be done about an effect, before its answer
 */
export function createTestHost(
  options: Partial<EngineOptions> = {},
  {
    clock = new ManualClock(),
    withhold = () => false,
    carryOut = () => {},
  }: {
    clock?: ManualClock
    withhold?: (effect: EngineEffect) => boolean
    carryOut?: (effect: EngineEffect) => void
  } = {},
): TestHost {
  const validator = testValidator(1)
  const engine = createEngine({
    chainId,
    startTimeMs: clock.nowMs(),
    validators: [validator],
    self: validator.id,
    epochMs: 600_000,
    rng: seededRng(1),
    checkpointIntervalMs: 2_000,
    roundIntervalMs: 100,
    idleIntervalMs: 10_000,
    resume: null,
    ...options,
  })
  const inputs: UntimedInput[] = []
  let isFeeding = false
  let cancel: (() => void) | undefined
  const host: TestHost = {
    engine,
    clock,
    journal: [],
    commits: [],
    effects: [],
    vertices: [],
    feed(input) {
      inputs.push(input)
      if (isFeeding) return
      isFeeding = true
      for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
        for (const effect of engine.handle({ ...next, nowMs: clock.nowMs() })) {
          host.effects.push(effect)
          if (withhold(effect)) continue
          carryOut(effect)
          answer(effect)
        }
      }
      isFeeding = false
    },
    run: (ms) => clock.advance(ms),
  }
  const answer = (effect: EngineEffect): void => {
    if (effect.type === 'sign') {
      const { kind, position, message } = effect
      host.feed({ type: 'signed', kind, position, signature: testSignature(message) })
    } else if (effect.type === 'journal') {
      const { kind, position, hash } = effect
      host.journal.push({ kind, position, hash })
      host.feed({ type: 'journalled', kind, position })
    } else if (effect.type === 'commit') {
      host.commits.push(effect)
      host.vertices.push(...effect.vertices)
      const { commitIndex } = effect
      const root = sha256(Uint8Array.of(commitIndex & 0xff))
      host.feed({
        type: 'executed',
        commitIndex,
        stateRoot: root,
        historyRoot: root,
        nextValidators: effect.closesEpoch ? (options.validators ?? [validator]) : null,
      })
    } else if (effect.type === 'wake') {
      cancel?.()
      cancel = clock.after(Math.max(0, effect.atMs - clock.nowMs()), () => host.feed({ type: 'tick' }))
    }
  }
  return host
}
