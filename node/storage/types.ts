/**
 * What the node persists, and the handle it does it through. Every write resolves only when its bytes are durable
 * (synchronous=FULL), and is one transaction: whole or not at all. Writes resolve in the order they were asked for.
 *
 * Any write may also reject with STORAGE_BUSY (too much outstanding; nothing was written), STORAGE_ROW_INVALID (a row
 * outside the ranges below), STORAGE_CLOSED, or, for good, STORAGE_FULL, STORAGE_FAILED and STORAGE_DAMAGED.
 */
import type { SignatureSuite } from '../crypto/suites.ts'

/** A transaction that this node took responsibility for: recorded before anybody is told so, gone when it is final. */
export interface AdmissionRow {
  readonly txId: Uint8Array
  readonly account: Uint8Array
  readonly nonce: number
  /** The signed transaction, canonical bytes. */
  readonly bytes: Uint8Array
  readonly validUntilMs: number
  /** Set where this node's vault made the transaction; null for one that came signed. */
  readonly createdAtMs: number | null
  readonly signedAtMs: number | null
  readonly broadcastAtMs: number | null
  readonly admittedAtMs: number
}

export interface StoredAdmission extends AdmissionRow {
  /** Order of admission, 1, 2, 3 …; names the record in a transaction's state list. */
  readonly seq: number
}

/** A payment somebody asked this node's vault to make, under the idempotency key of the request. */
export interface IntentRow {
  readonly key: string
  /** SHA-256 of the canonical request: the same key with another request is refused. */
  readonly requestHash: Uint8Array
  readonly createdAtMs: number
}

export interface StoredIntent extends IntentRow {
  readonly seq: number
  /** Set once signed; the same bytes are sent again, never made anew. */
  readonly txId: Uint8Array | null
  readonly bytes: Uint8Array | null
  readonly signedAtMs: number | null
}

/** What this validator has signed. At most one a (kind, epoch, position), enforced by a unique index. */
export interface JournalRow {
  readonly kind: 'vertex' | 'checkpoint'
  readonly epoch: number
  /** Round of a vertex, sequence number of a checkpoint. */
  readonly position: number
  readonly hash: Uint8Array
  /** The complete signed record, as it is sent. */
  readonly bytes: Uint8Array
  /** Transactions inside; 0 lets an old vertex be pruned. */
  readonly transactions: number
  readonly atMs: number
}

export interface StoredJournal extends Omit<JournalRow, 'kind'> {
  /** `received`: a vertex of another validator. */
  readonly kind: JournalRow['kind'] | 'received'
  readonly seq: number
}

/** A vertex of another validator, kept because it may be named, ordered or asked for. */
export interface ReceivedVertexRow {
  readonly epoch: number
  readonly round: number
  /** Validator id. */
  readonly author: Uint8Array
  readonly hash: Uint8Array
  readonly bytes: Uint8Array
  readonly transactions: number
  readonly atMs: number
}

/** A stored vertex by name. Author null: this validator's own. */
export interface VertexPlace {
  readonly round: number
  readonly author: Uint8Array | null
  readonly hash: Uint8Array
}

/** `unseen`: the ledger took it while this node was away; whether its operations were carried out is not known here. */
export type FinalOutcome = 'ok' | 'failed' | 'rejected' | 'unseen'

/** A transaction's end, and the times of what came before. */
export interface FinalRow {
  readonly txId: Uint8Array
  readonly account: Uint8Array
  readonly nonce: number
  readonly outcome: FinalOutcome
  /** Stable code of a failure or rejection; null when ok. */
  readonly code: string | null
  readonly feeMicroRuv: bigint
  readonly sizeBytes: number
  /** Null where it was rejected before it was in any vertex. */
  readonly vertexHash: Uint8Array | null
  readonly indexInVertex: number | null
  /** Null where no commit decided it (expired while waiting). */
  readonly commitIndex: number | null
  /** Position among all results of the commit. */
  readonly position: number | null
  readonly atMs: number
  /** Present while the record of admission exists here; null for transactions that came in another validator's vertex. */
  readonly admission: (Omit<AdmissionRow, 'txId' | 'account' | 'nonce' | 'bytes'> & { readonly seq: number }) | null
  /** Accounts whose history shows it: sender first, then recipients, each once. */
  readonly parties: readonly Uint8Array[]
}

/** The stake of the distinct validators that had named a vertex when it passed a state. */
export interface VertexVotes {
  readonly totalStakeMicroRuv: bigint
  readonly validators: number
  readonly confirming: { readonly supportMicroRuv: bigint; readonly supporters: number }
  readonly confirmed: { readonly supportMicroRuv: bigint; readonly supporters: number }
}

/** When a vertex with transactions passed each state, and the vertex that caused it. One row a vertex, not a transaction. */
export interface VertexProgressRow {
  readonly hash: Uint8Array
  readonly epoch: number
  readonly round: number
  readonly votingAtMs: number
  readonly confirmingAtMs: number
  readonly confirmingBy: Uint8Array
  readonly confirmedAtMs: number
  readonly confirmedBy: Uint8Array
  /** Null where it was not recorded. */
  readonly votes: VertexVotes | null
}

export interface CommitRow {
  readonly commitIndex: number
  readonly epoch: number
  readonly leaderRound: number
  readonly anchor: Uint8Array
  readonly commitTimeMs: number
  /** Hashes of the vertices it orders, in order. */
  readonly vertices: readonly Uint8Array[]
  readonly transactions: number
  readonly stateRoot: Uint8Array
  readonly historyRoot: Uint8Array
  readonly atMs: number
}

/** What an account holds after a commit that changed it. */
export interface BalanceChange {
  readonly account: Uint8Array
  readonly balanceMicroRuv: bigint
}

export interface CommitBatch {
  readonly commit: CommitRow
  readonly progress: readonly VertexProgressRow[]
  readonly finals: readonly FinalRow[]
  /** One an account, of all whose balance it changed. */
  readonly balances: readonly BalanceChange[]
}

/** Balances of commits that were recorded before balances were. */
export interface EarlierBalances {
  readonly rows: readonly (BalanceChange & { readonly commitTimeMs: number })[]
  /** With these, none is missing any more. */
  readonly isLast: boolean
}

/** Stretches of ledger time, each `slotMs` long, from `afterMs` to `untilMs`. */
export interface BalanceQuery {
  readonly accounts: readonly Uint8Array[]
  readonly afterMs: number
  readonly untilMs: number
  readonly slotMs: number
}

/** Of one account. */
export interface BalanceSlots {
  /** At `afterMs`; null where nothing had changed it yet. */
  readonly beforeMicroRuv: bigint | null
  /** The last change of each stretch that has one, oldest first. */
  readonly changes: readonly { readonly commitTimeMs: number; readonly balanceMicroRuv: bigint }[]
}

/** One entry of the ledger's state as of a checkpoint; value null deletes it. */
export interface StateEntry {
  readonly key: Uint8Array
  readonly value: Uint8Array | null
}

/** A node of the state tree, by the bits that lead to it as text of 0 and 1. */
export interface StagedChunkName {
  readonly prefix: string
  readonly hash: Uint8Array
}

/** What lies below it, checked. */
export interface StagedChunk extends StagedChunkName {
  readonly rows: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[]
}

/** A fetched state that takes the place of the one in use. */
export interface SnapshotBatch {
  /** All that it is made of; these and no others are staged. */
  readonly chunks: readonly StagedChunkName[]
  /** Entries beside the tree. */
  readonly rows: StagedChunk['rows']
  /** Certified ones, the last of them that of the state. */
  readonly checkpoints: readonly CheckpointRow[]
  /** Single values that belong to it. */
  readonly meta: readonly { readonly key: string; readonly value: Uint8Array }[]
}

export interface CheckpointRow {
  readonly seq: number
  readonly epoch: number
  readonly commitIndex: number
  readonly commitTimeMs: number
  readonly hash: Uint8Array
  /** Canonical checkpoint. */
  readonly bytes: Uint8Array
  /** Canonical certificate: the signatures under it. */
  readonly certificate: Uint8Array
  readonly atMs: number
}

export interface CheckpointBatch {
  readonly checkpoint: CheckpointRow
  /** What changed since the previous checkpoint. */
  readonly state: readonly StateEntry[]
  /** Empty committed vertices below this round of the epoch, and all of the epochs before it, may go. Their places stay taken. */
  readonly pruneEmptyVertices: { readonly epoch: number; readonly belowRound: number } | null
}

/** A place in the history; opaque but for rows that a commit decided, where it is their commit and position. */
export interface HistoryCursor {
  readonly commitIndex: number
  readonly position: number
}

export interface HistoryRow extends FinalRow {
  /** Hand this of a page's last row to `before` for the page after it. Set for rows without a commit too. */
  readonly cursor: HistoryCursor
  /** Signed bytes of a transaction of this node's vault that ended in no vertex; the others have theirs in the journal. */
  readonly bytes?: Uint8Array
}

export interface HistoryQuery {
  /** Undefined lists every transaction this node knows. */
  readonly account?: Uint8Array | undefined
  /** Position to go on below (newest first): the cursor of the previous page's last row. */
  readonly before?: HistoryCursor | undefined
  readonly limit: number
}

/** A token of a program that uses this node, with the limits of what the vault signs for it. */
export interface TokenRow {
  /** Public name, never given out twice. */
  readonly id: string
  readonly label: string
  /** SHA-256 of the token; the token itself is not kept. */
  readonly hash: Uint8Array
  readonly scopes: readonly ('read' | 'submit' | 'spend')[]
  /** Null is no limit. */
  readonly perTransactionMicroRuv: bigint | null
  readonly perDayMicroRuv: bigint | null
  /** Account ids. */
  readonly recipients: readonly Uint8Array[] | null
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
}

/** What a payment takes from a token's limit: recorded before the vault signs it. */
export interface TokenSpendingRow {
  readonly tokenId: string
  /** Key of the payment's intent: a payment counts once, however often it is asked for. */
  readonly key: string
  readonly amountMicroRuv: bigint
  readonly atMs: number
  /** Rows of the token up to this time count no more and may go. */
  readonly forgetUntilMs: number
}

/** An account whose key is elsewhere, and whose balance the owner follows. */
export interface WatchedRow {
  /** 33 bytes. */
  readonly account: Uint8Array
  readonly label: string | null
  /** Null where only the address is known. */
  readonly key: { readonly suite: SignatureSuite; readonly publicKey: Uint8Array } | null
  readonly createdAtMs: number
}

/** A name in the address book, or a note on a transaction. */
export interface LabelRow {
  readonly type: 'address' | 'tx'
  /** Account id (33 bytes) or transaction id (32). */
  readonly ref: Uint8Array
  readonly label: string
}

export interface StorageWriter {
  /** Records a request; returns the stored one where the key is already known (the caller compares requestHash). */
  putIntent(row: IntentRow): Promise<StoredIntent>
  /**
   * Keeps the signed bytes with the intent: from here on these and no others are sent. The same bytes again change nothing.
   * @throws NodeError INTENT_UNKNOWN where no such key was put; INTENT_SIGNED where other bytes are kept already
   */
  signIntent(key: string, signed: { txId: Uint8Array; bytes: Uint8Array; signedAtMs: number }): Promise<void>
  /**
   * Idempotent by txId: a known one keeps its first record and sequence number, also after its end.
   * @throws NodeError ADMISSION_FINAL where the transaction has ended without ever being admitted here
   */
  admit(row: AdmissionRow): Promise<number>
  /**
   * Returns the record's sequence number; that of the first where the same record is known.
   * @throws NodeError JOURNAL_CONFLICT where another record holds its place, or held it before it was pruned
   */
  appendJournal(row: JournalRow): Promise<number>
  /** Durable before whatever is asked for after it. The same vertex again changes nothing. */
  storeVertex(row: ReceivedVertexRow): Promise<void>
  /**
   * Removes the admissions of its finals in the same transaction. The same commit again changes nothing. A transaction
   * ends once: a later final of a committed one changes nothing, a final of one that was only rejected here replaces that.
   * @throws NodeError COMMIT_CONFLICT where another commit holds its index; COMMIT_GAP where it does not follow the last one
   */
  commit(batch: CommitBatch): Promise<void>
  /** Ends of transactions that no commit decided; one that has ended already is left as it is. */
  reject(finals: readonly FinalRow[]): Promise<void>
  /** The same checkpoint again changes nothing. @throws NodeError CHECKPOINT_CONFLICT where another holds its sequence number */
  checkpoint(batch: CheckpointBatch): Promise<void>
  /** Keeps a piece of a state that is being fetched, in the place of what is staged at the same node. */
  stageChunk(chunk: StagedChunk): Promise<void>
  /** Drops whatever is staged and not one of these. */
  keepStaged(chunks: readonly StagedChunkName[]): Promise<void>
  /**
   * Makes the staged state the one in use, as of the last of the checkpoints; commits go on after that one's. The journal, admissions,
   * history and all that is the owner's stay as they are.
   * @throws NodeError SNAPSHOT_INCOMPLETE; SNAPSHOT_OLDER where commits beyond it are recorded; CHECKPOINT_CONFLICT
   */
  installSnapshot(batch: SnapshotBatch): Promise<void>
  setMeta(key: string, value: Uint8Array): Promise<void>
  /** @throws NodeError TOKEN_TAKEN where the id or hash is another token's */
  putToken(row: TokenRow): Promise<void>
  /** With all that is recorded of its spending; one that is not there changes nothing. */
  removeToken(id: string): Promise<void>
  /** In the place of what is recorded under the same key. @throws NodeError TOKEN_UNKNOWN */
  putTokenSpending(row: TokenSpendingRow): Promise<void>
  /** Gives an amount back: the payment was never sent. One that is not there changes nothing. */
  removeTokenSpending(tokenId: string, key: string): Promise<void>
  /** The same rows again change nothing. */
  putEarlierBalances(earlier: EarlierBalances): Promise<void>
  /**
   * In the place of what is known of the account, which keeps its place in the list. With an intent, the request's key is
   * recorded in the same transaction.
   * @throws NodeError IDEMPOTENCY_KEY_REUSED where the key belongs to another request
   */
  putWatched(row: WatchedRow, intent: IntentRow | null): Promise<void>
  /** One that is not there changes nothing. */
  removeWatched(account: Uint8Array): Promise<void>
  /** All or none, each in the place of one with the same type and ref. @throws NodeError LABEL_COUNT above `maxLabels` in all */
  putLabels(rows: readonly LabelRow[], maxLabels: number): Promise<void>
  /** False where it was not there. */
  removeLabel(label: Pick<LabelRow, 'type' | 'ref'>): Promise<boolean>
}

export interface StorageReader {
  meta(key: string): Promise<Uint8Array | null>
  intent(key: string): Promise<StoredIntent | null>
  admissions(): Promise<StoredAdmission[]>
  /** In order of sequence, from afterSeq on, at most `limit`. */
  journal(query: { kind: JournalRow['kind']; afterSeq: number; limit: number }): Promise<StoredJournal[]>
  journalByHash(hash: Uint8Array): Promise<StoredJournal | null>
  /** Vertices of an epoch, own and received, from a round on, lowest round first, at most `limit`; `afterSeq` goes on within `fromRound`. */
  vertices(query: { epoch: number; fromRound: number; afterSeq: number; limit: number }): Promise<StoredJournal[]>
  /** Names of the epoch's vertices below a round. */
  vertexPlaces(query: { epoch: number; belowRound: number }): Promise<VertexPlace[]>
  commits(query: { afterIndex: number; limit: number }): Promise<CommitRow[]>
  lastCommit(): Promise<CommitRow | null>
  lastCheckpoint(): Promise<CheckpointRow | null>
  checkpoint(seq: number): Promise<CheckpointRow | null>
  /** The last of an epoch. */
  lastCheckpointOf(epoch: number): Promise<CheckpointRow | null>
  /** The first checkpoint whose commitIndex is at least this one. */
  checkpointCovering(commitIndex: number): Promise<CheckpointRow | null>
  /** Entries in order of key, from after the given one on, at most `limit`. */
  state(query: { afterKey: Uint8Array | null; limit: number }): Promise<{ key: Uint8Array; value: Uint8Array }[]>
  /** By prefix. */
  stagedChunks(): Promise<StagedChunkName[]>
  final(txId: Uint8Array): Promise<HistoryRow | null>
  vertexProgress(hash: Uint8Array): Promise<VertexProgressRow | null>
  /** In the order they were put. */
  tokens(): Promise<TokenRow[]>
  tokenSpending(query: { tokenId: string; key: string }): Promise<{ amountMicroRuv: bigint; atMs: number } | null>
  /** What a token has spent after afterMs, summed over each slotMs of the clock; atMs is the latest time in its slot. Oldest first. */
  tokenSpendingSlots(query: {
    tokenId: string
    afterMs: number
    slotMs: number
  }): Promise<{ amountMicroRuv: bigint; atMs: number }[]>
  /** Newest first. Rows without a commit come before all others, by time of recording. */
  history(query: HistoryQuery): Promise<HistoryRow[]>
  /** False in a database that had commits before it had balances, until the last of them is put. */
  hasAllBalances(): Promise<boolean>
  /** Ledger time of the first change of any of the accounts; null where there is none. */
  firstBalanceMs(accounts: readonly Uint8Array[]): Promise<number | null>
  /** In the order of the accounts asked for. At most maxPageRows stretches, the last ones. */
  balances(query: BalanceQuery): Promise<BalanceSlots[]>
  /** In the order they were first put. */
  watched(): Promise<WatchedRow[]>
  /** By type and ref; null for both types. */
  labels(type: LabelRow['type'] | null): Promise<LabelRow[]>
  status(): Promise<{
    bytes: number
    pages: number
    schemaVersion: number
    journalRecords: number
    commits: number
    transactions: number
  }>
  /** SQLite's own integrity check; an empty list when sound. */
  integrityCheck(): Promise<string[]>
}

export interface Storage {
  readonly write: StorageWriter
  readonly read: StorageReader
  /** Resolves when every write asked for is durable and the database is closed. */
  close(): Promise<void>
}
