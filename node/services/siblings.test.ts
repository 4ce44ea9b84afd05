import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesKey, toHex } from '../core/bytes.ts'
import { type Account, emptyAccount, genesisState, type LedgerState, reserveMicroRuv } from '../ledger/index.ts'
import { noop, rulesOf, testAccount, testGenesis, transfer, unsigned } from '../ledger/test-support.ts'
import type { FinalRow, StorageWriter } from '../storage/index.ts'
import { createNodeEventHub } from './events.ts'
import { createInFlightRegistry, type InFlightEntry } from './in-flight.ts'
import { createSiblings } from './siblings.ts'

const [alice, bob] = [testAccount(1), testAccount(2)]
const genesis = testGenesis([[alice, 1_000_000n]])
const chain = rulesOf(genesis)
const nowMs = 1_750_000_000_000

let admissions = 0
function entryOf(nonce: number, amountMicroRuv: bigint, change: Partial<InFlightEntry> = {}): InFlightEntry {
  admissions += 1
  const operations = amountMicroRuv === 0n ? [noop] : [transfer(bob, amountMicroRuv)]
  return {
    transaction: unsigned(chain, alice, nonce, operations, { maxFeeMicroRuv: 1_000n + BigInt(admissions) }),
    verifiedUnder: alice.publicKey,
    createdAtMs: null,
    signedAtMs: null,
    broadcastAtMs: null,
    admittedAtMs: nowMs,
    admissionSeq: admissions,
    durable: Promise.resolve(),
    parties: [alice.id, bob.id],
    steps: [],
    executed: false,
    held: false,
    overtakes: false,
    ...change,
  }
}

function stage() {
  const state: LedgerState = genesisState(genesis)
  const registry = createInFlightRegistry()
  const rejected: FinalRow[] = []
  const enqueued: InFlightEntry[] = []
  /** What waits for a vertex. */
  const queue = new Set<InFlightEntry>()
  let stored = Promise.resolve()
  const reject = async (rows: readonly FinalRow[]): Promise<void> => {
    await stored
    rejected.push(...rows)
  }
  const failures: unknown[] = []
  const siblings = createSiblings({
    state,
    registry,
    write: { reject } as StorageWriter,
    hub: createNodeEventHub(),
    clock: { nowMs: () => nowMs },
    enqueue: (entry) => enqueued.push(entry),
    withdraw: (entry) => queue.delete(entry),
    onFailure: (cause) => failures.push(cause),
  })
  return {
    registry,
    siblings,
    rejected,
    enqueued,
    queue,
    failures,
    /** The account's next nonce on the ledger. */
    executeUpTo(nonce: number): void {
      const account: Account = { ...(state.accounts.get(bytesKey(alice.id)) ?? emptyAccount), nonce }
      state.accounts.set(bytesKey(alice.id), account)
    },
    failWrites(cause: Error): void {
      stored = Promise.reject(cause)
      stored.catch(() => undefined)
    },
  }
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const ids = (entries: readonly { readonly txId: Uint8Array }[]): string[] => entries.map(({ txId }) => toHex(txId))

describe('settling a nonce', () => {
  it('ends the one that stands back where the nonce is used, and frees what it reserved at once', async () => {
    const { registry, siblings, rejected, enqueued, executeUpTo } = stage()
    const [first, second] = [entryOf(0, 500n), entryOf(0, 0n, { held: true })]
    registry.add(first)
    registry.add(second)
    executeUpTo(1)
    registry.remove(first)
    siblings.settle(alice.id, 0)
    expect(registry.of(alice.id)).toMatchObject({ reservedMicroRuv: 0n })
    // Until its end is on disk it is still known, so that the same bytes are not taken for new ones.
    expect(registry.get(second.transaction.txId)).toBe(second)
    await settled()
    expect(registry.size).toBe(0)
    expect(ids(rejected)).toEqual(ids([second.transaction]))
    expect(rejected[0]).toMatchObject({ outcome: 'rejected', code: 'SIBLING_WON', feeMicroRuv: 0n, commitIndex: null })
    expect(enqueued).toEqual([])
  })

  it('lets the one that stands back go on where the nonce is free again, and only then', async () => {
    const { registry, siblings, rejected, enqueued } = stage()
    const [first, second] = [entryOf(0, 500n), entryOf(0, 900n, { held: true })]
    registry.add(first)
    registry.add(second)
    siblings.settle(alice.id, 0)
    expect(enqueued).toEqual([])
    registry.remove(first)
    siblings.settle(alice.id, 0)
    siblings.settle(alice.id, 0)
    expect(enqueued).toEqual([second])
    expect(second.held).toBe(false)
    expect(registry.of(alice.id).reservedMicroRuv).toBe(reserveMicroRuv(second.transaction))
    await settled()
    expect(rejected).toEqual([])
  })

  it('waits for an admission that is being recorded, which asks again when it is', async () => {
    const { registry, siblings, rejected, enqueued, executeUpTo } = stage()
    const [first, second] = [entryOf(0, 500n), entryOf(0, 0n, { held: true, admissionSeq: 0 })]
    registry.add(first)
    registry.add(second)
    executeUpTo(1)
    registry.remove(first)
    siblings.settle(alice.id, 0)
    await settled()
    expect([rejected, enqueued]).toEqual([[], []])
    second.admissionSeq = 77
    siblings.settle(alice.id, 0)
    await settled()
    expect(rejected[0]).toMatchObject({ code: 'SIBLING_WON', admission: { seq: 77 } })
  })

  it('takes back the one ahead for one that overtakes it, and lets that one go on once the end is on disk', async () => {
    const { registry, siblings, rejected, enqueued, queue } = stage()
    const [first, second] = [entryOf(0, 500n), entryOf(0, 900n, { held: true, overtakes: true })]
    registry.add(first)
    registry.add(second)
    queue.add(first)
    siblings.settle(alice.id, 0)
    // Neither has the other's place yet: both are known, and the nonce is taken by the first.
    expect([queue.size, enqueued, registry.at(alice.id, 0)]).toEqual([0, [], [first, second]])
    siblings.settle(alice.id, 0)
    expect(enqueued).toEqual([])
    await settled()
    expect(ids(rejected)).toEqual(ids([first.transaction]))
    expect(rejected[0]).toMatchObject({ code: 'SIBLING_WON', feeMicroRuv: 0n, vertexHash: null, commitIndex: null })
    expect([enqueued, second.held, registry.at(alice.id, 0)]).toEqual([[second], false, [second]])
    expect(registry.of(alice.id).reservedMicroRuv).toBe(reserveMicroRuv(second.transaction))
    siblings.settle(alice.id, 0)
    await settled()
    expect([rejected.length, enqueued.length]).toEqual([1, 1])
  })

  it.each([
    ['a vertex may carry the first', false, { overtakes: true }, {}],
    ['it does not overtake', true, {}, {}],
    ['the first is still being recorded', true, { overtakes: true }, { admissionSeq: 0 }],
    ['it is itself still being recorded', true, { overtakes: true, admissionSeq: 0 }, {}],
  ])('takes nothing back where %s', async (_, isWaiting, change, changeOfFirst) => {
    const { registry, siblings, rejected, enqueued, queue } = stage()
    const [first, second] = [entryOf(0, 500n, changeOfFirst), entryOf(0, 0n, { held: true, ...change })]
    registry.add(first)
    registry.add(second)
    if (isWaiting) queue.add(first)
    siblings.settle(alice.id, 0)
    await settled()
    expect([rejected, enqueued, queue.has(first)]).toEqual([[], [], isWaiting])
    expect(registry.at(alice.id, 0)).toEqual([first, second])
  })

  it('lets nothing go on where the end of the one that gave way could not be recorded', async () => {
    const { registry, siblings, failures, enqueued, queue, failWrites } = stage()
    const [first, second] = [entryOf(0, 500n), entryOf(0, 0n, { held: true, overtakes: true })]
    registry.add(first)
    registry.add(second)
    queue.add(first)
    const cause = new Error('disk')
    failWrites(cause)
    siblings.settle(alice.id, 0)
    await settled()
    expect([failures, enqueued]).toEqual([[cause], []])
    expect(registry.at(alice.id, 0)).toEqual([first, second])
  })

  it('tells of an end that could not be recorded, and does not forget the transaction', async () => {
    const { registry, siblings, failures, executeUpTo, failWrites } = stage()
    const second = entryOf(0, 0n, { held: true })
    registry.add(second)
    executeUpTo(1)
    const cause = new Error('disk')
    failWrites(cause)
    siblings.settle(alice.id, 0)
    await settled()
    expect(failures).toEqual([cause])
    expect(registry.get(second.transaction.txId)).toBe(second)
  })
})

describe('what an account has in flight', () => {
  it('adds up to the larger of those that compete, whatever comes and goes (property)', () => {
    const action = fc.record({
      kind: fc.constantFrom('add', 'hold', 'release', 'execute', 'remove'),
      nonce: fc.nat(3),
      amount: fc.bigInt({ min: 0n, max: 5_000n }),
      pick: fc.nat(20),
    })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const registry = createInFlightRegistry()
        const known: InFlightEntry[] = []
        for (const { kind, nonce, amount, pick } of actions) {
          const picked = known[pick % Math.max(1, known.length)]
          if (kind === 'add' || kind === 'hold') {
            const entry = entryOf(nonce, amount, { held: kind === 'hold' })
            known.push(entry)
            registry.add(entry)
          } else if (picked !== undefined) {
            if (kind === 'release' && !picked.executed) registry.release(picked)
            if (kind === 'execute') registry.markExecuted(picked)
            if (kind === 'remove') {
              registry.remove(picked)
              known.splice(known.indexOf(picked), 1)
            }
          }
          const counted = known.filter(({ executed }) => !executed)
          const nonces = [...new Set(counted.map(({ transaction }) => transaction.nonce))].sort()
          let expected = 0n
          for (const at of nonces) {
            const here = counted.filter(({ transaction }) => transaction.nonce === at)
            const inOrder = here.filter(({ held }) => !held).map(({ transaction }) => reserveMicroRuv(transaction))
            const back = here.filter(({ held }) => held).map(({ transaction }) => reserveMicroRuv(transaction))
            const sum = inOrder.reduce((total, reserve) => total + reserve, 0n)
            const largest = [sum, ...back].sort((a, b) => (a < b ? 1 : -1))[0] as bigint
            expect(registry.reserveAt(alice.id, at)).toBe(largest)
            expect(registry.at(alice.id, at)).toEqual(here)
            expected += largest
          }
          expect(registry.of(alice.id).reservedMicroRuv).toBe(expected)
          expect([...registry.of(alice.id).nonces].sort()).toEqual(nonces)
          expect(registry.size).toBe(known.length)
        }
      }),
      { seed: 20_261_122, numRuns: 300 },
    )
  })
})
