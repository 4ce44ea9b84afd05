import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { compareBytes } from '../core/bytes.ts'
import { sha256 } from '../crypto/hash.ts'
import { applyDelta, createStateLoader, entriesBesideTree, genesisState, type LedgerState, stateRoot } from './state.ts'
import {
  checkChunk,
  chunkOf,
  type PaidPart,
  paidPartIds,
  planSnapshot,
  type SnapshotPlan,
  type StateChunk,
  type StateRow,
} from './state-snapshot.ts'
import { type Frontier, frontierRoot } from './state-tree.ts'
import { minuteMs, startTimeMs, testAccount, testGenesis } from './test-support.ts'

const chunkBytes = 2_000

function idAt(number: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, number)
  return sha256(bytes)
}

/** A state with accounts, and ids that paid in several minutes: `ids` of them in the first, a few in the others. */
function stateWith(accounts: number, ids: number): LedgerState {
  const allocations = Array.from(
    { length: accounts },
    (_, index) => [testAccount(index + 1), BigInt(index + 1)] as const,
  )
  const state = genesisState(testGenesis(allocations))
  const paid = Array.from({ length: ids }, (_, index) => ({ txId: idAt(index), validUntilMs: startTimeMs + minuteMs }))
  for (let minute = 2; minute < 6 && ids > 0; minute++) {
    paid.push({ txId: idAt(1_000_000 + minute), validUntilMs: startTimeMs + minute * minuteMs })
  }
  const { totals, history, epoch } = state
  const unchanged = { totals, history, epoch, accounts: new Map(), stakes: new Map() }
  applyDelta(state, { ...unchanged, commitIndex: 1, commitTimeMs: startTimeMs + 1, paid })
  return state
}

function planOf(state: LedgerState): { plan: SnapshotPlan; snapshot: ReturnType<LedgerState['tree']['snapshot']> } {
  const snapshot = state.tree.snapshot()
  const planning = planSnapshot(snapshot, chunkBytes)
  let step = planning.next()
  while (step.done !== true) step = planning.next()
  return { plan: step.value, snapshot }
}

/** Everything, chunk by chunk and part by part, as a joiner takes it. */
function carried(state: LedgerState, plan: SnapshotPlan, snapshot: ReturnType<typeof planOf>['snapshot']): LedgerState {
  const rows: StateRow[] = entriesBesideTree(state, state.history)
  for (const node of plan.frontier) {
    const check = checkChunk(node)
    let said: ReturnType<typeof check.take> = 'wrong'
    let part: number | null = null
    do {
      said = check.take(chunkOf(snapshot, node.prefix, part, plan.tips) as StateChunk)
      part = typeof said === 'number' ? said : null
    } while (part !== null)
    expect(said).toBe('done')
    rows.push(...check.rows)
  }
  const loader = createStateLoader()
  for (const { key, value } of rows.sort((a, b) => compareBytes(a.key, b.key)))
    expect(loader.add(key, value)).toBeUndefined()
  return loader.finish() as LedgerState
}

describe('a snapshot of the state', () => {
  it('is cut into pieces that fold to the root, and together are the state', () => {
    for (const [accounts, ids] of [
      [1, 0],
      [3, 5],
      [60, 2_500],
    ] as const) {
      const state = stateWith(accounts, ids)
      const { plan, snapshot } = planOf(state)
      expect(frontierRoot(plan.frontier)).toEqual(stateRoot(state))
      const loaded = carried(state, plan, snapshot)
      expect(stateRoot(loaded)).toEqual(stateRoot(state))
      expect(loaded.accounts).toEqual(state.accounts)
      expect(loaded.paid).toEqual(state.paid)
      expect(loaded.epoch).toEqual(state.epoch)
      expect(loaded.totals).toEqual(state.totals)
    }
  })

  it('stays as it was while the ledger goes on, ids of a minute that grows included', () => {
    const state = stateWith(20, 40)
    const before = stateWith(20, 40)
    const { plan, snapshot } = planOf(state)
    const { totals, history, epoch } = state
    const account = {
      id: testAccount(1).id,
      account: { nonce: 9, balanceMicroRuv: 1n, key: null, faucet: null, parked: [] },
    }
    applyDelta(state, {
      ...{ totals, history, epoch, stakes: new Map(), commitIndex: 2, commitTimeMs: startTimeMs + 2 },
      accounts: new Map([[[...state.accounts.keys()][0] as string, account]]),
      paid: [{ txId: idAt(5_000), validUntilMs: startTimeMs + minuteMs }],
    })
    expect(stateRoot(carried(before, plan, snapshot))).toEqual(stateRoot(before))
    expect(stateRoot(state)).not.toEqual(stateRoot(before))
  })

  it('has no piece above the bound, but for single entries', () => {
    const { plan, snapshot } = planOf(stateWith(200, 0))
    expect(plan.frontier.length).toBeGreaterThan(5)
    for (const { prefix } of plan.frontier) {
      const { rows } = chunkOf(snapshot, prefix, null, plan.tips) as StateChunk
      const bytes = rows.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
      expect(bytes <= chunkBytes || rows.length === 1).toBe(true)
    }
  })

  it('has nothing where the tree has no node', () => {
    const { plan, snapshot } = planOf(stateWith(3, 0))
    expect(chunkOf(snapshot, '0'.repeat(200), null, plan.tips)).toBeNull()
    expect(chunkOf(snapshot, '', 0, plan.tips)).toBeNull()
  })
})

describe('a piece that was changed', () => {
  const state = stateWith(30, 100)
  const { plan, snapshot } = planOf(state)
  const honest = (node: Frontier[number]): StateChunk => chunkOf(snapshot, node.prefix, null, plan.tips) as StateChunk

  it('is refused, whatever of it was changed (property)', () => {
    const anyChange = fc.record({
      node: fc.nat(plan.frontier.length - 1),
      what: fc.constantFrom('key', 'value', 'leave out', 'twice', 'another', 'id', 'minute', 'start', 'part'),
      at: fc.nat(),
      bit: fc.nat(7),
    })
    let changed = 0
    fc.assert(
      fc.property(anyChange, ({ node: number, what, at, bit }) => {
        const node = plan.frontier[number] as Frontier[number]
        const { rows, paid } = honest(node)
        const flip = (bytes: Uint8Array): Uint8Array => {
          const copy = bytes.slice()
          copy[at % copy.length] = (copy[at % copy.length] as number) ^ (1 << bit)
          return copy
        }
        const row = rows[at % Math.max(1, rows.length)]
        const one = paid[at % Math.max(1, paid.length)]
        const withRow = (changedRow: StateRow): StateChunk => ({
          rows: rows.map((r) => (r === row ? changedRow : r)),
          paid,
        })
        const withPart = (change: Partial<PaidPart>): StateChunk => ({
          rows,
          paid: paid.map((p) => (p === one ? { ...p, ...change } : p)),
        })
        let chunk: StateChunk | null = null
        if (row !== undefined) {
          if (what === 'key') chunk = withRow({ ...row, key: flip(row.key) })
          if (what === 'value') chunk = withRow({ ...row, value: flip(row.value) })
          if (what === 'leave out') chunk = { rows: rows.filter((r) => r !== row), paid }
          if (what === 'twice') chunk = { rows: [...rows, row], paid }
          const elsewhere = honest(plan.frontier[(number + 1) % plan.frontier.length] as Frontier[number])
          if (what === 'another') chunk = { rows: [...rows, ...elsewhere.rows], paid }
        }
        if (one !== undefined) {
          if (what === 'id') chunk = withPart({ txIds: flip(one.txIds) })
          if (what === 'minute') chunk = withPart({ minute: one.minute + 1 })
          if (what === 'start') chunk = withPart({ start: flip(one.start) })
          if (what === 'part') chunk = withPart({ part: 1 })
        }
        const isSame =
          what === 'another' &&
          honest(plan.frontier[(number + 1) % plan.frontier.length] as Frontier[number]).rows.length === 0
        if (chunk === null || isSame) return
        changed += 1
        expect(checkChunk(node).take(chunk)).toBe('wrong')
      }),
      { seed: 43, numRuns: 600 },
    )
    expect(changed).toBeGreaterThan(100)
  })

  it('is refused at another place of the cut', () => {
    const [first, second] = plan.frontier
    expect(checkChunk(second as Frontier[number]).take(honest(first as Frontier[number]))).toBe('wrong')
  })
})

describe('a cut through the tree', () => {
  const { plan } = planOf(stateWith(40, 10))
  const { frontier } = plan

  it('folds to another root, or none, where anything of it is changed', () => {
    const root = frontierRoot(frontier)
    const one = frontier[2] as Frontier[number]
    const others = frontier.filter((node) => node !== one)
    const by = (nodes: Frontier): Frontier => [...nodes].sort((a, b) => (a.prefix < b.prefix ? -1 : 1))
    expect(frontierRoot(others)).not.toEqual(root)
    expect(frontierRoot([...frontier, { ...one, prefix: '1'.repeat(257) }])).toBeUndefined()
    expect(frontierRoot(by([...frontier, { ...one, prefix: `${one.prefix}0` }]))).toBeUndefined()
    expect(frontierRoot(by([...others, { ...one, prefix: `${one.prefix}0` }]))).not.toEqual(root)
    expect(frontierRoot([...frontier].reverse())).toBeUndefined()
    expect(frontierRoot([...frontier, { prefix: '2', hash: one.hash }])).toBeUndefined()
    expect(frontierRoot([{ prefix: '', hash: new Uint8Array(32) }])).toBeUndefined()
    expect(frontierRoot([{ prefix: '', hash: new Uint8Array(31) }])).toBeUndefined()
    expect(frontierRoot([])).toEqual(new Uint8Array(32))
  })
})

describe('a minute with more ids than a part holds', { timeout: 60_000 }, () => {
  let state: LedgerState
  let plan: SnapshotPlan
  let snapshot: ReturnType<typeof planOf>['snapshot']
  let node: Frontier[number]
  let parts: StateChunk[] = []

  beforeAll(() => {
    state = stateWith(4, 2 * paidPartIds + 10)
    ;({ plan, snapshot } = planOf(state))
    const found = plan.frontier.find(
      ({ prefix }) => (chunkOf(snapshot, prefix, null, plan.tips)?.paid[0]?.part ?? 0) > 0,
    )
    node = found as Frontier[number]
    parts = [2, 1, 0].map((part) => chunkOf(snapshot, node.prefix, part, plan.tips) as StateChunk)
  })

  const changed = (chunk: StateChunk | undefined, change: Partial<PaidPart>): StateChunk => ({
    rows: [],
    paid: [{ ...(chunk?.paid[0] as PaidPart), ...change }],
  })

  it('travels in parts, the last one first', () => {
    expect(stateRoot(carried(state, plan, snapshot))).toEqual(stateRoot(state))
    const check = checkChunk(node)
    expect(parts.map((part) => check.take(part))).toEqual([1, 0, 'done'])
    expect(check.rows).toHaveLength(65)
  })

  it('is refused at the very part that was changed', () => {
    const ids = (chunk: StateChunk | undefined): Uint8Array => chunk?.paid[0]?.txIds ?? new Uint8Array()
    const start = new Uint8Array(32).fill(7)
    const wrong: [number, StateChunk][] = [
      [0, changed(parts[0], { txIds: ids(parts[0]).slice(32) })],
      [0, changed(parts[0], { start })],
      [0, changed(parts[0], { part: 4_096 })],
      [1, changed(parts[1], { txIds: ids(parts[1]).slice(32) })],
      [1, changed(parts[1], { start })],
      [1, changed(parts[1], { minute: 1 })],
      [1, parts[2] as StateChunk],
      [2, changed(parts[2], { start })],
      [2, changed(parts[2], { txIds: new Uint8Array() })],
      [2, { rows: [], paid: [] }],
    ]
    for (const [at, chunk] of wrong) {
      const check = checkChunk(node)
      for (const part of parts.slice(0, at)) check.take(part)
      expect(check.take(chunk)).toBe('wrong')
    }
  })
})
