/**
 * The ledger's state: accounts, paid transactions, totals, history, and the tree that commits to them.
 * Changed only by applyDelta with what executeCommit returned; read by everybody. Source: docs/protocol.md, "State".
 */

import { bytesKey, bytesOfKey, concatBytes, equalBytes } from '../core/bytes.ts'
import { canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import { type Codec, record, u64, uintUpTo } from '../core/codec.ts'
import { domainTags } from '../core/domain-tags.ts'
import { invariant } from '../core/node-error.ts'
import { runAtOnce, type Slices } from '../core/slices.ts'
import { sha256 } from '../crypto/hash.ts'
import { type Account, accountCodec, emptyAccount, maxAccountBytes } from './account.ts'
import { type AccountId, accountIdBytes } from './address.ts'
import {
  type CommitteeMember,
  countedMicroRuv,
  type EpochState,
  epochCodec,
  firstEpoch,
  maxEpochBytes,
  type StoredEpoch,
} from './epochs.ts'
import { type Genesis, genesisSupply, validatorIdOf } from './genesis.ts'
import { decodeHistory, emptyHistory, encodeHistory, type HistoryRange } from './history.ts'
import {
  addPaid,
  addPaidChunk,
  createPaidTransactions,
  encodePaidChunk,
  forgetPaid,
  minuteOf,
  type PaidTransactions,
} from './paid-transactions.ts'
import {
  maxStakeRecordBytes,
  newStakeRecord,
  nextReleaseMs,
  type StakeRecord,
  stakeOfRecord,
  stakeRecordCodec,
  validatorIdBytes,
} from './stake.ts'
import { createStateTree, type Leaf, leafOf, type StateTree } from './state-tree.ts'

/** What must balance: genesis + minted − burned = Σ balances + staked. In µrUv; what is unbonding is staked until it is paid out. */
export interface Totals {
  readonly genesisMicroRuv: bigint
  readonly mintedMicroRuv: bigint
  readonly burnedMicroRuv: bigint
  readonly stakedMicroRuv: bigint
}

/** What stands behind a leaf of the tree. */
export type StateLeaf =
  /** `id` is the key of `LedgerState.accounts`, the same text. */
  | { readonly kind: 'account'; readonly id: string; readonly account: Account }
  /** The first `count` ids; the list may grow, and is never changed otherwise. */
  | { readonly kind: 'paid'; readonly minute: number; readonly txIds: readonly Uint8Array[]; readonly count: number }
  /** Anything else, as it stands on disk. */
  | { readonly kind: 'entry'; readonly key: Uint8Array; readonly value: Uint8Array }

export interface LedgerState {
  commitIndex: number
  commitTimeMs: number
  totals: Totals
  history: HistoryRange
  /** By bytesKey of the account id. */
  readonly accounts: Map<string, Account>
  /** By bytesKey of the validator id. */
  readonly stakes: Map<string, StakeRecord>
  epoch: EpochState
  /** Ledger time at which the next stake is paid out; infinity where none is on its way. Follows from the stakes. */
  nextReleaseMs: number
  readonly paid: PaidTransactions
  /** Accounts with a transaction parked until some moment of the minute; may name one that has run since. */
  readonly parkedByMinute: Map<number, Set<string>>
  /** What is committed to stands beside its leaf, so that a snapshot can show what it proves. */
  readonly tree: StateTree<StateLeaf>
  /** Entries changed since they were last taken for a checkpoint; 'read' where the value is encoded when taken. */
  readonly dirty: Map<string, Uint8Array | 'read' | 'gone'>
}

/** What executing one commit changes. */
export interface StateDelta {
  readonly commitIndex: number
  readonly commitTimeMs: number
  readonly totals: Totals
  readonly history: HistoryRange
  readonly accounts: ReadonlyMap<string, { readonly id: AccountId; readonly account: Account }>
  /** By bytesKey of the validator id; null where nothing is left of it. */
  readonly stakes: ReadonlyMap<string, StakeRecord | null>
  /** The one before, the same object, unless the commit closed it. */
  readonly epoch: EpochState
  readonly paid: readonly { readonly txId: Uint8Array; readonly validUntilMs: number }[]
}

const totalsCodec: Codec<Totals> = record({
  genesisMicroRuv: u64,
  mintedMicroRuv: u64,
  burnedMicroRuv: u64,
  stakedMicroRuv: u64,
})
const progressCodec = record({ commitIndex: uintUpTo(), commitTimeMs: uintUpTo() })

/** First byte of an entry's key on disk and in the tree. */
const entryKinds = { account: 1, paidMinute: 2, totals: 3, history: 4, progress: 5, stake: 6, epoch: 7 } as const
type EntryKind = keyof typeof entryKinds

export function genesisState(genesis: Genesis): LedgerState {
  const state = blankState()
  state.commitTimeMs = genesis.startTimeMs
  const stakedMicroRuv = genesis.validators.reduce((sum, { stakeMicroRuv }) => sum + stakeMicroRuv, 0n)
  const stakes = genesisStakes(genesis)
  const accounts = new Map<string, { id: AccountId; account: Account }>()
  for (const { account: id, balanceMicroRuv } of genesis.allocations) {
    if (balanceMicroRuv > 0n) accounts.set(bytesKey(id), { id, account: { ...emptyAccount, balanceMicroRuv } })
  }
  const totals = { genesisMicroRuv: genesisSupply(genesis), mintedMicroRuv: 0n, burnedMicroRuv: 0n, stakedMicroRuv }
  applyDelta(state, {
    commitIndex: 0,
    commitTimeMs: genesis.startTimeMs,
    totals,
    history: emptyHistory,
    accounts,
    stakes,
    epoch: firstEpoch(stakes, genesis.startTimeMs, genesis.parameters),
    paid: [],
  })
  return state
}

/** The first epoch, without the rest of the state. */
export function genesisEpoch(genesis: Genesis): EpochState {
  return firstEpoch(genesisStakes(genesis), genesis.startTimeMs, genesis.parameters)
}

function genesisStakes(genesis: Genesis): Map<string, StakeRecord> {
  const stakes = new Map<string, StakeRecord>()
  for (const { publicKey, stakeMicroRuv, owner = null } of genesis.validators) {
    stakes.set(bytesKey(validatorIdOf(publicKey)), {
      ...newStakeRecord(publicKey, owner),
      bondedMicroRuv: stakeMicroRuv,
      activeMicroRuv: countedMicroRuv(stakeMicroRuv, genesis.parameters),
    })
  }
  return stakes
}

function blankState(): LedgerState {
  return {
    commitIndex: 0,
    commitTimeMs: 0,
    totals: { genesisMicroRuv: 0n, mintedMicroRuv: 0n, burnedMicroRuv: 0n, stakedMicroRuv: 0n },
    history: emptyHistory,
    accounts: new Map(),
    stakes: new Map(),
    epoch: { epoch: 0, startMs: 0, endsAtMs: 0, committee: [] },
    nextReleaseMs: Number.POSITIVE_INFINITY,
    paid: createPaidTransactions(),
    parkedByMinute: new Map(),
    tree: createStateTree(),
    dirty: new Map(),
  }
}

/** Where a validator's stake stands in the state tree. */
export function stakeTreeKey(validatorId: Uint8Array): Uint8Array {
  return treeKey(entryKey('stake', validatorId))
}

/** The account's entry, or the empty account where it has none. */
export function accountOf(state: LedgerState, id: AccountId): Account {
  return state.accounts.get(bytesKey(id)) ?? emptyAccount
}

/** The entry of a changed account, encoded and hashed. */
export interface AccountEntry {
  readonly id: string
  readonly account: Account
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly leaf: Leaf<StateLeaf>
}

/** Accounts between two turns: a few milliseconds. */
const accountsATurn = 256

/** Most of the work of applyDelta, which needs nothing of the state. */
export function* encodeAccounts({ accounts }: Pick<StateDelta, 'accounts'>): Slices<readonly AccountEntry[]> {
  const entries: AccountEntry[] = []
  for (const [text, { id, account }] of accounts) {
    const [key, value] = [entryKey('account', id), canonicalEncode(accountCodec, account)]
    const leaf = leafOf<StateLeaf>(treeKey(key), stateValueHash(value), { kind: 'account', id: text, account })
    entries.push({ id: text, account, key, value, leaf })
    if (entries.length % accountsATurn === 0) yield
  }
  return entries
}

/**
 * Makes an executed commit part of the state.
 *
 * @param entries of the same delta
 */
export function applyDelta(
  state: LedgerState,
  delta: StateDelta,
  entries: readonly AccountEntry[] = runAtOnce(encodeAccounts(delta)),
): void {
  for (const { id, account, key, value, leaf } of entries) {
    state.accounts.set(id, account)
    state.tree.put(leaf)
    state.dirty.set(bytesKey(key), value)
    for (const parked of account.parked) indexParked(state, id, parked.validUntilMs)
  }
  for (const [key, stake] of delta.stakes) setStake(state, key, stake)
  if (delta.stakes.size > 0) indexReleases(state)
  if (delta.epoch !== state.epoch) {
    touch(state, entryKey('epoch'), canonicalEncode(epochCodec, delta.epoch))
    state.epoch = delta.epoch
  }
  const minutes = new Set<number>()
  for (const { txId, validUntilMs } of delta.paid) {
    const chunk = addPaid(state.paid, txId, validUntilMs)
    const minute = minuteOf(validUntilMs)
    minutes.add(minute)
    state.dirty.set(bytesKey(paidChunkKey(minute, chunk)), 'read')
  }
  for (const minute of minutes) setPaidMinute(state, minute)
  for (const { minute, chunks } of forgetPaid(state.paid, delta.commitTimeMs)) {
    state.tree.delete(paidMinuteTreeKey(minute))
    for (let chunk = 0; chunk < chunks; chunk++) state.dirty.set(bytesKey(paidChunkKey(minute, chunk)), 'read')
  }
  for (const minute of state.parkedByMinute.keys()) {
    if (minute < minuteOf(delta.commitTimeMs)) state.parkedByMinute.delete(minute)
  }
  if (delta.totals !== state.totals || delta.commitIndex === 0) {
    touch(state, entryKey('totals'), canonicalEncode(totalsCodec, delta.totals))
  }
  state.totals = delta.totals
  state.history = delta.history
  state.commitIndex = delta.commitIndex
  state.commitTimeMs = delta.commitTimeMs
}

/** 32 bytes: commits to accounts, stakes, the epoch, parked and paid transactions, and totals. */
export function stateRoot(state: LedgerState): Uint8Array {
  return state.tree.root()
}

/** What the tree's leaf of an entry commits to. @param value canonical bytes of the entry */
export function stateValueHash(value: Uint8Array): Uint8Array {
  return sha256(domainTags.stateValue, value)
}

/** Where an account stands in the state tree. */
export function accountTreeKey(id: AccountId): Uint8Array {
  return treeKey(entryKey('account', id))
}

/** Entries that changed since the last call, as they are kept on disk; value null where one is gone. */
export function takeDirtyEntries(state: LedgerState): { key: Uint8Array; value: Uint8Array | null }[] {
  const entries: { key: Uint8Array; value: Uint8Array | null }[] = []
  for (const [text, value] of state.dirty) {
    const key = bytesOfKey(text)
    entries.push({ key, value: value === 'gone' ? null : value === 'read' ? readPaidChunk(state, key) : value })
  }
  state.dirty.clear()
  // Progress and history change with every commit and stand beside the tree: checkpoints cover them by themselves.
  entries.push(...entriesBesideTree(state, state.history))
  return entries
}

/** The entries beside the tree: what a checkpoint says itself, and the history range that its root covers. */
export function entriesBesideTree(
  progress: { readonly commitIndex: number; readonly commitTimeMs: number },
  history: HistoryRange,
): { key: Uint8Array; value: Uint8Array }[] {
  const { commitIndex, commitTimeMs } = progress
  return [
    { key: entryKey('progress'), value: canonicalEncode(progressCodec, { commitIndex, commitTimeMs }) },
    { key: entryKey('history'), value: encodeHistory(history) },
  ]
}

/** Builds the state from the entries of a checkpoint; a reason where they are damaged. */
export function createStateLoader(): {
  add(key: Uint8Array, value: Uint8Array): string | undefined
  finish(): LedgerState | string
} {
  const state = blankState()
  const seen = new Set<number>()
  let stored: StoredEpoch | undefined
  return {
    add(key, value) {
      const kind = key[0]
      seen.add(kind ?? 0)
      const rest = key.subarray(1)
      if (kind === entryKinds.account) {
        if (rest.length !== accountIdBytes) return `an account has a key of ${rest.length} bytes`
        const account = canonicalDecode(accountCodec, value, maxAccountBytes)
        if (!account.ok) return `an account does not decode (${account.error.code})`
        const id = bytesKey(rest)
        state.accounts.set(id, account.value)
        for (const parked of account.value.parked) indexParked(state, id, parked.validUntilMs)
        state.tree.set(treeKey(key), stateValueHash(value), { kind: 'account', id, account: account.value })
      } else if (kind === entryKinds.paidMinute) {
        // Chunks come in order of key, so the chain grows as it did.
        if (rest.length !== paidChunkIdBytes) return 'a chunk of paid transactions is damaged'
        const { minute, chunk } = readPaidChunkKey(rest)
        if (!addPaidChunk(state.paid, minute, chunk, value)) return 'a chunk of paid transactions is damaged'
        setPaidMinute(state, minute)
      } else if (kind === entryKinds.totals) {
        const totals = canonicalDecode(totalsCodec, value, 64)
        if (!totals.ok) return `the totals do not decode (${totals.error.code})`
        state.totals = totals.value
        state.tree.set(treeKey(key), stateValueHash(value), { kind: 'entry', key, value })
      } else if (kind === entryKinds.history) {
        const history = decodeHistory(value)
        if (history === undefined) return 'the history range does not decode'
        state.history = history
      } else if (kind === entryKinds.progress) {
        const progress = canonicalDecode(progressCodec, value, 64)
        if (!progress.ok) return `the progress record does not decode (${progress.error.code})`
        state.commitIndex = progress.value.commitIndex
        state.commitTimeMs = progress.value.commitTimeMs
      } else if (kind === entryKinds.stake) {
        if (rest.length !== validatorIdBytes) return `a stake has a key of ${rest.length} bytes`
        const stake = canonicalDecode(stakeRecordCodec, value, maxStakeRecordBytes)
        if (!stake.ok) return `a stake does not decode (${stake.error.code})`
        state.stakes.set(bytesKey(rest), stake.value)
        state.tree.set(treeKey(key), stateValueHash(value), { kind: 'entry', key, value })
      } else if (kind === entryKinds.epoch) {
        const epoch = canonicalDecode(epochCodec, value, maxEpochBytes)
        if (!epoch.ok) return `the epoch does not decode (${epoch.error.code})`
        stored = epoch.value
        state.tree.set(treeKey(key), stateValueHash(value), { kind: 'entry', key, value })
      } else return `an entry of unknown kind ${kind}`
      return undefined
    },
    finish() {
      const complete = seen.has(entryKinds.totals) && seen.has(entryKinds.progress) && seen.has(entryKinds.history)
      if (!complete || stored === undefined) {
        return 'the totals, the epoch, the progress record or the history range is missing'
      }
      const committee: CommitteeMember[] = []
      for (const member of stored.committee) {
        const stake = state.stakes.get(bytesKey(member.id))
        if (stake === undefined) return 'a member of the committee has no stake'
        committee.push({ ...member, publicKey: stake.publicKey })
      }
      state.epoch = { ...stored, committee }
      indexReleases(state)
      return state
    },
  }
}

/** What an entry says an account holds; null where it is no account's. @throws Error where it does not decode */
export function balanceOfEntry({ key, value }: { readonly key: Uint8Array; readonly value: Uint8Array }): {
  readonly account: AccountId
  readonly balanceMicroRuv: bigint
} | null {
  if (key[0] !== entryKinds.account) return null
  const decoded = canonicalDecode(accountCodec, value, maxAccountBytes)
  invariant(decoded.ok, 'an entry of the state decodes')
  return { account: key.subarray(1), balanceMicroRuv: decoded.value.balanceMicroRuv }
}

/** Sum of all balances, in µrUv: for the check that nothing was made or lost. Walks every account. */
export function sumOfBalances(state: LedgerState): bigint {
  let sum = 0n
  for (const account of state.accounts.values()) sum += account.balanceMicroRuv
  return sum
}

/** Sum of all stakes, what is unbonding included, in µrUv. Walks every validator. */
export function sumOfStakes(state: LedgerState): bigint {
  let sum = 0n
  for (const stake of state.stakes.values()) sum += stakeOfRecord(stake)
  return sum
}

/** What an account has bonded, what is unbonding included, in µrUv. Walks every validator. */
export function stakedBy(state: LedgerState, id: AccountId): bigint {
  let sum = 0n
  for (const stake of state.stakes.values()) {
    if (stake.owner !== null && equalBytes(stake.owner, id)) sum += stakeOfRecord(stake)
  }
  return sum
}

/** The stake under a validator's id; undefined where there is none. */
export function stakeOf(state: LedgerState, validatorId: Uint8Array): StakeRecord | undefined {
  return state.stakes.get(bytesKey(validatorId))
}

/** True when genesis + minted − burned = Σ balances + staked, and staked is the sum of all stakes. */
export function isConserved(state: LedgerState): boolean {
  const { genesisMicroRuv, mintedMicroRuv, burnedMicroRuv, stakedMicroRuv } = state.totals
  const issued = genesisMicroRuv + mintedMicroRuv - burnedMicroRuv
  return stakedMicroRuv === sumOfStakes(state) && issued === sumOfBalances(state) + stakedMicroRuv
}

function setStake(state: LedgerState, key: string, stake: StakeRecord | null): void {
  const entry = entryKey('stake', bytesOfKey(key))
  if (stake !== null) {
    state.stakes.set(key, stake)
    touch(state, entry, canonicalEncode(stakeRecordCodec, stake))
    return
  }
  state.stakes.delete(key)
  state.tree.delete(treeKey(entry))
  state.dirty.set(bytesKey(entry), 'gone')
}

function indexReleases(state: LedgerState): void {
  state.nextReleaseMs = Number.POSITIVE_INFINITY
  for (const stake of state.stakes.values()) state.nextReleaseMs = Math.min(state.nextReleaseMs, nextReleaseMs(stake))
}

function indexParked(state: LedgerState, key: string, validUntilMs: number): void {
  const minute = minuteOf(validUntilMs)
  const accounts = state.parkedByMinute.get(minute)
  if (accounts === undefined) state.parkedByMinute.set(minute, new Set([key]))
  else accounts.add(key)
}

function touch(state: LedgerState, key: Uint8Array, value: Uint8Array): void {
  state.tree.set(treeKey(key), stateValueHash(value), { kind: 'entry', key, value })
  state.dirty.set(bytesKey(key), value)
}

function setPaidMinute(state: LedgerState, minute: number): void {
  const entry = state.paid.byMinute.get(minute)
  invariant(entry, 'a minute that was just added to exists')
  const { chain, txIds } = entry
  const leaf: StateLeaf = { kind: 'paid', minute, txIds, count: txIds.length }
  state.tree.set(paidMinuteTreeKey(minute), stateValueHash(chain), leaf)
}

export function entryKey(kind: EntryKind, id: Uint8Array = new Uint8Array()): Uint8Array {
  return concatBytes(Uint8Array.of(entryKinds[kind]), id)
}

/** Minute (8 bytes) and number of the chunk (4). */
const paidChunkIdBytes = 12

/** On disk a minute's ids lie in chunks, so that a checkpoint rewrites the last one only. */
export function paidChunkKey(minute: number, chunk: number): Uint8Array {
  const id = new DataView(new ArrayBuffer(paidChunkIdBytes))
  id.setBigUint64(0, BigInt(minute))
  id.setUint32(8, chunk)
  return entryKey('paidMinute', new Uint8Array(id.buffer))
}

function readPaidChunkKey(id: Uint8Array): { minute: number; chunk: number } {
  const view = new DataView(id.buffer, id.byteOffset, paidChunkIdBytes)
  return { minute: Number(view.getBigUint64(0)), chunk: view.getUint32(8) }
}

/** In the tree a minute is one entry: the chain over all its ids. */
export function paidMinuteTreeKey(minute: number): Uint8Array {
  const id = new DataView(new ArrayBuffer(8))
  id.setBigUint64(0, BigInt(minute))
  return treeKey(entryKey('paidMinute', new Uint8Array(id.buffer)))
}

/**
 * Where an entry stands in the state tree; undefined where its kind has no leaf of its own: ids of paid transactions stand there by
 * the minute, history and progress not at all.
 */
export function entryTreeKey(key: Uint8Array): Uint8Array | undefined {
  const kind = key[0]
  const { account, totals, stake, epoch } = entryKinds
  return kind === account || kind === totals || kind === stake || kind === epoch ? treeKey(key) : undefined
}

function treeKey(key: Uint8Array): Uint8Array {
  return sha256(domainTags.stateKey, key)
}

function readPaidChunk(state: LedgerState, key: Uint8Array): Uint8Array | null {
  const { minute, chunk } = readPaidChunkKey(key.subarray(1))
  return encodePaidChunk(state.paid, minute, chunk)
}
