/** Joining late by a snapshot, as against having been there from the start: the same roots, and the same order from then on. */
import { describe, expect, it } from 'vitest'
import { equalBytes } from '../core/bytes.ts'
import type { Host } from './host.ts'
import { optionsProblem, type SimOptions, simOptions } from './options.ts'
import { type SimRun, simulate } from './simulation.ts'

/** Each takes a second or two; a loaded machine, many times that. */
const slow = { timeout: 240_000 }

const pass = { verdict: 'pass', violations: [], unfinished: 0, overdue: 0 }

/** Passes every checker: equal prefixes, state roots and certified checkpoints among them. */
function passes(options: Partial<SimOptions>): SimRun {
  const run = simulate(simOptions({ seconds: 12, ...options }))
  const { verdict, violations, unfinished, overdue } = run.result
  expect({ verdict, violations, unfinished, overdue }).toEqual(pass)
  return run
}

/** What the joiner executed and certified by itself since it joined. */
function sinceJoining(host: Host) {
  const { records } = host.disk
  const joined = host.disk.last('joined')
  if (joined === undefined) throw new Error('it has not joined')
  const commits = records.filter((record) => record.kind === 'commit').map(({ executed }) => executed)
  const certified = records.filter(
    (record) => record.kind === 'certified' && record.checkpoint.seq > joined.checkpoint.seq,
  )
  const signed = records.filter((record) => record.kind === 'journal' && record.signed === 'vertex')
  return { joined, commits, certified, signed }
}

function ofSameCommit(host: Host, commitIndex: number) {
  let executed = host.executed
  while (executed !== null && executed.commit.commitIndex > commitIndex) executed = executed.previous
  return executed
}

/** Its next commits are those of somebody who was there from the start, with the same states after them. */
function agrees({ hosts }: SimRun, node: number): ReturnType<typeof sinceJoining> {
  const found = sinceJoining(hosts[node] as Host)
  expect(found.commits[0]?.commit.commitIndex).toBe(found.joined.checkpoint.commitIndex + 1)
  for (const { commit, stateRoot, historyRoot } of found.commits) {
    const other = ofSameCommit(hosts[0] as Host, commit.commitIndex)
    // A few of the last may be ahead of the other.
    if (other?.commit.commitIndex !== commit.commitIndex) continue
    expect(commit.anchor).toEqual(other.commit.anchor)
    expect(commit.vertices.map(({ hash }) => hash)).toEqual(other.commit.vertices.map(({ hash }) => hash))
    expect(equalBytes(stateRoot, other.stateRoot) && equalBytes(historyRoot, other.historyRoot)).toBe(true)
  }
  expect(found.commits.length).toBeGreaterThan(10)
  expect(found.certified.length).toBeGreaterThan(0)
  return found
}

describe('a joiner', slow, () => {
  it.each([1, 2, 3, 4, 5, 6])('has the same roots and next commits as who replayed everything (seed %i)', (seed) => {
    const run = passes({ seed, joins: [{ node: 3, atMs: 6_000 }] })
    const { certified } = agrees(run, 3)
    for (const { checkpoint } of certified.filter((record) => record.kind === 'certified')) {
      const others = run.hosts[0]?.disk.certificate(checkpoint.seq)
      expect(checkpoint.consensusRoot).toEqual(others?.checkpoint.consensusRoot)
    }
  })

  it.each([7, 8])('takes what lies below the horizon as present, and needs none of it (seed %i)', (seed) => {
    const run = passes({ seed, seconds: 24, load: 5, joins: [{ node: 3, atMs: 18_000 }] })
    const { joined } = agrees(run, 3)
    const horizon = joined.consensus.leaderRound - 60
    expect(horizon).toBeGreaterThan(20)
    const host = run.hosts[3] as Host
    const stored = host.disk.vertices(0, 0).map(({ round }) => round)
    expect(Math.min(...stored)).toBeGreaterThanOrEqual(horizon)
  })

  it('makes no vertex in the epoch it joined in, and does from the next on', () => {
    const run = passes({ seed: 9, seconds: 24, epochMs: 8_000, joins: [{ node: 3, atMs: 11_000 }] })
    const { joined, signed } = agrees(run, 3)
    const epochs = new Set(signed.map((record) => (record.kind === 'journal' ? record.epoch : -1)))
    expect(epochs.has(joined.checkpoint.epoch)).toBe(false)
    expect(epochs.has(joined.checkpoint.epoch + 1)).toBe(true)
  })

  it('comes up again after kills between any two effects, and still agrees', () => {
    const randomCrashes = { meanIntervalMs: 3_000, maxKills: null, onlyAfterSending: false }
    // A joiner has little to do, so that chance alone seldom meets it.
    const crashes = [7_003, 9_501, 12_010].map((atMs) => ({ node: 6, atMs, downMs: 700, damagesJournal: false }))
    const run = passes({ seed: 10, seconds: 20, nodes: 7, randomCrashes, crashes, joins: [{ node: 6, atMs: 6_000 }] })
    expect(run.hosts[6]?.incarnation).toBeGreaterThan(2)
    agrees(run, 6)
  })

  it.each(['equivocate', 'withhold', 'omit', 'flood', 'mixed'] as const)('agrees in spite of those who %s', (name) => {
    const options = { nodes: 7, byzantine: 1, adversaries: [name], seconds: 14, epochMs: 10_000 } as const
    agrees(passes({ ...options, seed: 11, joins: [{ node: 5, atMs: 7_000 }] }), 5)
  })

  it('joins one that has joined before', () => {
    const joins = [
      { node: 5, atMs: 5_000 },
      { node: 6, atMs: 9_000 },
    ]
    const run = passes({ seed: 12, nodes: 7, seconds: 16, drop: 0.01, joins })
    agrees(run, 5)
    agrees(run, 6)
  })

  it('is one of several honest ones', () => {
    const problem = (joins: SimOptions['joins']) => optionsProblem(simOptions({ byzantine: 1, joins }))
    expect(problem([{ node: 2, atMs: 1 }])).toBeUndefined()
    expect(problem([{ node: 3, atMs: 1 }])).toBeDefined()
    expect(problem([0, 1, 2].map((node) => ({ node, atMs: 1 })))).toBeDefined()
    expect(problem([2, 2].map((node) => ({ node, atMs: 1 })))).toBeDefined()
  })
})
