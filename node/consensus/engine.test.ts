import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { checkpointHash, decodeSignedCheckpoint } from './checkpoint.ts'
import { consensusLimits } from './limits.ts'
import { chainId, createTestHost, numberOf, testProposals, testResume, testSignature } from './test-support.ts'
import type { EngineEffect } from './types.ts'
import { decodeVertex, type Vertex } from './vertex.ts'

const committedNumbers = (host: ReturnType<typeof createTestHost>): number[] =>
  host.commits.flatMap((commit) => commit.vertices.flatMap((vertex) => vertex.transactions.map(numberOf)))

describe('engine with one validator', () => {
  it('journals a vertex before anything follows from it', () => {
    const host = createTestHost({}, { withhold: (effect) => effect.type === 'journal' })
    host.feed({ type: 'tick' })
    host.feed({ type: 'transactions', proposals: testProposals(0, 3) })
    host.run(60_000)
    expect(host.effects.map((effect) => effect.type)).toEqual(['sign', 'journal'])
  })

  it('takes a transaction through Voting, Confirming, Confirmed and a commit, each caused by a vertex of its own', () => {
    const host = createTestHost()
    host.feed({ type: 'tick' })
    host.feed({ type: 'transactions', proposals: testProposals(0, 1) })
    host.run(1_000)
    const progress = host.effects.filter((effect) => effect.type === 'progress')
    expect(progress.map(({ state }) => state)).toEqual(['Voting', 'Confirming', 'Confirmed'])
    const [voting, confirming] = progress
    expect(toHex(voting?.by as Uint8Array)).toBe(toHex(voting?.vertex.hash as Uint8Array))
    expect(toHex(confirming?.by as Uint8Array)).not.toBe(toHex(voting?.by as Uint8Array))
    expect(committedNumbers(host)).toEqual([0])
  })

  it('takes back what waits for a vertex, and nothing that is in one, signed or not', () => {
    let isShut = true
    const held: EngineEffect[] = []
    const host = createTestHost({}, { withhold: (effect) => isShut && effect.type === 'sign' && held.push(effect) > 0 })
    const [first, second, third] = testProposals(0, 3)
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were asked for')
    isShut = false
    host.feed({ type: 'tick' })
    host.run(1_000)
    isShut = true
    host.feed({ type: 'transactions', proposals: [first] })
    expect(held).toHaveLength(1)
    host.feed({ type: 'transactions', proposals: [second, third] })
    expect(host.engine.status.waiting).toBe(2)
    expect([first, second, second].map(({ txId }) => host.engine.withdraw(txId))).toEqual([false, true, false])
    expect(host.engine.status.waiting).toBe(1)
    isShut = false
    for (const effect of held) {
      if (effect.type !== 'sign') continue
      host.feed({ type: 'signed', kind: 'vertex', position: effect.position, signature: testSignature(effect.message) })
    }
    host.run(5_000)
    expect(committedNumbers(host)).toEqual([0, 2])
    expect(host.engine.withdraw(third.txId)).toBe(false)
  })

  it('proposes at once what was handed to it, and leaves to others what it only heard of', () => {
    const host = createTestHost()
    host.feed({ type: 'tick' })
    host.run(500)
    const [heard, handed, both] = testProposals(0, 3)
    if (heard === undefined || handed === undefined || both === undefined) throw new Error('three were asked for')
    host.feed({ type: 'gossip', proposals: [heard, both] })
    host.feed({ type: 'gossip', proposals: [handed, both], isDue: true })
    host.run(1_000)
    expect(committedNumbers(host).sort()).toEqual([1, 2])
  })

  it('gives what others hand to it the room that its own users leave, and orders all of it', () => {
    const host = createTestHost()
    host.feed({ type: 'tick' })
    host.run(500)
    const { maxGossipPool, maxProposalQueue, maxVertexTransactions } = consensusLimits
    host.feed({ type: 'gossip', proposals: testProposals(0, maxGossipPool), isDue: true })
    expect(host.engine.room).toBeGreaterThanOrEqual(maxProposalQueue - maxVertexTransactions)
    host.feed({ type: 'transactions', proposals: testProposals(maxGossipPool, maxProposalQueue) })
    host.run(60_000)
    const numbers = committedNumbers(host)
    expect(new Set(numbers).size).toBe(maxGossipPool + maxProposalQueue)
    expect(numbers).toHaveLength(maxGossipPool + maxProposalQueue)
    // Of the handed ones only those that were in a vertex already went before its users'.
    expect(numbers.slice(2 * maxVertexTransactions).findIndex((number) => number < maxGossipPool)).toBeGreaterThan(
      maxProposalQueue - 2 * maxVertexTransactions,
    )
  })

  it('orders everything once and in the order it came, over any bursts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 400 })), { maxLength: 8 }),
        (bursts) => {
          const host = createTestHost()
          host.feed({ type: 'tick' })
          let sent = 0
          for (const [count, pauseMs] of bursts) {
            host.feed({ type: 'transactions', proposals: testProposals(sent, count) })
            sent += count
            host.run(pauseMs)
          }
          host.run(30_000)
          expect(committedNumbers(host)).toEqual(Array.from({ length: sent }, (_, index) => index))
          for (const vertex of host.vertices) {
            expect(vertex.transactions.length).toBeLessThanOrEqual(consensusLimits.maxVertexTransactions)
          }
        },
      ),
      { seed: 11, numRuns: 40 },
    )
  })

  it('keeps a vertex small enough to execute in one go, and takes the next at once', () => {
    const host = createTestHost()
    host.feed({ type: 'tick' })
    host.run(200)
    host.feed({ type: 'transactions', proposals: testProposals(0, 300, 40, 64) })
    host.run(5_000)
    expect(committedNumbers(host)).toEqual(Array.from({ length: 300 }, (_, index) => index))
    const loads = host.vertices.map((vertex) => vertex.transactionCount).filter((count) => count > 0)
    expect(Math.max(...loads)).toBe(Math.floor(consensusLimits.proposedVertexOperations / 64))
  })

  it('never signs two vertices of a round, and its commit times only grow', () => {
    const host = createTestHost()
    host.feed({ type: 'tick' })
    for (let burst = 0; burst < 20; burst++) {
      host.feed({ type: 'transactions', proposals: testProposals(burst * 10, 10) })
      host.run(333)
    }
    const rounds = host.journal.filter(({ kind }) => kind === 'vertex').map(({ position }) => position)
    expect(rounds).toEqual(rounds.map((_, index) => index + 1))
    const times = host.commits.map(({ commitTimeMs }) => commitTimeMs)
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] as number))).toBe(true)
  })

  it('lets no transaction execute at a time before it was made: after an idle spell an empty vertex goes first', () => {
    const host = createTestHost()
    host.feed({ type: 'tick' })
    host.run(9_000)
    const sentAtMs = host.clock.nowMs()
    host.feed({ type: 'transactions', proposals: testProposals(0, 1) })
    host.run(2_000)
    const commit = host.commits.find(({ vertices }) => vertices.some((vertex) => vertex.transactions.length > 0))
    expect(commit?.commitTimeMs).toBeGreaterThanOrEqual(sentAtMs)
  })

  it('makes rounds at the idle interval only, and again at once when there is work', () => {
    const host = createTestHost()
    host.feed({ type: 'tick' })
    host.run(35_000)
    expect(host.journal.filter(({ kind }) => kind === 'vertex').length).toBe(4)
    host.feed({ type: 'transactions', proposals: testProposals(0, 1) })
    host.run(500)
    expect(committedNumbers(host)).toEqual([0])
  })

  it('goes on when the local clock is set back', () => {
    const clock = new ManualClock()
    const host = createTestHost({}, { clock })
    host.feed({ type: 'tick' })
    host.run(1_000)
    clock.set(clock.nowMs() - 3_600_000)
    host.feed({ type: 'transactions', proposals: testProposals(0, 1) })
    host.run(1_000)
    expect(committedNumbers(host)).toEqual([0])
    const stamps = host.vertices.map(({ timestampMs }) => timestampMs)
    expect(stamps.every((stamp, index) => index === 0 || stamp > (stamps[index - 1] as number))).toBe(true)
  })

  it('stops proposing while commits wait to be executed', () => {
    const host = createTestHost({}, { withhold: (effect) => effect.type === 'commit' })
    host.feed({ type: 'tick' })
    for (let burst = 0; burst < 50; burst++) {
      host.feed({ type: 'transactions', proposals: testProposals(burst, 1) })
      host.run(200)
    }
    const held = host.effects.filter((effect) => effect.type === 'commit').length
    expect(held).toBe(consensusLimits.maxUnexecutedCommits)
  })

  it('signs a checkpoint with the first commit past each interval, chained to the one before', () => {
    const host = createTestHost()
    host.feed({ type: 'tick' })
    for (let burst = 0; burst < 80; burst++) {
      host.feed({ type: 'transactions', proposals: testProposals(burst, 1) })
      host.run(100)
    }
    const certified = host.effects.filter((effect) => effect.type === 'certified')
    expect(certified.length).toBeGreaterThanOrEqual(3)
    let previous = chainId
    for (const [index, { checkpoint, hash }] of certified.entries()) {
      expect(checkpoint.seq).toBe(index + 1)
      expect(toHex(checkpoint.previous)).toBe(toHex(previous))
      expect(toHex(hash)).toBe(toHex(checkpointHash(chainId, checkpoint)))
      previous = hash
    }
    const intervals = certified.map(({ checkpoint }) => Math.floor(checkpoint.commitTimeMs / 2_000))
    expect(new Set(intervals).size).toBe(intervals.length)
  })

  it('covers a lone transaction by a checkpoint within two intervals', () => {
    const host = createTestHost()
    host.feed({ type: 'tick' })
    host.feed({ type: 'transactions', proposals: testProposals(0, 1) })
    host.run(4_000)
    const certified = host.effects.filter((effect) => effect.type === 'certified')
    const paid = host.commits.find(({ vertices }) => vertices.some((vertex) => vertex.transactionCount > 0))
    expect(certified[0]?.checkpoint.commitIndex).toBeGreaterThanOrEqual(paid?.commitIndex as number)
  })

  it('signs no checkpoint while nothing happens, but one in ten minutes', () => {
    const host = createTestHost()
    host.feed({ type: 'tick' })
    host.run(25 * 60_000)
    const times = host.effects
      .filter((effect) => effect.type === 'certified')
      .map(({ checkpoint }) => checkpoint.commitTimeMs)
    expect(times.length).toBe(2)
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(consensusLimits.maxIdleCheckpointGapMs)
  })

  it('certifies nothing that was not journalled', () => {
    const host = createTestHost({}, { withhold: (effect) => effect.type === 'journal' && effect.kind === 'checkpoint' })
    host.feed({ type: 'tick' })
    for (let burst = 0; burst < 60; burst++) {
      host.feed({ type: 'transactions', proposals: testProposals(burst, 1) })
      host.run(100)
    }
    expect(host.effects.some((effect) => effect.type === 'certified')).toBe(false)
    const journalled = host.effects.find((effect) => effect.type === 'journal' && effect.kind === 'checkpoint')
    expect(decodeSignedCheckpoint((journalled as Extract<EngineEffect, { type: 'journal' }>).bytes).ok).toBe(true)
  })
})

describe('resuming', () => {
  /** Everything a run journalled, as the disk would give it back. */
  const journalled = (host: ReturnType<typeof createTestHost>): Vertex[] =>
    host.effects
      .filter((effect) => effect.type === 'journal')
      .filter((effect) => effect.kind === 'vertex')
      .map((effect) => {
        const vertex = decodeVertex(chainId, effect.bytes)
        if (!vertex.ok) throw new Error(vertex.error.code)
        return vertex.value
      })

  it('decides the same commits from the journal, wherever the process died', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 60 }), (bursts, persistedCommits) => {
        const before = createTestHost()
        before.feed({ type: 'tick' })
        for (let burst = 0; burst < bursts; burst++) {
          before.feed({ type: 'transactions', proposals: testProposals(burst * 3, 3) })
          before.run(70)
        }
        const lastCommit = before.commits[Math.min(persistedCommits, before.commits.length) - 1]
        const after = createTestHost(
          {
            startTimeMs: 1_750_000_000_000,
            resume: testResume(
              journalled(before).filter(
                ({ round }) => round > (lastCommit?.leaderRound ?? 0) - consensusLimits.horizonRounds,
              ),
              before.commits.slice(0, lastCommit?.commitIndex ?? 0),
            ),
          },
          { clock: new ManualClock(before.clock.nowMs()) },
        )
        after.feed({ type: 'tick' })
        const again = before.commits.slice(lastCommit?.commitIndex ?? 0)
        expect(after.commits.slice(0, again.length).map(summary)).toEqual(again.map(summary))
        // And it goes on in the round after the last one it journalled.
        const next = after.journal.find(({ kind }) => kind === 'vertex')
        after.run(20_000)
        const rounds = after.journal.filter(({ kind }) => kind === 'vertex').map(({ position }) => position)
        expect(rounds[0]).toBe((journalled(before).at(-1)?.round ?? 0) + 1)
        expect(next === undefined || next.position === rounds[0]).toBe(true)
      }),
      { seed: 5, numRuns: 60 },
    )
  })

  const summary = (commit: { commitIndex: number; commitTimeMs: number; vertices: readonly Vertex[] }): string =>
    `${commit.commitIndex} ${commit.commitTimeMs} ${commit.vertices.map(({ hash }) => toHex(hash)).join()}`
})
