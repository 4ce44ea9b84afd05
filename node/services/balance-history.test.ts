import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { CommitEffect, Vertex } from '../consensus/index.ts'
import { bytesKey, toHex } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { runAtOnce } from '../core/slices.ts'
import { sha256 } from '../crypto/index.ts'
import { type Candidate, genesisState } from '../ledger/index.ts'
import { ledgerModel } from '../ledger/model-test-support.ts'
import {
  candidate,
  faucet,
  minuteMs,
  rulesOf,
  startTimeMs,
  type TestAccount,
  testAccount,
  testGenesis,
  transfer,
  unsigned,
} from '../ledger/test-support.ts'
import { createStorage, type DurableStorage } from '../storage/index.ts'
import { createBalanceHistory } from './balance-history.ts'
import { createChain } from './chain.ts'
import { createNodeEventHub } from './events.ts'
import { createExecutor } from './executor.ts'
import { createFinalityTimes } from './finality-times.ts'
import { createInFlightRegistry } from './in-flight.ts'
import { holdProvableState } from './provable-state.ts'
import { temporaryDataDir } from './test-support.ts'

const ruv = 1_000_000n
const folder = temporaryDataDir()
afterAll(() => folder.remove())
let files = 0

/** Rich, rich with another suite, poor, and two that start with nothing. */
const owners = [testAccount(1), testAccount(2, 'ML-DSA-65'), testAccount(3), testAccount(4), testAccount(5)]
const allocations = [
  [owners[0] as TestAccount, 100n * ruv],
  [owners[1] as TestAccount, 5n * ruv],
  [owners[2] as TestAccount, 12_000n],
] as const
const genesis = testGenesis(allocations, { faucetWindowMicroRuv: 2n * ruv, faucetCapMicroRuv: 9n * ruv })
const rules = rulesOf(genesis)

/** The real ledger, executor and storage, given commits by hand. */
async function openLedger() {
  const chain = createChain(genesis)
  const state = genesisState(genesis)
  const storage = await createStorage({ file: join(folder.path, `${++files}.db`), synchronous: 'NORMAL' })
  const clock = new ManualClock()
  const blank = new Uint8Array(32)
  const executor = createExecutor({
    chain,
    state,
    storage,
    registry: createInFlightRegistry(),
    times: {
      journalled: () => undefined,
      note: () => 0,
      take: ({ hash, epoch, round }) => ({
        ...{ hash, epoch, round, votingAtMs: 1, confirmingAtMs: 2, confirmingBy: blank },
        ...{ confirmedAtMs: 3, confirmedBy: blank, votes: null },
      }),
    },
    provable: holdProvableState(null),
    finality: createFinalityTimes(1),
    hub: createNodeEventHub(),
    clock,
    settle: () => undefined,
  })
  let commitIndex = 0
  return {
    chain,
    state,
    storage,
    async commit(commitTimeMs: number, candidates: readonly Candidate[]): Promise<void> {
      commitIndex += 1
      const hash = sha256(new TextEncoder().encode(`vertex ${commitIndex}`))
      const transactions = candidates.map(({ transaction }) => transaction.bytes)
      const vertex = { hash, epoch: 0, round: commitIndex, transactionCount: transactions.length, transactions }
      const ordered = candidates.map((one, indexInVertex) => ({ ...one, origin: { vertexHash: hash, indexInVertex } }))
      const effect: CommitEffect = {
        type: 'commit',
        commitIndex,
        epoch: 0,
        leaderRound: commitIndex,
        anchor: hash,
        commitTimeMs,
        vertices: [vertex as unknown as Vertex],
        checkpointDue: null,
        closesEpoch: commitTimeMs >= state.epoch.endsAtMs,
      }
      await runAtOnce(executor.execute(effect, ordered)).record()
    },
  }
}

function historyOf(storage: DurableStorage, followed: readonly TestAccount[]) {
  return createBalanceHistory({
    chain: createChain(genesis),
    read: storage.read,
    resolve: async (name) => (owners[Number(name)] as TestAccount).id,
    followed: async () => followed.map(({ id }) => id),
  })
}

interface Moment {
  readonly atMs: number
  readonly balances: readonly bigint[]
}

/** From everything that ever was, stretch by stretch. */
function expectedPoints(moments: readonly Moment[], of: readonly number[], fromMs: number | undefined, points: number) {
  const sum = ({ balances }: Moment) => of.reduce((total, owner) => total + (balances[owner] as bigint), 0n)
  const changes = moments
    .slice(1)
    .filter(({ balances }, index) => of.some((owner) => balances[owner] !== (moments[index] as Moment).balances[owner]))
  const first = moments[0] as Moment
  const afterMs =
    fromMs === undefined
      ? of.some((owner) => (first.balances[owner] as bigint) > 0n)
        ? startTimeMs
        : (changes[0]?.atMs ?? startTimeMs)
      : Math.max(fromMs, startTimeMs)
  const untilMs = (moments.at(-1) as Moment).atMs
  const slotMs = Math.max(1, Math.ceil((untilMs - afterMs) / points))
  const expected = [{ atMs: afterMs, balanceMicroRuv: sum(moments.findLast(({ atMs }) => atMs <= afterMs) ?? first) }]
  for (let start = afterMs; start < untilMs; start += slotMs) {
    const last = changes.findLast(({ atMs }) => atMs > start && atMs <= start + slotMs)
    if (last !== undefined) expected.push({ atMs: last.atMs, balanceMicroRuv: sum(last) })
  }
  return expected
}

const anyPayment = fc.record({
  sender: fc.nat(owners.length - 1),
  /** Away from the next nonce: behind it is too late, ahead of it is parked. */
  ahead: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 1, arbitrary: fc.constant(-1) },
  ),
  to: fc.nat(owners.length - 1),
  amount: fc.oneof(fc.bigInt(1n, 2n * ruv), fc.bigInt(1n, 80n * ruv)),
  isFaucet: fc.boolean(),
  isBad: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  validForMs: fc.oneof({ weight: 4, arbitrary: fc.constant(60 * minuteMs) }, { weight: 1, arbitrary: fc.nat(9_000) }),
})
const anyHistory = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 5 * minuteMs })),
    payments: fc.array(anyPayment, { maxLength: 5 }),
  }),
  { maxLength: 14, size: 'max' },
)
const anyQuery = fc.record({
  of: fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }),
  from: fc.option(fc.integer({ min: -9_000, max: 30 * minuteMs })),
  points: fc.integer({ min: 2, max: 40 }),
})

describe('the balance over time', () => {
  it('is what a plain model of the ledger held, and ends in the present balance (property)', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.array(anyQuery, { minLength: 3, maxLength: 3 }), async (history, queries) => {
        const ledger = await openLedger()
        const model = ledgerModel(genesis, owners)
        const held = (): bigint[] => owners.map(({ id }) => model.accounts.get(toHex(id))?.balance ?? 0n)
        const moments: Moment[] = [{ atMs: startTimeMs, balances: held() }]
        for (const { afterMs, payments } of history) {
          const atMs = (moments.at(-1) as Moment).atMs + afterMs
          const made = new Map<number, number>()
          const candidates = payments.flatMap(({ sender, ahead, to, amount, isFaucet, isBad, validForMs }) => {
            const owner = owners[sender] as TestAccount
            const count = made.get(sender) ?? 0
            const nonce = (model.accounts.get(toHex(owner.id))?.nonce ?? 0) + count + ahead
            if (nonce < 0) return []
            if (ahead === 0 && !isBad) made.set(sender, count + 1)
            const recipient = owners[to === sender ? (to + 1) % owners.length : to] as TestAccount
            const operation = isFaucet ? faucet(amount > 2n * ruv ? 2n * ruv : amount) : transfer(recipient, amount)
            const one = unsigned(rules, owner, nonce, [operation], { validUntilMs: atMs + validForMs })
            return [candidate(one, isBad ? null : owner.publicKey)]
          })
          model.commit(atMs, candidates)
          await ledger.commit(atMs, candidates)
          moments.push({ atMs, balances: held() })
        }
        try {
          for (const { of, from, points } of queries) {
            const followed = of.map((owner) => owners[owner] as TestAccount)
            const fromMs = from === null ? undefined : startTimeMs + from
            const { points: found, commitIndex } = await historyOf(ledger.storage, followed)({ fromMs, points })
            expect(commitIndex).toBe(history.length)
            expect(found).toEqual(expectedPoints(moments, of, fromMs, points))
            expect(found.length).toBeLessThanOrEqual(points + 1)
            const present = followed.reduce(
              (sum, { id }) => sum + (ledger.state.accounts.get(bytesKey(id))?.balanceMicroRuv ?? 0n),
              0n,
            )
            expect(found.at(-1)?.balanceMicroRuv).toBe(present)
            const one = await historyOf(ledger.storage, [])({ account: String(of[0]), fromMs, points })
            expect(one.points).toEqual(expectedPoints(moments, of.slice(0, 1), fromMs, points))
          }
        } finally {
          await ledger.storage.close()
        }
      }),
      { seed: 41, numRuns: 20 },
    )
  })

  it('of nobody, or of whom nothing is known, is nothing since the beginning', async () => {
    const { storage, commit } = await openLedger()
    const nothing = { points: [{ atMs: startTimeMs, balanceMicroRuv: 0n }], commitIndex: 0 }
    expect(await historyOf(storage, [])({})).toEqual(nothing)
    expect(await historyOf(storage, [])({ account: '4' })).toEqual(nothing)
    await commit(startTimeMs + 500, [])
    expect(await historyOf(storage, [])({ account: '4', points: 2 })).toEqual({ ...nothing, commitIndex: 1 })
    const later = startTimeMs + 9_000
    expect((await historyOf(storage, [])({ account: '0', fromMs: later })).points).toEqual([
      { atMs: later, balanceMicroRuv: 100n * ruv },
    ])
    await storage.close()
  })

  it('reads no more of a long history than of a short one', async () => {
    const { storage } = await openLedger()
    const [account] = owners as [TestAccount]
    const rows = Array.from({ length: 20_000 }, (_, index) => ({
      account: account.id,
      commitTimeMs: startTimeMs + index,
      balanceMicroRuv: BigInt(index),
    }))
    await storage.write.putEarlierBalances({ rows, isLast: true })
    const asked: number[] = []
    const read: DurableStorage['read'] = {
      ...storage.read,
      lastCommit: async () => ({ commitTimeMs: startTimeMs + 19_999, commitIndex: 20_000 }) as never,
      async balances(query) {
        const found = await storage.read.balances(query)
        asked.push(...found.map(({ changes }) => changes.length))
        return found
      },
    }
    const { points } = await historyOf({ ...storage, read }, [])({ account: '0', points: 50 })
    expect(points.at(-1)?.balanceMicroRuv).toBe(19_999n)
    expect(points).toHaveLength(51)
    expect(asked).toEqual([50])
    await storage.close()
  })
})
