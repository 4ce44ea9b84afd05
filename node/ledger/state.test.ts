import { describe, expect, it } from 'vitest'
import { bytesKey, concatBytes, toHex } from '../core/bytes.ts'
import { canonicalEncode } from '../core/canonical.ts'
import { seededRng } from '../core/rng.ts'
import { sha256 } from '../crypto/hash.ts'
import { accountCodec } from './account.ts'
import { emptyHistory, historyRoot } from './history.ts'
import {
  accountOf,
  accountTreeKey,
  applyDelta,
  createStateLoader,
  isConserved,
  type LedgerState,
  stateRoot,
  takeDirtyEntries,
} from './state.ts'
import { verifyStateProof } from './state-tree.ts'
import {
  candidate,
  type EntryDisk,
  entryDisk,
  ignoredCodes,
  minuteMs,
  outcomes,
  startTimeMs,
  testAccount,
  testChain,
  testGenesis,
  transfer,
  unsigned,
} from './test-support.ts'

const [alice, bob, carol] = [testAccount(1), testAccount(2), testAccount(3)]
const ruv = 1_000_000n

/** A chain with something of each kind in its state: accounts, a parked transaction, paid ids, totals. */
function busyChain() {
  const genesis = testGenesis([
    [alice, 100n * ruv],
    [bob, 10n * ruv],
  ])
  const chain = testChain(genesis)
  const pay = (nonce: number, validUntilMs = startTimeMs + 90_000) =>
    candidate(unsigned(chain.rules, alice, nonce, [transfer(carol, ruv, 'm')], { validUntilMs }), alice.publicKey)
  chain.commit([pay(0), pay(2)])
  return { ...chain, genesis, pay }
}

/** Adds ids to the paid ones the way a commit does, without making thousands of transactions. */
function payIds(state: LedgerState, txIds: readonly Uint8Array[], validUntilMs: number): void {
  applyDelta(state, {
    commitIndex: state.commitIndex + 1,
    commitTimeMs: state.commitTimeMs + 1,
    totals: state.totals,
    history: state.history,
    accounts: new Map(),
    stakes: new Map(),
    epoch: state.epoch,
    paid: txIds.map((txId) => ({ txId, validUntilMs })),
  })
}

const kindsOf = (disk: EntryDisk, kind: number) => [...disk.entries.values()].filter(({ key }) => key[0] === kind)

describe('state: proofs against its root', () => {
  it('shows what an account is, and that another has no entry', () => {
    const { state } = busyChain()
    const root = stateRoot(state)
    const value = canonicalEncode(accountCodec, accountOf(state, alice.id))
    const valueHash = sha256(new TextEncoder().encode('qudag/v1/state-value\0'), value)
    const key = accountTreeKey(alice.id)
    expect(verifyStateProof(root, key, state.tree.prove(key))).toEqual(valueHash)
    const nobody = accountTreeKey(testAccount(50).id)
    expect(verifyStateProof(root, nobody, state.tree.prove(nobody))).toBe('absent')
  })
})

describe('state on disk', () => {
  it('a parked transaction survives, and runs or expires as it would have', () => {
    const { state, genesis, pay, commit } = busyChain()
    const disk = entryDisk()
    disk.save(state)
    const runs = testChain(genesis, disk.load())
    expect(accountOf(runs.state, alice.id)).toEqual(accountOf(state, alice.id))
    expect([outcomes(runs.commit([pay(1)])), outcomes(commit([pay(1)]))]).toEqual([
      ['ok', 'ok'],
      ['ok', 'ok'],
    ])
    expect([toHex(stateRoot(runs.state)), toHex(historyRoot(runs.state.history))]).toEqual([
      toHex(stateRoot(state)),
      toHex(historyRoot(state.history)),
    ])

    const expires = testChain(genesis, disk.load())
    expect(outcomes(expires.commit([], 90_000 - 100))).toEqual([])
    expect(outcomes(expires.commit([], 1))).toEqual(['rejected EXPIRED'])
    expect([accountOf(expires.state, alice.id).parked, isConserved(expires.state)]).toEqual([[], true])
  })

  it('a paid transaction stays paid', () => {
    const { state, genesis, pay } = busyChain()
    const disk = entryDisk()
    disk.save(state)
    expect(ignoredCodes(testChain(genesis, disk.load()).commit([pay(0), pay(2)]))).toEqual(['DUPLICATE', 'DUPLICATE'])
  })

  it('writes what changed since the last time, and nothing else but progress and history', () => {
    const { state, commit, pay } = busyChain()
    expect(takeDirtyEntries(state).length).toBeGreaterThan(4)
    expect(takeDirtyEntries(state).map(({ key }) => key[0])).toEqual([5, 4])
    commit([])
    expect(takeDirtyEntries(state).map(({ key }) => key[0])).toEqual([5, 4])
    commit([pay(1)])
    const changed = takeDirtyEntries(state).map(({ key }) => toHex(key.subarray(0, 34)))
    expect(changed).toContain(`01${toHex(alice.id)}`)
    expect(changed).toContain(`01${toHex(carol.id)}`)
    expect(changed).not.toContain(`01${toHex(bob.id)}`)
  })

  it('a minute with thousands of ids lies in chunks, of which a save rewrites the last, and goes as a whole', () => {
    const { state, genesis } = busyChain()
    const rng = seededRng(1)
    const ids = (count: number) => Array.from({ length: count }, () => rng.bytes(32))
    const validUntilMs = startTimeMs + 10 * minuteMs
    const disk = entryDisk()
    payIds(state, ids(1_500), validUntilMs)
    disk.save(state)
    payIds(state, ids(1_000), validUntilMs)
    const written = takeDirtyEntries(state)
    expect(written.filter(({ key }) => key[0] === 2).map(({ value }) => value?.length)).toEqual([32 * 1_024, 32 * 452])
    for (const { key, value } of written) if (value !== null) disk.entries.set(toHex(key), { key, value })

    const again = disk.load()
    expect(toHex(stateRoot(again))).toBe(toHex(stateRoot(state)))
    expect(again.paid.ids).toEqual(state.paid.ids)
    const more = ids(200)
    for (const one of [state, again]) payIds(one, more, validUntilMs)
    expect(toHex(stateRoot(again))).toBe(toHex(stateRoot(state)))

    const late = testChain(genesis, again)
    late.commit([], 11 * minuteMs)
    disk.save(late.state)
    expect([late.state.paid.ids.size, kindsOf(disk, 2).length]).toEqual([0, 0])
    expect(toHex(stateRoot(disk.load()))).toBe(toHex(stateRoot(late.state)))
  })

  it('a minute that comes and goes between two saves leaves nothing', () => {
    const { state } = busyChain()
    const disk = entryDisk()
    disk.save(state)
    payIds(state, [new Uint8Array(32).fill(7)], startTimeMs + 5 * minuteMs)
    const chain = testChain(testGenesis([]), state)
    chain.commit([], 10 * minuteMs)
    disk.save(state)
    expect(kindsOf(disk, 2)).toEqual([])
    expect(toHex(stateRoot(disk.load()))).toBe(toHex(stateRoot(state)))
  })
})

describe('state on disk: damage', () => {
  const { state } = busyChain()
  const disk = entryDisk()
  disk.save(state)
  const root = toHex(stateRoot(state))

  /** The reason it is refused for, else the root of what was read: a damaged state must never pass for the saved one. */
  function read(entries: readonly { key: Uint8Array; value: Uint8Array }[]): string {
    const loader = createStateLoader()
    for (const { key, value } of entries) {
      const problem = loader.add(key, value)
      if (problem !== undefined) return problem
    }
    const loaded = loader.finish()
    if (typeof loaded === 'string') return loaded
    return toHex(concatBytes(stateRoot(loaded), historyRoot(loaded.history)))
  }
  const sound = [...disk.entries.values()].sort((a, b) => (bytesKey(a.key) < bytesKey(b.key) ? -1 : 1))

  it('is read whole where it is sound', () => {
    expect(read(sound)).toBe(root + toHex(historyRoot(state.history)))
  })

  it('nothing at all, and each kind left out', () => {
    const missing = 'the totals, the epoch, the progress record or the history range is missing'
    expect(read([])).toBe(missing)
    for (const kind of [3, 4, 5, 7]) expect(read(sound.filter(({ key }) => key[0] !== kind))).toBe(missing)
    for (const kind of [1, 2]) expect(read(sound.filter(({ key }) => key[0] !== kind)).startsWith(root)).toBe(false)
  })

  it.each([
    ['an unknown kind', Uint8Array.of(9), new Uint8Array(), 'an entry of unknown kind 9'],
    ['no key', new Uint8Array(), new Uint8Array(), 'an entry of unknown kind undefined'],
    [
      'an account cut off',
      Uint8Array.of(1, ...alice.id),
      Uint8Array.of(0x85),
      'an account does not decode (ENCODING_MALFORMED)',
    ],
    [
      'an account under a short key',
      Uint8Array.of(1, 2, 3),
      canonicalEncode(accountCodec, accountOf(state, bob.id)),
      'an account has a key of 2 bytes',
    ],
    ['totals of another form', Uint8Array.of(3), Uint8Array.of(0x80), 'the totals do not decode (ENCODING_SCHEMA)'],
    [
      'progress cut off',
      Uint8Array.of(5),
      new Uint8Array(),
      'the progress record does not decode (ENCODING_MALFORMED)',
    ],
    ['a history cut off', Uint8Array.of(4), new Uint8Array(7), 'the history range does not decode'],
    [
      'an empty minute',
      Uint8Array.of(2, ...new Uint8Array(12)),
      new Uint8Array(),
      'a chunk of paid transactions is damaged',
    ],
    [
      'half an id',
      Uint8Array.of(2, ...new Uint8Array(12)),
      new Uint8Array(33),
      'a chunk of paid transactions is damaged',
    ],
    [
      'a minute beyond all time',
      Uint8Array.of(2, ...new Uint8Array(8).fill(0xff), 0, 0, 0, 0),
      new Uint8Array(32),
      'a chunk of paid transactions is damaged',
    ],
    [
      'a second chunk without the first',
      Uint8Array.of(2, ...new Uint8Array(11), 1),
      new Uint8Array(32),
      'a chunk of paid transactions is damaged',
    ],
    ['a chunk under a short key', Uint8Array.of(2, 1), new Uint8Array(32), 'a chunk of paid transactions is damaged'],
    [
      'a chunk under a long key',
      Uint8Array.of(2, ...new Uint8Array(13)),
      new Uint8Array(32),
      'a chunk of paid transactions is damaged',
    ],
  ])('%s is refused with a reason', (_, key, value, reason) => {
    const loader = createStateLoader()
    expect(loader.add(key, value)).toBe(reason)
  })

  it('any changed bit of any entry is refused or gives another root', () => {
    const rng = seededRng(5)
    const progressKey = '05'
    for (const [index, entry] of sound.entries()) {
      if (toHex(entry.key) === progressKey) continue
      for (const part of ['key', 'value'] as const) {
        for (let i = 0; i < 60; i++) {
          const bytes = entry[part].slice()
          const [where, bit] = rng.bytes(2) as unknown as [number, number]
          const at = (where * 256 + bit) % bytes.length
          bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7))
          const changed = sound.map((one, other) => (other === index ? { ...one, [part]: bytes } : one))
          expect(read(changed)).not.toBe(root + toHex(historyRoot(state.history)))
        }
      }
    }
  })
})

it('an empty history has a root of its own', () => {
  expect(toHex(historyRoot(emptyHistory))).not.toBe('00'.repeat(32))
})
