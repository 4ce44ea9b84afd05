/** Rows for tests: plain ones to vary, and arbitrary ones over the whole range of every field. */
import fc from 'fast-check'
import { maxU64 } from '../../core/amount.ts'
import type { Operation } from '../operations.ts'
import type {
  AdmissionRow,
  CheckpointBatch,
  CheckpointRow,
  CommitBatch,
  CommitRow,
  FinalRow,
  IntentRow,
  JournalRow,
  LabelRow,
  SnapshotBatch,
  StagedChunk,
  TokenRow,
  TokenSpendingRow,
  VertexProgressRow,
  WatchedRow,
} from '../types.ts'

/** Bytes that differ by number and kind, so that no two rows share an id by accident. */
export function bytesOf(kind: string, number: number, length = 32): Uint8Array {
  const bytes = new Uint8Array(length)
  const text = `${kind}:${number}:`
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i % text.length)
  new DataView(bytes.buffer).setUint32(0, number * 2_654_435_761)
  return bytes
}

export const txIdOf = (number: number) => bytesOf('tx', number)
export const accountOf = (number: number) => bytesOf('account', number, 33)

export function admissionOf(number: number, fields: Partial<AdmissionRow> = {}): AdmissionRow {
  return {
    txId: txIdOf(number),
    account: accountOf(number % 7),
    nonce: number,
    bytes: bytesOf('bytes', number, 300),
    validUntilMs: 1_750_000_600_000,
    createdAtMs: null,
    signedAtMs: null,
    broadcastAtMs: 1_750_000_000_000 + number,
    admittedAtMs: 1_750_000_000_001 + number,
    ...fields,
  }
}

export function intentOf(number: number, fields: Partial<IntentRow> = {}): IntentRow {
  return { key: `key-${number}`, requestHash: bytesOf('request', number), createdAtMs: 1_750_000_000_000, ...fields }
}

export function vertexOf(round: number, fields: Partial<JournalRow> = {}): JournalRow {
  return {
    kind: 'vertex',
    epoch: 0,
    position: round,
    hash: bytesOf('vertex', round),
    bytes: bytesOf('vertex bytes', round, 500),
    transactions: 1,
    atMs: 1_750_000_000_000,
    ...fields,
  }
}

export function finalOf(number: number, fields: Partial<FinalRow> = {}): FinalRow {
  return {
    txId: txIdOf(number),
    account: accountOf(number % 7),
    nonce: number,
    outcome: 'ok',
    code: null,
    feeMicroRuv: 42n,
    sizeBytes: 300,
    vertexHash: bytesOf('vertex', 1),
    indexInVertex: number,
    commitIndex: 1,
    position: number,
    atMs: 1_750_000_000_500,
    admission: null,
    parties: [accountOf(number % 7), accountOf(100 + (number % 5))],
    ...fields,
  }
}

export function rejectionOf(number: number, fields: Partial<FinalRow> = {}): FinalRow {
  return finalOf(number, {
    outcome: 'rejected',
    code: 'TRANSACTION_EXPIRED',
    vertexHash: null,
    indexInVertex: null,
    commitIndex: null,
    position: null,
    ...fields,
  })
}

export function commitOf(commitIndex: number, fields: Partial<CommitRow> = {}): CommitRow {
  return {
    commitIndex,
    epoch: 0,
    leaderRound: commitIndex,
    anchor: bytesOf('vertex', commitIndex),
    commitTimeMs: 1_750_000_000_000 + commitIndex,
    vertices: [bytesOf('vertex', commitIndex)],
    transactions: 0,
    stateRoot: bytesOf('state', commitIndex),
    historyRoot: bytesOf('history', commitIndex),
    atMs: 1_750_000_000_400,
    ...fields,
  }
}

export function commitBatchOf(
  commitIndex: number,
  finals: readonly FinalRow[] = [],
  balances: CommitBatch['balances'] = [],
): CommitBatch {
  return {
    commit: commitOf(commitIndex, { transactions: finals.length }),
    progress: [],
    finals: finals.map((final, position) => ({ ...final, commitIndex, position })),
    balances,
  }
}

export function checkpointOf(seq: number, fields: Partial<CheckpointRow> = {}): CheckpointRow {
  return {
    seq,
    epoch: 0,
    commitIndex: 10 * seq,
    commitTimeMs: 1_750_000_000_000,
    hash: bytesOf('checkpoint', seq),
    bytes: bytesOf('checkpoint bytes', seq, 200),
    certificate: bytesOf('certificate', seq, 3_400),
    atMs: 1_750_000_000_600,
    ...fields,
  }
}

export function checkpointBatchOf(seq: number, fields: Partial<CheckpointBatch> = {}): CheckpointBatch {
  return { checkpoint: checkpointOf(seq), state: [], pruneEmptyVertices: null, ...fields }
}

export function tokenOf(number: number, fields: Partial<TokenRow> = {}): TokenRow {
  return {
    id: `token-${number}`,
    label: `label ${number}`,
    hash: bytesOf('token', number),
    scopes: ['read', 'spend'],
    perTransactionMicroRuv: 1_000n,
    perDayMicroRuv: 10_000n,
    recipients: [accountOf(1)],
    createdAtMs: 1_750_000_000_000,
    expiresAtMs: null,
    ...fields,
  }
}

export function spendingOf(number: number, fields: Partial<TokenSpendingRow> = {}): TokenSpendingRow {
  return {
    tokenId: 'token-1',
    key: `key-${number}`,
    amountMicroRuv: 100n,
    atMs: 1_750_000_000_000 + number,
    forgetUntilMs: 0,
    ...fields,
  }
}

const uint = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER))
const maybeUint = fc.option(uint)
const blob = fc.uint8Array({ maxLength: 80 })
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const u64 = fc.oneof(fc.bigInt({ min: 0n, max: maxU64 }), fc.constantFrom(0n, 2n ** 63n - 1n, 2n ** 63n, maxU64))
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\0'))
const position = fc.oneof(fc.nat({ max: 2 ** 20 - 1 }), fc.constantFrom(0, 2 ** 20 - 1))
const commitIndex = fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 33 - 1))
const parties = fc.uniqueArray(fc.uint8Array({ minLength: 33, maxLength: 33 }), {
  maxLength: 5,
  selector: (party) => party.join(),
})

export const anyAdmission: fc.Arbitrary<AdmissionRow> = fc.record({
  txId: hash,
  account: blob,
  nonce: uint,
  bytes: blob,
  validUntilMs: uint,
  createdAtMs: maybeUint,
  signedAtMs: maybeUint,
  broadcastAtMs: maybeUint,
  admittedAtMs: uint,
})

export const anyIntent: fc.Arbitrary<IntentRow> = fc.record({ key: text, requestHash: blob, createdAtMs: uint })

export const anySigned = fc.record({ txId: hash, bytes: blob, signedAtMs: uint })

export const anyJournal: fc.Arbitrary<JournalRow> = fc.record({
  kind: fc.constantFrom('vertex' as const, 'checkpoint' as const),
  epoch: uint,
  position: uint,
  hash,
  bytes: blob,
  transactions: uint,
  atMs: uint,
})

const anyEnd = fc.record({
  txId: hash,
  account: blob,
  nonce: uint,
  outcome: fc.constantFrom('ok' as const, 'failed' as const, 'rejected' as const),
  code: fc.option(text),
  feeMicroRuv: u64,
  sizeBytes: uint,
  vertexHash: fc.option(hash),
  indexInVertex: maybeUint,
  atMs: uint,
  admission: fc.option(
    fc.record({
      seq: uint,
      validUntilMs: uint,
      createdAtMs: maybeUint,
      signedAtMs: maybeUint,
      broadcastAtMs: maybeUint,
      admittedAtMs: uint,
    }),
  ),
  parties,
})

export const anyRejection: fc.Arbitrary<FinalRow> = anyEnd.map((end) => ({ ...end, commitIndex: null, position: null }))

export const anyProgress: fc.Arbitrary<VertexProgressRow> = fc.record({
  hash,
  epoch: uint,
  round: uint,
  votingAtMs: uint,
  confirmingAtMs: uint,
  confirmingBy: blob,
  confirmedAtMs: uint,
  confirmedBy: blob,
  votes: fc.option(
    fc.record({
      totalStakeMicroRuv: u64,
      validators: fc.nat(),
      confirming: fc.record({ supportMicroRuv: u64, supporters: fc.nat() }),
      confirmed: fc.record({ supportMicroRuv: u64, supporters: fc.nat() }),
    }),
  ),
})

export const anyCommit: fc.Arbitrary<CommitRow> = fc.record({
  commitIndex,
  epoch: uint,
  leaderRound: uint,
  anchor: hash,
  commitTimeMs: uint,
  vertices: fc.array(hash, { maxLength: 5 }),
  transactions: uint,
  stateRoot: hash,
  historyRoot: hash,
  atMs: uint,
})

const anyBalance = fc.record({ account: fc.uint8Array({ minLength: 33, maxLength: 33 }), balanceMicroRuv: u64 })

export const anyCommitBatch: fc.Arbitrary<CommitBatch> = fc
  .record({
    commit: anyCommit,
    progress: fc.uniqueArray(anyProgress, { maxLength: 3, selector: (row) => row.hash.join() }),
    finals: fc.uniqueArray(fc.tuple(anyEnd, position), {
      maxLength: 5,
      comparator: (a, b) => a[1] === b[1] || a[0].txId.join() === b[0].txId.join(),
    }),
    balances: fc.uniqueArray(anyBalance, { maxLength: 4, selector: ({ account }) => account.join() }),
  })
  .map(({ commit, progress, finals, balances }) => ({
    commit,
    progress,
    balances,
    finals: finals.map(([end, place]) => ({ ...end, commitIndex: commit.commitIndex, position: place })),
  }))

export const anyCheckpoint: fc.Arbitrary<CheckpointRow> = fc.record({
  seq: uint,
  epoch: uint,
  commitIndex: uint,
  commitTimeMs: uint,
  hash,
  bytes: blob,
  certificate: blob,
  atMs: uint,
})

export const anyCheckpointBatch: fc.Arbitrary<CheckpointBatch> = fc.record({
  checkpoint: anyCheckpoint,
  state: fc.uniqueArray(fc.record({ key: blob, value: fc.option(blob) }), {
    maxLength: 5,
    selector: (entry) => entry.key.join(),
  }),
  pruneEmptyVertices: fc.option(fc.record({ epoch: uint, belowRound: uint })),
})

export const anyToken: fc.Arbitrary<TokenRow> = fc.record({
  id: text,
  label: text,
  hash,
  scopes: fc.subarray(['read' as const, 'submit' as const, 'spend' as const]),
  perTransactionMicroRuv: fc.option(u64),
  perDayMicroRuv: fc.option(u64),
  recipients: fc.option(parties),
  createdAtMs: uint,
  expiresAtMs: maybeUint,
})

export const anySpending: fc.Arbitrary<TokenSpendingRow> = fc.record({
  tokenId: text,
  key: text,
  amountMicroRuv: u64,
  atMs: uint,
  forgetUntilMs: uint,
})

export const anyWatched: fc.Arbitrary<WatchedRow> = fc.record({
  account: fc.uint8Array({ minLength: 33, maxLength: 33 }),
  label: fc.option(text),
  key: fc.option(
    fc.record({
      suite: fc.constantFrom('ML-DSA-44' as const, 'ML-DSA-65' as const, 'ML-DSA-87' as const),
      publicKey: blob,
    }),
  ),
  createdAtMs: uint,
})

export const anyLabel: fc.Arbitrary<LabelRow> = fc.record({
  type: fc.constantFrom('address' as const, 'tx' as const),
  ref: blob,
  label: text,
})

export const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  anyIntent.map((row) => ({ kind: 'putIntent' as const, row })),
  fc.tuple(text, anySigned).map(([key, signed]) => ({ kind: 'signIntent' as const, row: { key, ...signed } })),
  anyAdmission.map((row) => ({ kind: 'admit' as const, row })),
  anyJournal.map((row) => ({ kind: 'appendJournal' as const, row })),
  anyCommitBatch.map((row) => ({ kind: 'commit' as const, row })),
  fc.array(anyRejection, { maxLength: 3 }).map((row) => ({ kind: 'reject' as const, row })),
  anyCheckpointBatch.map((row) => ({ kind: 'checkpoint' as const, row })),
  fc.record({ key: text, value: blob }).map((row) => ({ kind: 'setMeta' as const, row })),
  anyToken.map((row) => ({ kind: 'putToken' as const, row })),
  text.map((id) => ({ kind: 'removeToken' as const, row: { id } })),
  anySpending.map((row) => ({ kind: 'putTokenSpending' as const, row })),
  fc.record({ tokenId: text, key: text }).map((row) => ({ kind: 'removeTokenSpending' as const, row })),
  fc
    .record({
      rows: fc.array(fc.tuple(anyBalance, uint), { maxLength: 3 }),
      isLast: fc.boolean(),
    })
    .map(({ rows, isLast }) => ({
      kind: 'putEarlierBalances' as const,
      row: { rows: rows.map(([balance, commitTimeMs]) => ({ ...balance, commitTimeMs })), isLast },
    })),
  fc.record({ row: anyWatched, intent: fc.option(anyIntent) }).map((row) => ({ kind: 'putWatched' as const, row })),
  fc.uint8Array().map((account) => ({ kind: 'removeWatched' as const, row: { account } })),
  fc
    .record({ rows: fc.array(anyLabel, { maxLength: 3 }), maxLabels: uint })
    .map((row) => ({ kind: 'putLabels' as const, row })),
  anyLabel.map(({ type, ref }) => ({ kind: 'removeLabel' as const, row: { type, ref } })),
)

/** The same value with plain Uint8Arrays for Node's Buffers, whichever the database driver or the thread's edge gave. */
export function plain<T>(value: T): T {
  if (value instanceof Uint8Array) return Uint8Array.from(value) as T
  if (Array.isArray(value)) return value.map(plain) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)])) as T
}

/** Pieces of a made-up state of so many entries, none of them an account's. */
export function stagedOf(entries: number): StagedChunk[] {
  const chunks: StagedChunk[] = []
  for (let from = 0; from < entries; from += 100) {
    const rows = Array.from({ length: Math.min(100, entries - from) }, (_, index) => ({
      key: new Uint8Array([3, ...bytesOf('entry', from + index)]),
      value: bytesOf('value', from + index, 50),
    }))
    chunks.push({ prefix: (from / 100).toString(2).padStart(8, '0'), hash: bytesOf('chunk', from), rows })
  }
  return chunks
}

/** What installs them, as of checkpoint 9. */
export function snapshotOf(entries: number): SnapshotBatch {
  return {
    chunks: stagedOf(entries).map(({ prefix, hash }) => ({ prefix, hash })),
    rows: [{ key: Uint8Array.of(5), value: Uint8Array.of(1) }],
    checkpoints: [checkpointOf(4), checkpointOf(9)],
    meta: [{ key: 'joined', value: Uint8Array.of(7) }],
  }
}
