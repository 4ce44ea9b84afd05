import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createCommittee,
  type EngineStatus,
  encodeVertex,
  transactionsRoot,
  type Vertex,
  vertexHash,
} from '../consensus/index.ts'
import { bytesKey, toHex } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { sha3 } from '../crypto/hash.ts'
import type { Genesis } from '../ledger/index.ts'
import type { Chain } from './chain.ts'
import { createDagView } from './dag-view.ts'
import type { InFlightEntry } from './in-flight.ts'
import { serviceLimits } from './limits.ts'
import { createNetworkStatus, toleratedFaults, waitingSinceMs } from './network-status.ts'
import { alwaysLive } from './no-network.ts'
import type { NodeStatus, SyncView } from './types.ts'

const closingHash = new Uint8Array(32)
const chainId = new Uint8Array(32).fill(7)
const committeeOf = (stakes: readonly bigint[]) =>
  createCommittee(
    stakes.map((stakeMicroRuv, index) => ({
      id: sha3(Uint8Array.of(index)),
      publicKey: Uint8Array.of(index),
      stakeMicroRuv,
    })),
    closingHash,
  )

describe('toleratedFaults', () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 0],
    [4, 1],
    [6, 1],
    [7, 2],
    [10, 3],
    [100, 33],
  ])('%i of equal stake tolerate %i', (validators, faults) => {
    expect(toleratedFaults(committeeOf(Array.from({ length: validators }, () => 5n)))).toBe(faults)
  })

  it('counts the largest: whoever has a third alone makes it none', () => {
    expect(toleratedFaults(committeeOf([34n, 11n, 11n, 11n, 11n, 11n, 11n]))).toBe(0)
    expect(toleratedFaults(committeeOf([30n, 14n, 14n, 14n, 14n, 14n]))).toBe(1)
  })

  it('leaves a quorum whoever fails, and is the most that does (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 1_000n }), { minLength: 1, maxLength: 12 }), (stakes) => {
        const committee = committeeOf(stakes)
        const largest = [...stakes].sort((a, b) => Number(b - a))
        const sum = (count: number): bigint => largest.slice(0, count).reduce((total, stake) => total + stake, 0n)
        const faults = toleratedFaults(committee)
        const left = committee.totalStakeMicroRuv - sum(faults)
        expect(left >= committee.quorumMicroRuv).toBe(true)
        expect(committee.totalStakeMicroRuv - sum(faults + 1) < committee.quorumMicroRuv).toBe(true)
      }),
    )
  })
})

describe('waitingSinceMs', () => {
  const entry = (part: Partial<InFlightEntry>): InFlightEntry =>
    ({ executed: false, held: false, steps: [], admittedAtMs: 5, ...part }) as unknown as InFlightEntry
  const since = (...entries: InFlightEntry[]) => waitingSinceMs({ all: () => entries.values() })

  it('is of the oldest that no vertex carries', () => {
    expect(since()).toBeNull()
    expect(since(entry({ admittedAtMs: 9 }), entry({ admittedAtMs: 3 }))).toBe(3)
    const step = { state: 'Voting', atMs: 1, record: '' } as const
    expect(since(entry({ steps: [step] }), entry({ held: true }), entry({ executed: true }))).toBeNull()
  })
})

describe('createNetworkStatus', () => {
  function setUp(validators: EngineStatus['validators'] = []) {
    const clock = new ManualClock()
    const dag = createDagView({ hub: { publish: () => 0 }, clock, scheduler: clock })
    const committee = committeeOf([10n, 20n, 30n, 40n])
    dag.epoch({ number: 2, startMs: 1_000, endMs: 601_000, validators: committee.validators, closingHash })
    const kept = new Map<string, Uint8Array>()
    const waiting: InFlightEntry[] = []
    let sync: SyncView = alwaysLive({ chainIdHex: 'c'.repeat(64), genesis: { startTimeMs: 0 } as Genesis }, clock)()
    const services = createNetworkStatus({
      chain: { chainId } as Chain,
      dag,
      engine: { status: { round: 3, validators } },
      nodeStatus: async () => ({ round: 3 }) as NodeStatus,
      registry: { all: () => waiting.values() },
      clock,
      sync: () => sync,
      self: (committee.validators[1] as { id: Uint8Array }).id,
      idleIntervalMs: 30_000,
      vertexBytes: async (hash) => kept.get(bytesKey(hash)) ?? null,
    })
    const store = (
      round: number,
      author: number,
      transactions: readonly Uint8Array[] = [],
      parents: readonly Vertex[] = [],
    ) => {
      const header = {
        epoch: 2,
        round,
        author: (committee.validators[author] as { id: Uint8Array }).id,
        parents:
          parents.length > 0
            ? parents.map(({ round, author, hash }) => ({ round, author, hash }))
            : [{ round: 0, author: sha3(), hash: sha3() }],
        transactionsRoot: transactionsRoot(transactions),
        transactionCount: transactions.length,
        timestampMs: clock.nowMs(),
        lastCommit: 0,
      }
      const vertex: Vertex = {
        ...header,
        hash: vertexHash(chainId, header),
        transactions,
        signature: new Uint8Array(1),
      }
      dag.vertexStored(vertex)
      kept.set(bytesKey(vertex.hash), encodeVertex(vertex))
      return vertex
    }
    const setSync = (phase: SyncView['phase']): void => {
      sync = { ...sync, phase }
    }
    return { clock, dag, committee, services, store, kept, waiting, setSync }
  }

  it('shows each validator with its share, round, lag, and who is this node', async () => {
    const { services, store, committee } = setUp()
    for (const [author, rounds] of [3, 5, 1, 0].entries()) {
      for (let round = 1; round <= rounds; round++) store(round, author)
    }
    const { items, totalStakeMicroRuv, quorumMicroRuv, epoch } = await services.validators()
    expect({ totalStakeMicroRuv, quorumMicroRuv, epoch }).toEqual({
      totalStakeMicroRuv: 100n,
      quorumMicroRuv: 67n,
      epoch: 2,
    })
    expect(items.map(({ name, round, lagRounds, isSelf }) => ({ name, round, lagRounds, isSelf }))).toEqual([
      { name: 'Validator 1', round: 3, lagRounds: 2, isSelf: false },
      { name: 'Validator 2', round: 5, lagRounds: 0, isSelf: true },
      { name: 'Validator 3', round: 1, lagRounds: 4, isSelf: false },
      { name: 'Validator 4', round: 0, lagRounds: 5, isSelf: false },
    ])
    expect(items.map(({ sharePpm }) => sharePpm)).toEqual(committee.weights.map((weight) => Number(weight) * 10_000))
    expect(items[0]?.publicKeyHash).toBe(toHex(sha3((committee.validators[0] as { publicKey: Uint8Array }).publicKey)))
  })

  it('believes the engine where it knows more', async () => {
    const [first] = committeeOf([10n, 20n, 30n, 40n]).validators
    const { id, publicKey } = first as { id: Uint8Array; publicKey: Uint8Array }
    const told = { id, publicKey, stakeMicroRuv: 0n, round: 9, isEquivocator: true }
    const { services, store } = setUp([told])
    store(1, 0)
    expect((await services.validators()).items[0]).toMatchObject({ round: 9, isEquivocator: true, lagRounds: 0 })
  })

  it('says since when the chain stands still', async () => {
    const { services, store, clock, waiting } = setUp()
    expect(await services.status()).toMatchObject({ standstill: null, toleratedFaults: 0, lastCommitAtMs: null })
    const startMs = clock.nowMs()
    waiting.push({ executed: false, held: false, steps: [], admittedAtMs: startMs } as unknown as InFlightEntry)
    clock.advance(serviceLimits.standstillAfterMs + 1)
    expect((await services.status()).standstill).toEqual({ reason: 'no-quorum', sinceMs: startMs })
    for (const author of [1, 2, 3]) store(1, author)
    expect((await services.status()).standstill).toEqual({ reason: 'no-commit', sinceMs: startMs })
  })

  it('is not live on a chain that stands still, and does not hide that it is behind', async () => {
    const { services, clock, waiting, setSync } = setUp()
    const startMs = clock.nowMs()
    expect(services.syncNow()).toMatchObject({ phase: 'live' })
    waiting.push({ executed: false, held: false, steps: [], admittedAtMs: startMs } as unknown as InFlightEntry)
    clock.advance(serviceLimits.standstillAfterMs + 1)
    expect(services.syncNow()).toMatchObject({ phase: 'stalled', phaseStartedAtMs: startMs, remainingMs: null })
    expect((await services.status()).sync.phase).toBe('stalled')
    setSync('replay')
    expect(services.syncNow().phase).toBe('replay')
    expect((await services.status()).standstill).toBeNull()
    setSync('connecting')
    expect((await services.status()).standstill).toEqual({ reason: 'no-quorum', sinceMs: startMs })
    setSync('live')
    waiting.pop()
    clock.set(startMs)
    expect(services.syncNow().phase).toBe('live')
  })

  it('names a validator of the committee by its id', () => {
    const { services, committee } = setUp()
    expect(committee.validators.map(({ id }) => services.validatorName(toHex(id)))).toEqual([
      'Validator 1',
      'Validator 2',
      'Validator 3',
      'Validator 4',
    ])
    expect(services.validatorName('0'.repeat(64))).toBeNull()
  })

  it('opens a vertex: what it names, what it carries', async () => {
    const { services, store, kept } = setUp()
    const parent = store(1, 0)
    const vertex = store(2, 3, [Uint8Array.of(1, 2, 3)], [parent])
    const hash = toHex(vertex.hash)
    expect(await services.vertex(hash)).toMatchObject({
      round: 2,
      author: 3,
      authorId: toHex(vertex.author),
      references: [{ hash: toHex(parent.hash), round: 1, author: 0 }],
      transactions: 1,
      // Bytes that are no transaction are shown as nothing.
      contents: [],
      totalStakeMicroRuv: 100n,
    })
    expect((await services.vertex(toHex(parent.hash))).contents).toEqual([])
    kept.clear()
    expect((await services.vertex(hash)).contents).toBeNull()
    await expect(services.vertex('00'.repeat(32))).rejects.toMatchObject({ code: 'VERTEX_UNKNOWN' })
  })
})
