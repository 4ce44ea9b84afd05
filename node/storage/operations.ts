/** Every write the storage takes: how it travels, and how much it weighs in the queue. */
import { type SignatureSuite, signatureSuites } from '../crypto/suites.ts'
import type {
  AdmissionRow,
  BalanceChange,
  CheckpointBatch,
  CheckpointRow,
  CommitBatch,
  CommitRow,
  EarlierBalances,
  FinalRow,
  IntentRow,
  JournalRow,
  LabelRow,
  ReceivedVertexRow,
  SnapshotBatch,
  StagedChunk,
  StagedChunkName,
  StateEntry,
  StoredIntent,
  TokenRow,
  TokenSpendingRow,
  VertexProgressRow,
  VertexVotes,
  WatchedRow,
} from './types.ts'
import {
  bool,
  bytes,
  listOf,
  nullable,
  oneOf,
  record,
  text,
  u64,
  uint,
  type WireReader,
  type WireType,
  type WireWriter,
} from './wire.ts'

const admissionRow = record<AdmissionRow>({
  txId: bytes,
  account: bytes,
  nonce: uint,
  bytes,
  validUntilMs: uint,
  createdAtMs: nullable(uint),
  signedAtMs: nullable(uint),
  broadcastAtMs: nullable(uint),
  admittedAtMs: uint,
})

const intentRow = record<IntentRow>({ key: text, requestHash: bytes, createdAtMs: uint })

export interface SignedIntent {
  readonly key: string
  readonly txId: Uint8Array
  readonly bytes: Uint8Array
  readonly signedAtMs: number
}

const signedIntent = record<SignedIntent>({ key: text, txId: bytes, bytes, signedAtMs: uint })

const journalRow = record<JournalRow>({
  kind: oneOf('vertex', 'checkpoint'),
  epoch: uint,
  position: uint,
  hash: bytes,
  bytes,
  transactions: uint,
  atMs: uint,
})

const receivedVertexRow = record<ReceivedVertexRow>({
  epoch: uint,
  round: uint,
  author: bytes,
  hash: bytes,
  bytes,
  transactions: uint,
  atMs: uint,
})

const finalRow = record<FinalRow>({
  txId: bytes,
  account: bytes,
  nonce: uint,
  outcome: oneOf('ok', 'failed', 'rejected', 'unseen'),
  code: nullable(text),
  feeMicroRuv: u64,
  sizeBytes: uint,
  vertexHash: nullable(bytes),
  indexInVertex: nullable(uint),
  commitIndex: nullable(uint),
  position: nullable(uint),
  atMs: uint,
  admission: nullable(
    record<NonNullable<FinalRow['admission']>>({
      seq: uint,
      validUntilMs: uint,
      createdAtMs: nullable(uint),
      signedAtMs: nullable(uint),
      broadcastAtMs: nullable(uint),
      admittedAtMs: uint,
    }),
  ),
  parties: listOf(bytes),
})

const commitRow = record<CommitRow>({
  commitIndex: uint,
  epoch: uint,
  leaderRound: uint,
  anchor: bytes,
  commitTimeMs: uint,
  vertices: listOf(bytes),
  transactions: uint,
  stateRoot: bytes,
  historyRoot: bytes,
  atMs: uint,
})

const votesOfState = record<VertexVotes['confirming']>({ supportMicroRuv: u64, supporters: uint })

const vertexProgressRow = record<VertexProgressRow>({
  hash: bytes,
  epoch: uint,
  round: uint,
  votingAtMs: uint,
  confirmingAtMs: uint,
  confirmingBy: bytes,
  confirmedAtMs: uint,
  confirmedBy: bytes,
  votes: nullable(
    record<VertexVotes>({
      totalStakeMicroRuv: u64,
      validators: uint,
      confirming: votesOfState,
      confirmed: votesOfState,
    }),
  ),
})

const checkpointRow = record<CheckpointRow>({
  seq: uint,
  epoch: uint,
  commitIndex: uint,
  commitTimeMs: uint,
  hash: bytes,
  bytes,
  certificate: bytes,
  atMs: uint,
})

export interface MetaEntry {
  readonly key: string
  readonly value: Uint8Array
}

/** What a token may allow; order is the number on the wire. */
export const tokenScopes = ['read', 'submit', 'spend'] as const satisfies readonly TokenRow['scopes'][number][]

const tokenRow = record<TokenRow>({
  id: text,
  label: text,
  hash: bytes,
  scopes: listOf(oneOf(...tokenScopes)),
  perTransactionMicroRuv: nullable(u64),
  perDayMicroRuv: nullable(u64),
  recipients: nullable(listOf(bytes)),
  createdAtMs: uint,
  expiresAtMs: nullable(uint),
})

const tokenSpendingRow = record<TokenSpendingRow>({
  tokenId: text,
  key: text,
  amountMicroRuv: u64,
  atMs: uint,
  forgetUntilMs: uint,
})

export interface RemovedSpending {
  readonly tokenId: string
  readonly key: string
}

const earlierBalances = record<EarlierBalances>({
  rows: listOf(record<EarlierBalances['rows'][number]>({ account: bytes, commitTimeMs: uint, balanceMicroRuv: u64 })),
  isLast: bool,
})

export interface WatchedPut {
  readonly row: WatchedRow
  readonly intent: IntentRow | null
}

const suites = Object.keys(signatureSuites) as SignatureSuite[]

const watchedPut = record<WatchedPut>({
  row: record<WatchedRow>({
    account: bytes,
    label: nullable(text),
    key: nullable(record<NonNullable<WatchedRow['key']>>({ suite: oneOf(...suites), publicKey: bytes })),
    createdAtMs: uint,
  }),
  intent: nullable(intentRow),
})

/** Types of labels; the place in this list is the number in the database. */
export const labelTypes = ['address', 'tx'] as const satisfies readonly LabelRow['type'][]

export interface LabelsPut {
  readonly rows: readonly LabelRow[]
  readonly maxLabels: number
}

export type LabelPlace = Pick<LabelRow, 'type' | 'ref'>

const labelType = oneOf(...labelTypes)
const labelsPut = record<LabelsPut>({
  rows: listOf(record<LabelRow>({ type: labelType, ref: bytes, label: text })),
  maxLabels: uint,
})

const stagedChunkName = record<StagedChunkName>({ prefix: text, hash: bytes })
const stateRows = listOf(record<StagedChunk['rows'][number]>({ key: bytes, value: bytes }))

/** What a write is given and what it resolves with. */
export interface Operations {
  putIntent: { row: IntentRow; result: StoredIntent }
  signIntent: { row: SignedIntent; result: undefined }
  admit: { row: AdmissionRow; result: number }
  appendJournal: { row: JournalRow; result: number }
  storeVertex: { row: ReceivedVertexRow; result: undefined }
  commit: { row: CommitBatch; result: undefined }
  reject: { row: readonly FinalRow[]; result: undefined }
  checkpoint: { row: CheckpointBatch; result: undefined }
  stageChunk: { row: StagedChunk; result: undefined }
  keepStaged: { row: readonly StagedChunkName[]; result: undefined }
  installSnapshot: { row: SnapshotBatch; result: undefined }
  setMeta: { row: MetaEntry; result: undefined }
  putToken: { row: TokenRow; result: undefined }
  removeToken: { row: { readonly id: string }; result: undefined }
  putTokenSpending: { row: TokenSpendingRow; result: undefined }
  removeTokenSpending: { row: RemovedSpending; result: undefined }
  putEarlierBalances: { row: EarlierBalances; result: undefined }
  putWatched: { row: WatchedPut; result: undefined }
  removeWatched: { row: { readonly account: Uint8Array }; result: undefined }
  putLabels: { row: LabelsPut; result: undefined }
  removeLabel: { row: LabelPlace; result: boolean }
}

export type OperationKind = keyof Operations
export type Operation = {
  [K in OperationKind]: { readonly kind: K; readonly row: Operations[K]['row'] }
}[OperationKind]
export type OperationResult = Operations[OperationKind]['result']

/** Order is the number on the wire. */
const kinds = [
  'putIntent',
  'signIntent',
  'admit',
  'appendJournal',
  'commit',
  'reject',
  'checkpoint',
  'setMeta',
  'putToken',
  'removeToken',
  'putTokenSpending',
  'removeTokenSpending',
  'putEarlierBalances',
  'putWatched',
  'removeWatched',
  'putLabels',
  'removeLabel',
  'storeVertex',
  'stageChunk',
  'keepStaged',
  'installSnapshot',
] as const satisfies readonly OperationKind[]

const wireTypes: { readonly [K in OperationKind]: WireType<Operations[K]['row']> } = {
  putIntent: intentRow,
  signIntent: signedIntent,
  admit: admissionRow,
  appendJournal: journalRow,
  storeVertex: receivedVertexRow,
  commit: record<CommitBatch>({
    commit: commitRow,
    progress: listOf(vertexProgressRow),
    finals: listOf(finalRow),
    balances: listOf(record<BalanceChange>({ account: bytes, balanceMicroRuv: u64 })),
  }),
  reject: listOf(finalRow),
  checkpoint: record<CheckpointBatch>({
    checkpoint: checkpointRow,
    state: listOf(record<StateEntry>({ key: bytes, value: nullable(bytes) })),
    pruneEmptyVertices: nullable(record<{ epoch: number; belowRound: number }>({ epoch: uint, belowRound: uint })),
  }),
  stageChunk: record<StagedChunk>({ prefix: text, hash: bytes, rows: stateRows }),
  keepStaged: listOf(stagedChunkName),
  installSnapshot: record<SnapshotBatch>({
    chunks: listOf(stagedChunkName),
    rows: stateRows,
    checkpoints: listOf(checkpointRow),
    meta: listOf(record<MetaEntry>({ key: text, value: bytes })),
  }),
  setMeta: record<MetaEntry>({ key: text, value: bytes }),
  putToken: tokenRow,
  removeToken: record<{ readonly id: string }>({ id: text }),
  putTokenSpending: tokenSpendingRow,
  removeTokenSpending: record<RemovedSpending>({ tokenId: text, key: text }),
  putEarlierBalances: earlierBalances,
  putWatched: watchedPut,
  removeWatched: record<{ readonly account: Uint8Array }>({ account: bytes }),
  putLabels: labelsPut,
  removeLabel: record<LabelPlace>({ type: labelType, ref: bytes }),
}

/** @throws NodeError STORAGE_ROW_INVALID; the writer is then as it was */
export function writeOperation(writer: WireWriter, operation: Operation): void {
  const start = writer.length
  try {
    writer.byte(kinds.indexOf(operation.kind))
    ;(wireTypes[operation.kind] as WireType<Operation['row']>).write(writer, operation.row)
  } catch (fault) {
    writer.cutBackTo(start)
    throw fault
  }
}

export function readOperation(reader: WireReader): Operation {
  const kind = kinds[reader.byte()] as OperationKind
  return { kind, row: wireTypes[kind].read(reader) } as Operation
}

/** Rows that an operation writes, about: its weight in the queue. */
export function rowsOf(operation: Operation): number {
  switch (operation.kind) {
    case 'commit':
      return 1 + operation.row.progress.length + operation.row.finals.length + operation.row.balances.length
    case 'reject':
      return 1 + operation.row.length
    case 'checkpoint':
      return 1 + operation.row.state.length
    case 'stageChunk':
      return 1 + operation.row.rows.length
    case 'keepStaged':
      return 1 + operation.row.length
    case 'installSnapshot':
      return 1 + operation.row.rows.length + operation.row.chunks.length
    case 'putEarlierBalances':
    case 'putLabels':
      return 1 + operation.row.rows.length
    default:
      return 1
  }
}

const intake: ReadonlySet<OperationKind> = new Set([
  'admit',
  'putIntent',
  'putToken',
  'putTokenSpending',
  'putWatched',
  'putLabels',
])

/** New work from outside, as against what the node must record to finish the work it has. */
export function isIntake(kind: OperationKind): boolean {
  return intake.has(kind)
}
