import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes, toHex } from '../core/bytes.ts'
import { seededRng } from '../core/rng.ts'
import { type AccountId, genesisState, type Operation, partiesOf } from '../ledger/index.ts'
import { faucet, noop, rulesOf, testAccount, testGenesis, transfer, unsigned } from '../ledger/test-support.ts'
import type { HistoryQuery, HistoryRow, StorageReader } from '../storage/index.ts'
import { createChain } from './chain.ts'
import { formatCursor, parseCursor } from './history-cursor.ts'
import { createHistoryList, type HistoryListQuery } from './history-list.ts'
import type { Names } from './history-search.ts'
import { createInFlightRegistry, type InFlightEntry } from './in-flight.ts'
import { serviceLimits } from './limits.ts'
import { codeOf } from './test-support.ts'
import type { TransactionViews } from './transaction-views.ts'
import type { TransactionView } from './types.ts'

const [alice, bob, carol] = [testAccount(1), testAccount(2), testAccount(3)]
const genesis = testGenesis([[alice, 1_000_000_000n]])
const chain = createChain(genesis)
const rules = rulesOf(genesis)
const startMs = 1_750_000_000_000
const noCommit = Number.MAX_SAFE_INTEGER

/** A node that is nothing but its list: transactions are admitted, committed and rejected as the test says. */
function world(names: Partial<Names> = {}, vertexBytes = 5_000) {
  const state = genesisState(genesis)
  const registry = createInFlightRegistry()
  const committed: HistoryRow[] = []
  const rejected: HistoryRow[] = []
  const operationsOf = new Map<string, readonly Operation[]>()
  let [nowMs, nonce, admissionSeq, reads, decoded] = [startMs, 0, 0, 0, 0]
  /** Run while a read is under way, after it has seen what was there. */
  let meanwhile: () => void = () => undefined

  const rowOf = (
    entry: InFlightEntry,
    place: Pick<HistoryRow, 'commitIndex' | 'position' | 'cursor'>,
    code: string | null,
  ): HistoryRow => {
    const { txId, account, nonce: used, bytes, operations } = entry.transaction
    operationsOf.set(toHex(txId), operations)
    const { createdAtMs, signedAtMs, broadcastAtMs, admittedAtMs } = entry
    return {
      txId,
      account,
      nonce: used,
      outcome: place.commitIndex === null ? 'rejected' : code === null ? 'ok' : 'failed',
      code,
      feeMicroRuv: 1n,
      sizeBytes: bytes.length,
      vertexHash: txId,
      indexInVertex: 0,
      atMs: nowMs,
      parties: code === null ? entry.parties : [account],
      admission: { seq: entry.admissionSeq, validUntilMs: 0, createdAtMs, signedAtMs, broadcastAtMs, admittedAtMs },
      ...place,
    }
  }
  const waiting = (): InFlightEntry[] => [...registry.all()]
  const viewOf = (txId: Uint8Array, over: Partial<TransactionView>): TransactionView => ({
    txId: toHex(txId),
    state: 'Validating',
    account: '',
    nonce: 0,
    feeMicroRuv: 0n,
    states: [],
    operations: [],
    sizeBytes: 0,
    validUntilMs: 0,
    ...over,
  })
  const views: TransactionViews = {
    show: () => Promise.reject(new Error('not asked for')),
    ofEntry: ({ transaction }) => viewOf(transaction.txId, { state: 'Validating' }),
    ofFinal: async ({ txId, outcome }) => viewOf(txId, { state: outcome === 'rejected' ? 'Rejected' : 'Finalized' }),
    get vertexBytesRead() {
      return decoded * vertexBytes
    },
    async transactionOf({ txId, account }) {
      decoded += 1
      const operations = operationsOf.get(toHex(txId)) ?? []
      return unsigned(rules, [alice, bob, carol].find(({ id }) => equalBytes(id, account)) ?? alice, 0, operations)
    },
  }
  const history = async ({ account, before, limit }: HistoryQuery): Promise<HistoryRow[]> => {
    reads += 1
    const all = [...rejected.toReversed(), ...committed.toReversed()]
    const isBelow = ({ cursor }: HistoryRow): boolean =>
      before === undefined ||
      cursor.commitIndex < before.commitIndex ||
      (cursor.commitIndex === before.commitIndex && cursor.position < before.position)
    const isOf = ({ parties }: HistoryRow): boolean =>
      account === undefined || parties.some((party) => equalBytes(party, account))
    const page = all.filter((row) => isBelow(row) && isOf(row)).slice(0, limit)
    meanwhile()
    return page
  }
  const list = createHistoryList({
    chain,
    state,
    registry,
    views,
    read: { history } as StorageReader,
    clock: { nowMs: () => nowMs },
    accounts: { resolve: async (text) => chain.parse(text) },
    names: { accounts: async () => names.accounts ?? [], labels: async () => names.labels ?? [] },
  })

  return {
    list,
    waiting,
    admit(from = alice, operations: readonly Operation[] = [transfer(bob, 5n)]): string {
      nonce += 1
      admissionSeq += 1
      nowMs += 1
      const transaction = unsigned(rules, from, nonce, operations)
      registry.add({
        transaction,
        verifiedUnder: from.publicKey,
        createdAtMs: null,
        signedAtMs: null,
        broadcastAtMs: null,
        admittedAtMs: nowMs,
        admissionSeq,
        durable: Promise.resolve(),
        parties: partiesOf(from.id, operations),
        steps: [],
        executed: false,
        held: false,
        overtakes: false,
      })
      return toHex(transaction.txId)
    },
    /** Ends these in the next commit; without any, a commit of nobody's. */
    commit(entries: readonly InFlightEntry[], code: string | null = null): void {
      state.commitIndex += 1
      nowMs += 1
      for (const [position, entry] of entries.entries()) {
        const cursor = { commitIndex: state.commitIndex, position }
        committed.push(rowOf(entry, { ...cursor, cursor }, code))
        registry.remove(entry)
      }
    },
    reject(entry: InFlightEntry): void {
      nowMs += 1
      const cursor = { commitIndex: noCommit, position: rejected.length + 1 }
      rejected.push(rowOf(entry, { commitIndex: null, position: null, cursor }, 'SIBLING_WON'))
      registry.remove(entry)
      nowMs += 1
    },
    during(events: () => void): void {
      meanwhile = events
    },
    get known(): string[] {
      return [
        ...waiting().map(({ transaction }) => toHex(transaction.txId)),
        ...committed.concat(rejected).map(({ txId }) => toHex(txId)),
      ]
    },
    get nowMs() {
      return nowMs
    },
    passMs(ms: number): void {
      nowMs += ms
    },
    get work() {
      return { reads, decoded }
    },
  }
}
type World = ReturnType<typeof world>

const addressOf = ({ id }: { readonly id: AccountId }): string => chain.format(id)

async function all({ list }: World, query: HistoryListQuery, between: () => void = () => undefined): Promise<string[]> {
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await list({ ...query, cursor })
    seen.push(...page.items.map(({ txId }) => txId))
    cursor = page.cursor ?? undefined
    between()
  } while (cursor !== undefined)
  return seen
}

describe('the pages of a list', () => {
  it('are what there was when it began, each once, whatever happens meanwhile (property)', async () => {
    const anyEvent = fc.constantFrom('admit', 'admit', 'commit', 'commit two', 'reject', 'empty commit')
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { maxLength: 30 }),
        fc.array(anyEvent, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.nat(1_000),
        async (before, later, limit, isFiltered, seed) => {
          const node = world()
          const rng = seededRng(seed)
          const happen = (event: string | undefined): void => {
            const waiting = node.waiting()
            const pick = (): InFlightEntry[] =>
              waiting.splice((rng.bytes(1)[0] as number) % Math.max(1, waiting.length), 1)
            if (event === 'admit') node.admit()
            if (event === 'commit') node.commit(pick())
            if (event === 'commit two') node.commit([...pick(), ...pick()])
            if (event === 'empty commit') node.commit([])
            if (event === 'reject') for (const entry of pick()) node.reject(entry)
          }
          for (const event of before) happen(event)
          const expected = node.known.sort()
          const events = [...later]
          node.during(() => happen(events.shift()))
          // A search that everything passes takes the way of the filters.
          const query = isFiltered ? { limit, sinceMs: 0 } : { limit }
          const seen = await all(node, query, () => {
            happen(events.shift())
            happen(events.shift())
          })
          expect(seen.toSorted()).toEqual(expected)
        },
      ),
      { seed: 20_261_122, numRuns: 500 },
    )
  })

  it('have what is in flight above what has ended, each newest first', async () => {
    const node = world()
    const [a, b, c, d] = [node.admit(), node.admit(), node.admit(), node.admit()]
    const [first, second] = node.waiting()
    node.commit([second as InFlightEntry])
    node.commit([first as InFlightEntry])
    expect(await all(node, { limit: 3 })).toEqual([d, c, a, b])
  })

  it('end where too much has happened to find what was in flight, and say so', async () => {
    const node = world()
    for (let i = 0; i < 3; i++) node.admit()
    const { cursor } = await node.list({ limit: 1 })
    for (let i = 0; i <= serviceLimits.maxScannedRows; i++) {
      node.admit()
      node.commit(node.waiting().slice(-1))
    }
    expect(await codeOf(node.list({ limit: 1, cursor: cursor ?? '' }))).toBe('CURSOR_INVALID')
    expect((await node.list({ limit: 1 })).items).toHaveLength(1)
  })

  it('come with a cursor of ours or not at all', async () => {
    const { list } = world()
    const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const cursor of [
      '?',
      text([1]),
      text([1, -2]),
      text([1, 2, 3, 4, 5]),
      text([0.5, 1]),
      text({ 0: 1, 1: 2 }),
      text('12'),
    ]) {
      expect(await codeOf(list({ cursor }))).toBe('CURSOR_INVALID')
    }
  })

  it('go on from every place that a cursor can name (property)', () => {
    const count = fc.maxSafeNat()
    const moment = fc.record({ commitIndex: count, atMs: count })
    const before = fc.record({ commitIndex: count, position: count })
    const place = fc.oneof(
      fc.record({ at: fc.constant('in-flight' as const), began: moment, shownFrom: count }),
      fc.record({ at: fc.constant('history' as const), before, began: fc.option(moment) }),
    )
    fc.assert(
      fc.property(place, (one) => {
        expect(parseCursor(formatCursor(one))).toEqual(one)
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})

describe('a list of some', () => {
  /** Three of each kind, ended, and one of each in flight. */
  const busy = (names: Partial<Names> = {}) => {
    const node = world(names)
    const made: Record<string, string[]> = { sent: [], received: [], faucet: [], nothing: [], others: [] }
    const kinds: [string, Parameters<World['admit']>][] = [
      ['sent', [alice, [transfer(bob, 5n, 'Miete für März')]]],
      ['received', [bob, [transfer(carol, 1n), transfer(alice, 2n)]]],
      ['faucet', [alice, [faucet(9n)]]],
      ['nothing', [alice, [noop]]],
      ['others', [carol, [transfer(bob, 3n, 'ÀB')]]],
    ]
    for (let round = 0; round < 4; round++) {
      for (const [kind, [from, operations]] of kinds) made[kind]?.unshift(node.admit(from, operations))
      if (round < 3) node.commit(node.waiting())
    }
    return { node, made }
  }
  const sorted = (...lists: (readonly string[] | undefined)[]): string[] => lists.flatMap((list) => list ?? []).sort()

  it('tells sent from received and faucet, as the account sees it', async () => {
    const { node, made } = busy()
    const seen = async (direction: 'sent' | 'received' | 'faucet', account = addressOf(alice)) =>
      (await all(node, { account, direction, limit: 2 })).sort()
    expect(await seen('sent')).toEqual(sorted(made.sent, made.nothing))
    expect(await seen('received')).toEqual(sorted(made.received))
    expect(await seen('faucet')).toEqual(sorted(made.faucet))
    expect(await seen('received', addressOf(bob))).toEqual(sorted(made.sent, made.others))
    expect(await seen('faucet', addressOf(bob))).toEqual([])
  })

  it('sees from all of the owner’s accounts where none is named; what passes between them is both', async () => {
    const { node, made } = busy({
      accounts: [
        { address: addressOf(alice), label: 'main' },
        { address: addressOf(bob), label: null },
      ],
    })
    const seen = async (direction: 'sent' | 'received') => (await all(node, { direction })).sort()
    expect(await seen('sent')).toEqual(sorted(made.sent, made.nothing, made.received))
    expect(await seen('received')).toEqual(sorted(made.sent, made.received, made.others))
    expect((await all(node, {})).sort()).toEqual(sorted(...Object.values(made)))
    const { node: strange } = busy()
    expect(await all(strange, { direction: 'sent' })).toEqual([])
  })

  it('does not call received what failed on its way', async () => {
    const node = world()
    const failed = node.admit(bob, [transfer(alice, 5n)])
    expect(await all(node, { account: addressOf(alice), direction: 'received' })).toEqual([failed])
    node.commit(node.waiting(), 'INSUFFICIENT_BALANCE')
    expect(await all(node, { direction: 'received', account: addressOf(alice) })).toEqual([])
    expect(await all(node, { direction: 'sent', account: addressOf(bob) })).toEqual([failed])
  })

  it('finds a text in memos, addresses, ids, labels, names and notes; case and way of writing do not count', async () => {
    const { node, made } = busy({
      accounts: [{ address: addressOf(carol), label: 'Savings' }],
      labels: [
        { type: 'address', ref: addressOf(bob), label: 'Bob’s bakery' },
        { type: 'tx', ref: '', label: 'nowhere' },
      ],
    })
    const found = async (search: string) => (await all(node, { search, limit: 3 })).sort()
    expect(await found('MIETE FÜR')).toEqual(sorted(made.sent))
    expect(await found('fu\u0308r')).toEqual(sorted(made.sent))
    expect(await found('a\u0300b')).toEqual(sorted(made.others))
    expect(await found('savings')).toEqual(sorted(made.received, made.others))
    expect(await found('BAKERY')).toEqual(sorted(made.sent, made.received, made.others))
    expect(await found(addressOf(carol).slice(10, 40).toUpperCase())).toEqual(sorted(made.received, made.others))
    const [one = ''] = made.faucet as string[]
    expect(await found(one.slice(4, 24).toUpperCase())).toEqual([one])
    expect(await found('no such thing')).toEqual([])
    const noted = busy({ labels: [{ type: 'tx', ref: one, label: 'a gift' }] })
    expect(await all(noted.node, { search: 'Gift' })).toEqual([one])
  })

  it('finds the recipient of a payment that failed, whom its row does not name', async () => {
    const node = world({ labels: [{ type: 'address', ref: addressOf(bob), label: 'landlord' }] })
    const failed = node.admit(alice, [transfer(bob, 5n)])
    node.commit(node.waiting(), 'INSUFFICIENT_BALANCE')
    node.commit(node.waiting())
    expect(await all(node, { search: 'landlord' })).toEqual([failed])
  })

  it('takes all conditions together', async () => {
    const { node, made } = busy()
    const [newest = '', ...ended] = made.sent as string[]
    const query = { account: addressOf(alice), direction: 'sent', search: 'miete' } as const
    expect(await all(node, query)).toEqual([newest, ...ended])
    expect(await all(node, { ...query, state: 'Finalized' })).toEqual(ended)
    expect(await all(node, { ...query, state: 'Validating' })).toEqual([newest])
  })

  it('knows when a transaction came: from the one moment on, before the other', async () => {
    const node = world()
    const times: number[] = []
    const made: string[] = []
    for (let i = 0; i < 6; i++) {
      made.unshift(node.admit())
      times.unshift(node.nowMs)
      if (i < 4) node.commit(node.waiting())
    }
    const [t0 = 0, t1 = 0, , , t4 = 0] = times
    expect(await all(node, { sinceMs: t1 })).toEqual(made.slice(0, 2))
    expect(await all(node, { untilMs: t1 })).toEqual(made.slice(2))
    expect(await all(node, { sinceMs: t4, untilMs: t0 })).toEqual(made.slice(1, 5))
    expect(await all(node, { sinceMs: t0 + 1 })).toEqual([])
  })

  it('stops looking once all that follows is older by a day than what is asked for', async () => {
    const node = world()
    for (let i = 0; i < 1_200; i++) {
      node.admit()
      node.commit(node.waiting())
      if (i === 999) node.passMs(2 * serviceLimits.clockSlackMs)
    }
    const sinceMs = node.nowMs - serviceLimits.clockSlackMs / 2
    expect((await node.list({ sinceMs, limit: 200 })).items).toHaveLength(200)
    const readsBefore = node.work.reads
    expect(await all(node, { sinceMs: sinceMs + serviceLimits.clockSlackMs })).toEqual([])
    expect(node.work.reads - readsBefore).toBeLessThanOrEqual(2)
  })

  it('looks at so many a call, and goes on from there', async () => {
    const node = world()
    const wanted = node.admit(alice, [transfer(bob, 1n, 'needle')])
    node.commit(node.waiting())
    for (let i = 0; i < serviceLimits.maxScannedRows + 100; i++) {
      node.admit()
      node.commit(node.waiting())
    }
    const first = await node.list({ search: 'needle' })
    expect(first.items).toEqual([])
    expect(first.cursor).not.toBeNull()
    expect(node.work.decoded).toBe(serviceLimits.maxScannedRows)
    const second = await node.list({ search: 'needle', cursor: first.cursor ?? '' })
    expect(second.items.map(({ txId }) => txId)).toEqual([wanted])
    expect(second.cursor).toBeNull()
  })

  it('reads no more of large vertices than it may a call, and misses nothing for it', async () => {
    const node = world({}, 2_000_000)
    const made: string[] = []
    for (let i = 0; i < 100; i++) {
      made.unshift(node.admit(alice, [transfer(bob, 1n, i % 9 === 0 ? 'needle' : 'hay')]))
      node.commit(node.waiting())
    }
    const { cursor, items } = await node.list({ search: 'needle' })
    expect([cursor === null, items.length < 12]).toEqual([false, true])
    expect(node.work.decoded).toBeLessThanOrEqual(16 + serviceLimits.maxScannedVertexBytes / 2_000_000)
    expect(await all(node, { search: 'needle' })).toEqual(made.filter((_, index) => (99 - index) % 9 === 0))
    expect(await all(node, { direction: 'sent', account: addressOf(alice), limit: 7 })).toEqual(made)
  })

  it('reads no vertex for what the rows alone decide', async () => {
    const { node } = busy()
    await all(node, { account: addressOf(alice), direction: 'received' })
    await all(node, { search: addressOf(bob), account: addressOf(bob) })
    await all(node, { state: 'Rejected' })
    expect(node.work.decoded).toBe(0)
  })
})
