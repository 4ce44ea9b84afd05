import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  Account,
  AccountNonces,
  LabelEntry,
  NodeEventMessage,
  Transaction,
} from '../../../../node/api/contract/index.ts'
import { transactionState } from '../../../../node/api/contract/index.ts'
import { walletLimits as limits } from '../limits.ts'
import { everything } from '../model/history-filter.ts'
import { testAccount, testAddress, testId, testTime, testTransfer } from '../test-support.ts'
import { initialState, type WalletState } from './wallet-state.ts'
import { createWalletSync, type WalletApi } from './wallet-sync.ts'

const [mine, other] = [testAddress(1), testAddress(2)]

/** A node in memory, a state, and a clock that the test moves. */
function setUp() {
  const node = {
    chainId: 'c1',
    accounts: [testAccount(mine)] as Account[],
    labels: [] as LabelEntry[],
    /** Newest first. */
    transactions: [] as Transaction[],
    calls: { list: 0, show: 0, accounts: 0, nonces: 0 },
    nonces: { next: 0, taken: [], missing: [] } as AccountNonces,
    fails: false,
  }
  const check = () => {
    if (node.fails) throw new Error('CONNECTION_LOST')
  }
  const api: WalletApi = {
    node: {
      info: async () => {
        check()
        return { chainId: node.chainId }
      },
    },
    accounts: {
      list: async () => {
        check()
        node.calls.accounts += 1
        return node.accounts
      },
    },
    labels: { list: async () => ({ items: node.labels }) },
    transactions: {
      list: async ({ cursor, limit = 200 }) => {
        check()
        node.calls.list += 1
        const at = cursor === undefined ? 0 : node.transactions.findIndex(({ txId }) => txId === cursor) + 1
        const items = node.transactions.slice(at, at + limit)
        return { items, cursor: at + limit >= node.transactions.length ? null : (items.at(-1)?.txId ?? null) }
      },
      show: async ({ txId }) => {
        check()
        node.calls.show += 1
        const found = node.transactions.find((transaction) => transaction.txId === txId)
        if (found === undefined) throw new Error('TRANSACTION_UNKNOWN')
        return found
      },
      nonces: async () => {
        node.calls.nonces += 1
        return node.nonces
      },
    },
  }
  let state: WalletState = initialState
  let writes = 0
  let nowMs = 0
  let timers: { atMs: number; run: () => void }[] = []
  const sync = createWalletSync({
    api: () => api,
    getState: () => state,
    setState: (part) => {
      writes += 1
      state = { ...state, ...part }
    },
    after: (delayMs, run) => {
      const timer = { atMs: nowMs + delayMs, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    nowMs: () => nowMs,
    failureOf: (error) => ({ code: (error as Error).message, message: '', details: {} }),
  })
  const settle = async () => {
    for (let turn = 0; turn < 60; turn += 1) await Promise.resolve()
  }
  const pass = async (ms: number) => {
    const untilMs = nowMs + ms
    for (;;) {
      await settle()
      const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      timers = timers.filter((one) => one !== next)
      nowMs = next.atMs
      next.run()
    }
    nowMs = untilMs
    await settle()
  }
  let sequence = 0
  const envelope = (subject: string) => ({
    specversion: '1.0' as const,
    id: `run.${++sequence}`,
    source: '/chains/c1',
    subject,
    time: testTime(sequence),
    datacontenttype: 'application/json' as const,
    sequence,
  })
  const moved = (transaction: Transaction): NodeEventMessage => ({
    ...envelope(transaction.txId),
    type: `transaction.${transaction.state.toLowerCase()}` as 'transaction.created',
    data: {
      txId: transaction.txId,
      state: transaction.state,
      account: transaction.account,
      nonce: transaction.nonce,
      ...(transaction.outcome === undefined ? {} : { outcome: transaction.outcome, commitIndex: transaction.nonce }),
    },
  })
  const balance = (available: string, nonce: number): NodeEventMessage => ({
    ...envelope(mine),
    type: 'account.balance.changed',
    data: {
      address: mine,
      nonce,
      balance: { available, escrowed: '0', pending: '0', staked: '0' },
      change: '0',
      commitIndex: nonce,
    },
  })
  const other_ = (type: 'account.list.changed' | 'label.changed'): NodeEventMessage =>
    type === 'label.changed'
      ? { ...envelope('*'), type, data: { ref: '*' } }
      : { ...envelope(mine), type, data: { address: mine } }
  const checkpoint = (seq: number, commitIndex: number): NodeEventMessage => ({
    ...envelope(String(seq)),
    type: 'checkpoint.created',
    data: { seq, hash: testId(seq), commitIndex },
  })
  return {
    node,
    sync,
    pass,
    settle,
    state: () => state,
    writes: () => writes,
    events: { moved, balance, other: other_, checkpoint },
  }
}

const list = (state: WalletState) => [...state.lists.values()][0]

describe('createWalletSync', () => {
  it('has accounts and the newest rows after the snapshot', async () => {
    const { node, sync, settle, state } = setUp()
    node.transactions = [3, 2, 1].map((n) => testTransfer({ n, from: mine, to: other }))
    sync.openList(everything)
    await sync.snapshot()
    await settle()
    expect(state().status).toBe('ready')
    expect(state().accounts).toHaveLength(1)
    expect(list(state())?.txIds).toEqual([testId(3), testId(2), testId(1)])
    expect([...state().paid]).toEqual([other])
  })

  it('leaves out payments between strangers that the node handed on', async () => {
    const { node, sync, settle, state } = setUp()
    node.transactions = [
      testTransfer({ n: 2, from: other, to: testAddress(3) }),
      testTransfer({ n: 1, from: other, to: mine }),
    ]
    sync.openList(everything)
    await sync.snapshot()
    await settle()
    expect(list(state())?.txIds).toEqual([testId(1)])
    expect([...state().payers]).toEqual([other])
  })

  it('ends where the node does, whatever the events between and however they are batched (property)', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(7), fc.nat(30), fc.boolean()), { maxLength: 40 }),
        fc.boolean(),
        async (steps, hasGap) => {
          const { node, sync, pass, state, events } = setUp()
          sync.openList(everything)
          await sync.snapshot()
          for (const [at, [kind, wait, isHeard]] of steps.entries()) {
            // An account's balance, or the next state of a transaction, or a new one; unheard ones are lost to a gap.
            let event: NodeEventMessage
            const open = node.transactions.find(({ state: name }) => name !== 'Finalized')
            if (kind < 2) {
              const available = String(at * 10)
              node.accounts = [testAccount(mine, { nonce: at, balance: { ...node.accounts[0]!.balance, available } })]
              event = events.balance(available, at)
            } else if (kind < 6 && open !== undefined) {
              const order = transactionState.options
              const next = testTransfer({
                n: open.nonce,
                from: mine,
                to: other,
                state: order[order.indexOf(open.state) + 1]!,
              })
              node.transactions = node.transactions.map((one) => (one.txId === next.txId ? next : one))
              event = events.moved(next)
            } else {
              const made = testTransfer({ n: at, from: mine, to: other, state: 'Created' })
              node.transactions = [made, ...node.transactions]
              event = events.moved(made)
            }
            if (isHeard || !hasGap) sync.event(event)
            await pass(wait * 10)
          }
          if (hasGap) await sync.snapshot()
          await pass(10_000)
          expect(state().accounts).toEqual(node.accounts)
          expect(list(state())?.txIds ?? []).toEqual(node.transactions.map(({ txId }) => txId))
          for (const transaction of node.transactions) {
            expect(state().transactions.get(transaction.txId)?.state).toBe(transaction.state)
          }
        },
      ),
      { numRuns: 60 },
    ))

  it('writes ten times a second and asks once, for 2,000 events a second', async () => {
    const { node, sync, pass, writes, events, state } = setUp()
    sync.openList(everything)
    await sync.snapshot()
    await pass(2_000)
    const [before, calls] = [writes(), node.calls.list]
    for (let at = 0; at < 2_000; at += 1) {
      if (at % 8 === 0)
        node.transactions = [testTransfer({ n: 10_000 + at, from: mine, to: other }), ...node.transactions]
      sync.event(events.moved(node.transactions[0]!))
      if (at % 20 === 0) await pass(10)
    }
    await pass(100)
    expect(writes() - before).toBeLessThan(300)
    expect(node.calls.list - calls).toBeLessThanOrEqual(2)
    await pass(5_000)
    expect(list(state())?.txIds.length).toBeGreaterThanOrEqual(limits.pageRows)
  })

  it('asks for everything anew where more came than is held', async () => {
    const { node, sync, pass, events, state } = setUp()
    await sync.snapshot()
    const before = node.calls.accounts
    node.accounts = [testAccount(mine, { label: 'Renamed' })]
    for (let at = 0; at < limits.maxBatchedEvents + 10; at += 1) sync.event(events.balance('1', 1))
    await pass(3_000)
    expect(node.calls.accounts).toBeGreaterThan(before)
    expect(state().accounts[0]?.label).toBe('Renamed')
  })

  it('does not go back to an earlier state that an event tells late', async () => {
    const { node, sync, pass, events, state } = setUp()
    node.transactions = [testTransfer({ n: 1, from: mine, to: other })]
    sync.openList(everything)
    await sync.snapshot()
    sync.event(events.moved(testTransfer({ n: 1, from: mine, to: other, state: 'Voting' })))
    await pass(limits.eventBatchMs)
    expect(state().transactions.get(testId(1))?.state).toBe('Finalized')
  })

  it('does not take back an end for an answer that was on its way before it', async () => {
    const { node, sync, pass, events, state } = setUp()
    const voting = testTransfer({ n: 1, from: mine, to: other, state: 'Voting' })
    node.transactions = [voting]
    sync.openList(everything)
    await sync.snapshot()
    sync.event(events.moved(testTransfer({ n: 1, from: mine, to: other })))
    await pass(limits.eventBatchMs)
    sync.took(voting)
    expect(state().transactions.get(testId(1))?.state).toBe('Finalized')
  })

  it('knows no stuck number any more after nothing is on its way', async () => {
    const { node, sync, settle, state } = setUp()
    const balance = { available: '0', escrowed: '0', pending: '5', staked: '0' }
    node.accounts = [testAccount(mine, { balance })]
    node.nonces = { next: 1, taken: [{ nonce: 2, txId: testId(2), parked: true }], missing: [1] }
    await sync.snapshot()
    await settle()
    expect(state().nonces.get(mine)?.missing).toEqual([1])
    node.accounts = [testAccount(mine)]
    await sync.snapshot()
    expect(state().nonces.size).toBe(0)
  })

  it('marks as provable just what the checkpoint covers', async () => {
    const { node, sync, pass, events, state } = setUp()
    node.transactions = [2, 1].map((n) => testTransfer({ n, from: mine, to: other, commitIndex: n * 10 }))
    sync.openList(everything)
    await sync.snapshot()
    sync.event(events.checkpoint(5, 15))
    await pass(limits.eventBatchMs)
    expect(state().transactions.get(testId(1))?.checkpoint).toEqual({ seq: 5, hash: testId(5) })
    expect(state().transactions.get(testId(2))?.checkpoint).toBeUndefined()
  })

  it('keeps a few thousand transactions whole, and brings back those that are looked at', async () => {
    const { node, sync, pass, settle, state } = setUp()
    const many = limits.maxKeptTransactions + 1_000
    node.transactions = Array.from({ length: many }, (_, n) => testTransfer({ n: many - n, from: mine, to: other }))
    const key = sync.openList(everything)
    await sync.snapshot()
    while (list(state())?.cursor !== null) await sync.loadMore(key)
    expect(list(state())?.txIds).toHaveLength(many)
    expect(state().transactions.size).toBe(limits.maxKeptTransactions)
    const newest = list(state())?.txIds.slice(0, 20) ?? []
    expect(newest.some((txId) => state().transactions.has(txId))).toBe(false)
    sync.ensure(newest)
    await settle()
    await pass(10)
    expect(newest.every((txId) => state().transactions.has(txId))).toBe(true)
    expect(state().transactions.size).toBe(limits.maxKeptTransactions)
  })

  it('starts a list anew where the newest page has nothing in common with it', async () => {
    const { node, sync, pass, events, state } = setUp()
    node.transactions = [2, 1].map((n) => testTransfer({ n, from: mine, to: other }))
    sync.openList(everything)
    await sync.snapshot()
    const fresh = Array.from({ length: 300 }, (_, n) => testTransfer({ n: 1_000 - n, from: mine, to: other }))
    node.transactions = [...fresh, ...node.transactions]
    sync.event(events.moved(fresh[0]!))
    await pass(3_000)
    expect(list(state())?.txIds).toEqual(fresh.slice(0, limits.pageRows).map(({ txId }) => txId))
    await sync.loadMore([...state().lists.keys()][0]!)
    expect(list(state())?.txIds).toHaveLength(302)
  })

  it('asks for accounts and labels when they changed', async () => {
    const { node, sync, pass, events, state } = setUp()
    await sync.snapshot()
    node.labels = [{ type: 'address', ref: other, label: 'Studio' }]
    node.accounts = [testAccount(mine), testAccount(other, { kind: 'watched', label: 'Savings' })]
    sync.event(events.other('label.changed'))
    sync.event(events.other('account.list.changed'))
    await pass(3_000)
    expect(state().labels).toEqual(node.labels)
    expect(state().accounts).toHaveLength(2)
  })

  it('forgets what is of another chain', async () => {
    const { node, sync, settle, state } = setUp()
    node.transactions = [testTransfer({ n: 1, from: mine, to: other })]
    sync.openList(everything)
    await sync.snapshot()
    node.chainId = 'c2'
    node.accounts = []
    node.transactions = []
    await sync.snapshot()
    await settle()
    expect(state()).toMatchObject({ chainId: 'c2', accounts: [] })
    expect(state().transactions.size + state().paid.size + (list(state())?.txIds.length ?? 0)).toBe(0)
  })

  it('says why there is nothing to show, and keeps what it has when a later snapshot fails', async () => {
    const { node, sync, state } = setUp()
    node.fails = true
    await expect(sync.snapshot()).rejects.toThrow()
    expect(state()).toMatchObject({ status: 'failed', failure: { code: 'CONNECTION_LOST' } })
    node.fails = false
    await sync.snapshot()
    node.fails = true
    await expect(sync.snapshot()).rejects.toThrow()
    expect(state()).toMatchObject({ status: 'ready', accounts: [{ address: mine }] })
  })
})
