/**
 * What the node does for whoever asks, whatever door the request came through. The API handlers call these and nothing else.
 * Bytes of secrets (passwords, phrases) belong to the service once handed over: it zeroes them.
 * Failures are NodeError with the code named; every code is in docs/errors.md.
 */
import type { SignatureSuite } from '../crypto/suites.ts'

export type TransactionState =
  | 'Created'
  | 'Signed'
  | 'Broadcast'
  | 'Validating'
  | 'Voting'
  | 'Confirming'
  | 'Confirmed'
  | 'Finalized'
  | 'Rejected'

/** The stake of the distinct validators that have named a vertex. */
export interface Support {
  readonly supportMicroRuv: bigint
  readonly totalStakeMicroRuv: bigint
  readonly supporters: number
  readonly validators: number
}

export interface StateStep {
  readonly state: TransactionState
  readonly atMs: number
  /** The persisted record that caused it: `intent:3`, `admission:12`, `vertex:<hash>`, `commit:7`. */
  readonly record: string
  /** Behind its vertex when it reached the state; of Voting, Confirming and Confirmed where it was recorded. */
  readonly support?: Support
}

export interface OperationView {
  readonly kind: 'transfer' | 'faucet' | 'stake.bond' | 'stake.unbond' | 'evidence.submit'
  readonly to?: string
  /** Id of the validator whose stake it is about, in hex. */
  readonly validator?: string
  /** 0 for evidence: what it burns shows in the validator's stake. */
  readonly amountMicroRuv: bigint
  readonly memo?: string
}

export interface TransactionView {
  readonly txId: string
  readonly state: TransactionState
  /** Only when Finalized. */
  readonly outcome?: 'ok' | 'failed'
  /** Why it failed or was rejected. */
  readonly code?: string
  readonly account: string
  readonly nonce: number
  readonly feeMicroRuv: bigint
  readonly states: readonly StateStep[]
  readonly operations: readonly OperationView[]
  readonly sizeBytes: number
  readonly validUntilMs: number
  readonly checkpoint?: { readonly seq: number; readonly hash: string }
  /** Another transaction of the account and nonce is known: at most one of them executes. */
  readonly contested?: {
    /** Whether the validators that were asked prefer this one; null before the first answers. */
    readonly isPreferred: boolean | null
  }
}

export interface AccountView {
  readonly address: string
  readonly kind: 'vault' | 'watched' | 'other'
  /** Null for an account that is neither in this vault nor watched. */
  readonly label: string | null
  /** Null while the ledger has not seen the key of an account that is not in this vault. */
  readonly suite: SignatureSuite | null
  /** Nonce of the next transaction to execute. */
  readonly nonce: number
  readonly balance: {
    readonly availableMicroRuv: bigint
    readonly escrowedMicroRuv: bigint
    /** Outgoing and not yet final. */
    readonly pendingMicroRuv: bigint
    readonly stakedMicroRuv: bigint
  }
}

export interface NodeStatus {
  readonly pid: number
  readonly chainId: string
  readonly network: string
  readonly role: 'validator'
  readonly commitIndex: number
  readonly round: number
  readonly stateRoot: string
  readonly checkpoint: { readonly seq: number; readonly hash: string } | null
  readonly validators: number
  readonly peers: number
  readonly mempool: number
  /** Of the last transactions admitted and finalized here, in ms; null before the first. */
  readonly finalityMs: { readonly p50: number; readonly p95: number } | null
  readonly storage: { readonly bytes: number }
}

/** A request to pay; the vault signs it. Amounts in µrUv. */
export interface PaymentRequest {
  /** Address or label; undefined takes the vault's only account. */
  readonly from?: string | undefined
  readonly transfers: readonly {
    readonly to: string
    readonly amountMicroRuv: bigint
    readonly memo?: string | undefined
  }[]
  readonly maxFeeMicroRuv?: bigint | undefined
  /** In place of the one with this nonce, or to fill a missing one; undefined takes the next free. */
  readonly nonce?: number | undefined
  /** Who asks, where that is a token with limits of its own; undefined for the owner. */
  readonly tokenId?: string | undefined
  /**
   * The same key and request give the same transaction, across restarts; another request is IDEMPOTENCY_KEY_REUSED.
   * Each token has keys of its own.
   */
  readonly idempotencyKey?: string | undefined
}

/** What a payment would be: nothing of it is recorded or signed. */
export interface PaymentPreview {
  readonly from: string
  readonly nonce: number
  readonly feeMicroRuv: bigint
  readonly amountMicroRuv: bigint
  readonly totalMicroRuv: bigint
  readonly remainingMicroRuv: bigint
  readonly to: readonly string[]
}

/** A transaction that lacks its signature, and what its bytes say. */
export interface UnsignedTransactionView {
  /** Canonical encoding with an empty signature. */
  readonly bytes: Uint8Array
  /** The id it has once it is signed. */
  readonly txId: string
  readonly chainId: string
  readonly account: string
  readonly nonce: number
  readonly operations: readonly OperationView[]
  readonly maxFeeMicroRuv: bigint
  readonly validUntilMs: number
}

export interface AccountNoncesView {
  readonly next: number
  readonly taken: readonly { readonly nonce: number; readonly txId: string; readonly parked: boolean }[]
  readonly missing: readonly number[]
}

/** As BIP 329 has them: `address` is an entry of the address book, `tx` a note on a transaction. */
export interface LabelView {
  readonly type: 'address' | 'tx'
  readonly ref: string
  readonly label: string
}

export interface SignedMessageView {
  readonly address: string
  readonly suite: SignatureSuite
  readonly publicKey: string
  readonly message: string
  readonly signature: string
}

/** One of the node's options, for a form. */
export interface SettingView {
  readonly name: string
  readonly description: string
  readonly kind: 'choice' | 'integer' | 'text' | 'path'
  readonly choices?: readonly string[]
  readonly least?: number
  readonly most?: number
  /** Left out for what is never shown. */
  readonly value?: string | number | null
  readonly inFile: string | number | null
  readonly default: string | number | null
  readonly source: 'default' | 'file' | 'environment' | 'flag'
  readonly live: boolean
}

export interface VaultStatus {
  readonly exists: boolean
  readonly locked: boolean
  readonly accounts: number
  /** When an attempt at the password is next allowed; null when at once. */
  readonly retryAtMs: number | null
  /** When it locks by itself if nothing happens; null when never or locked. */
  readonly autoLockAtMs: number | null
}

/** What a token lets its bearer do. `submit`: hand in transactions signed elsewhere. `spend`: have the open vault sign. */
export type TokenScope = 'read' | 'submit' | 'spend'

/** Of a `spend` token; undefined is no limit. Amounts count what leaves the vault's accounts, fees included. */
export interface SpendLimits {
  readonly perTransactionMicroRuv?: bigint | undefined
  /** Within any 24 hours of the node's clock. */
  readonly perDayMicroRuv?: bigint | undefined
  /** Addresses that may be paid; undefined is any. */
  readonly recipients?: readonly string[] | undefined
}

export interface TokenView {
  readonly id: string
  readonly label: string
  readonly scopes: readonly TokenScope[]
  readonly limits: SpendLimits
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
  readonly spentTodayMicroRuv: bigint
}

export interface CheckpointView {
  readonly seq: number
  readonly epoch: number
  readonly commitIndex: number
  readonly commitTimeMs: number
  /** 32 bytes as hex, like every root and hash here. */
  readonly hash: string
  readonly stateRoot: string
  readonly historyRoot: string
  readonly consensusRoot: string
  readonly nextValidatorsHash: string
  readonly previous: string
  /** Signatures of more than two thirds of the stake over tag ‖ chainId ‖ canonical checkpoint; hex. */
  readonly certificate: readonly { readonly validator: string; readonly signature: string }[]
}

export interface EpochStepView {
  readonly checkpoint: CheckpointView
  readonly validators: readonly { readonly publicKey: string; readonly stakeMicroRuv: bigint }[]
}

/** Shows to a third party what an account held at a checkpoint, or that it did not exist. All bytes as hex. */
export interface AccountProofView {
  readonly address: string
  readonly checkpoint: CheckpointView
  /** Each change of validators since the genesis, oldest first: the checkpoint that closed the epoch, and who came then. */
  readonly epochs: readonly EpochStepView[]
  /** Canonical account (docs/protocol.md, "State"); null where the ledger had none. */
  readonly account: string | null
  /** Where the account stands in the state tree. */
  readonly key: string
  /** Hashes beside the path, from the root down. */
  readonly siblings: readonly string[]
  /** The leaf at its end, of this key or, to prove absence, of another; null for an empty place. */
  readonly end: { readonly key: string; readonly valueHash: string } | null
}

/** A validator of the epoch, as this node sees it. */
export interface ValidatorView {
  /** Place in the committee, from 0: what vertices name their author by. */
  readonly index: number
  /** 32 bytes as hex: hash of its suite and public key. */
  readonly id: string
  /** `Validator 1` for index 0: for people, of this epoch only. */
  readonly name: string
  /** SHA3-256 of the public key, hex. */
  readonly publicKeyHash: string
  /** What counts, after the cap. */
  readonly stakeMicroRuv: bigint
  /** Of all stake that counts, in parts per million. */
  readonly sharePpm: number
  /** Of its latest vertex that is stored here; 0 before the first. */
  readonly round: number
  /** Rounds behind the furthest validator. */
  readonly lagRounds: number
  readonly isSelf: boolean
  /** Proven to have signed two vertices of one round. */
  readonly isEquivocator: boolean
}

export interface ValidatorsView {
  readonly epoch: number
  readonly totalStakeMicroRuv: bigint
  /** More than two thirds: what a commit and a checkpoint need. */
  readonly quorumMicroRuv: bigint
  readonly items: readonly ValidatorView[]
}

/**
 * - `no-quorum`: validators with more than a third of the stake are silent
 * - `no-commit`: they speak, and what waits is not committed all the same
 */
export type StandstillReason = 'no-quorum' | 'no-commit'

export interface NetworkStatusView extends NodeStatus {
  readonly asOfMs: number
  readonly epoch: {
    readonly number: number
    readonly startedAtMs: number
    /** Ledger time it ends at, with the first commit from then on; null where it has no end. */
    readonly endsAtMs: number | null
  }
  /** Index of the validator that leads the current round. */
  readonly leader: number
  readonly committee: ValidatorsView
  /** Leaders committed, and passed over, since this node was started. */
  readonly sinceStart: { readonly commits: number; readonly skips: number }
  /** Round of the last committed leader; 0 before the first. */
  readonly committedLeaderRound: number
  /** Local time of it; null where none came since this node was started. */
  readonly lastCommitAtMs: number | null
  /** Validators, whichever they are, that may fail or lie without anything going wrong; 0 for networks of one to three. */
  readonly toleratedFaults: number
  /** Null while the chain goes on, or has nothing to do. */
  readonly standstill: { readonly reason: StandstillReason; readonly sinceMs: number } | null
}

/**
 * How far a vertex has come: `stored`, then `voting` (named by another), `confirming` (by more than a third of the stake),
 * `confirmed` (by more than two thirds), `committed`. `skipped`: its leader was passed over, or the horizon; where it
 * stands in a later leader's history it is committed with that all the same.
 */
export type GraphVertexState = 'stored' | 'voting' | 'confirming' | 'confirmed' | 'committed' | 'skipped'

export interface GraphVertexView {
  readonly hash: string
  readonly round: number
  /** Index in the committee. */
  readonly author: number
  /** Hashes of the vertices it names, of the previous round and before; none in round 1. */
  readonly parents: readonly string[]
  /** How many it carries. */
  readonly transactions: number
  /** The author's clock. */
  readonly timestampMs: number
  readonly state: GraphVertexState
  readonly supportMicroRuv: bigint
  /** Validators whose stake it is. */
  readonly supporters: number
  /** Its author leads its round. */
  readonly isLeader: boolean
  /** The commit it stands in was of itself. */
  readonly isAnchor: boolean
  /** Its author signed another one of the round. */
  readonly isTwin: boolean
  /** The commit that ordered it. */
  readonly commitIndex: number | null
}

/** What may change of a vertex. */
export type GraphVertexChange = Pick<
  GraphVertexView,
  'hash' | 'state' | 'supportMicroRuv' | 'supporters' | 'isAnchor' | 'isTwin' | 'commitIndex'
>

export interface GraphRoundView {
  readonly round: number
  /** Index of the validator that leads it. */
  readonly leader: number
  readonly outcome: 'undecided' | 'committed' | 'skipped'
}

export interface GraphCommitView {
  readonly commitIndex: number
  readonly leaderRound: number
  /** Hash of the leader's vertex. */
  readonly anchor: string
  readonly commitTimeMs: number
  /** How many it ordered. */
  readonly vertices: number
  readonly transactions: number
  /** Rounds since the last committed leader whose leaders were passed over; the newest where there are too many. */
  readonly skipped: readonly number[]
  readonly closesEpoch: boolean
}

export interface GraphView {
  readonly epoch: number
  /** The rounds it covers, both included; 0 where there is nothing yet. */
  readonly fromRound: number
  readonly toRound: number
  readonly totalStakeMicroRuv: bigint
  readonly validators: number
  readonly rounds: readonly GraphRoundView[]
  /** By round, then author. */
  readonly vertices: readonly GraphVertexView[]
  /** Rounds that are kept and were asked for, but found no room. */
  readonly isTruncated: boolean
}

export interface VertexDetailView extends GraphVertexView {
  readonly epoch: number
  readonly authorId: string
  /** Of `parents`: where each stands; null where it is not kept any more. */
  readonly references: readonly {
    readonly hash: string
    readonly round: number | null
    readonly author: number | null
  }[]
  /** Last commit that its author had executed. */
  readonly lastCommit: number
  readonly totalStakeMicroRuv: bigint
  readonly validators: number
  /** Local times at which it reached each state. */
  readonly times: readonly { readonly state: GraphVertexState; readonly atMs: number }[]
  /** What it carries, in order; null where this node has not got its content at hand. */
  readonly contents: readonly { readonly txId: string; readonly account: string; readonly nonce: number }[] | null
}

export interface EventView {
  /** One of the contract's eventTypes: `transaction.<state>`, `account.balance.changed`, `vault.changed` … */
  readonly type: string
  /** Transaction id, address, or number of the checkpoint. */
  readonly subject: string
  /** As it is sent: amounts are decimal strings of µrUv. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Numbered within one run of the node. After a gap the reader takes a new snapshot of what it shows. */
export type EventDelivery =
  | {
      readonly kind: 'event'
      readonly run: string
      readonly sequence: number
      readonly atMs: number
      readonly event: EventView
    }
  | { readonly kind: 'gap'; readonly run: string; readonly nextSequence: number }

export interface StakedValidatorView {
  readonly id: string
  readonly publicKey: string
  /** Address; null for a validator of the genesis that belongs to nobody. */
  readonly owner: string | null
  readonly bondedMicroRuv: bigint
  /** In the running epoch; 0 for one that is not in its committee. */
  readonly countedMicroRuv: bigint
  readonly unbonding: readonly { readonly amountMicroRuv: bigint; readonly releaseAtMs: number | null }[]
  readonly isJailed: boolean
  /** Whether this node validates with its key. */
  readonly isSelf: boolean
}

export interface StakedValidatorListView {
  readonly epoch: number
  readonly startMs: number
  readonly endsAtMs: number
  /** Of the committee. */
  readonly totalMicroRuv: bigint
  /** By id. */
  readonly items: readonly StakedValidatorView[]
}

/** Stake to be bonded or asked back from an account of the open vault. */
export interface StakeOrder {
  readonly from?: string | undefined
  readonly amountMicroRuv: bigint
  readonly maxFeeMicroRuv?: bigint | undefined
  readonly tokenId?: string | undefined
  readonly idempotencyKey?: string | undefined
}

export interface NodeServices {
  readonly node: {
    status(): Promise<NodeStatus>
    /** Ends the process after the answer is out. */
    stop(): Promise<void>
    /** @throws NodeError BROWSER_UNAVAILABLE */
    browserLink(): Promise<{ url: string; expiresAtMs: number }>
  }
  readonly vault: {
    status(): Promise<VaultStatus>
    /** The new vault is open. The phrase is UTF-8, words parted by single spaces; the caller zeroes it. */
    init(input: { password: Uint8Array; passphrase?: Uint8Array | undefined }): Promise<{ phrase: Uint8Array }>
    /** From the recovery phrase. `accounts` derives that many at least; accounts with activity on the ledger are found by themselves. */
    restorePhrase(input: {
      phrase: Uint8Array
      password: Uint8Array
      passphrase?: Uint8Array | undefined
      accounts?: number | undefined
    }): Promise<{ accounts: readonly AccountView[] }>
    /** From an encrypted backup file's bytes; the password is the one the backup was made under. */
    restoreBackup(input: { backup: Uint8Array; password: Uint8Array }): Promise<{ accounts: readonly AccountView[] }>
    unlock(input: { password: Uint8Array }): Promise<void>
    lock(): Promise<void>
    /** Starts the time until it locks by itself anew, where it is open. */
    keepOpen(): Promise<VaultStatus>
    changePassword(input: { password: Uint8Array; newPassword: Uint8Array }): Promise<void>
    /** Encrypted bytes of a backup, safe to store anywhere the password is strong enough for. */
    backup(input: { password: Uint8Array }): Promise<{ backup: Uint8Array }>
  }
  readonly accounts: {
    create(input: {
      label?: string | undefined
      suite?: SignatureSuite | undefined
      /** As in PaymentRequest. */
      tokenId?: string | undefined
      idempotencyKey?: string | undefined
    }): Promise<AccountView>
    /** Watches an account from here on; the same again gives the same answer, with a new label where one is given. */
    watch(input: {
      /** Either an address or a public key with its suite. */
      address?: string | undefined
      publicKey?: Uint8Array | undefined
      suite?: SignatureSuite | undefined
      label?: string | undefined
      tokenId?: string | undefined
      idempotencyKey?: string | undefined
    }): Promise<AccountView>
    /** Those of the vault, then the watched ones. */
    list(): Promise<readonly AccountView[]>
    /** @throws NodeError ACCOUNT_UNKNOWN, LABEL_INVALID, ACCOUNT_LABEL_TAKEN, VAULT_LOCKED */
    rename(input: { account: string; label: string }): Promise<AccountView>
    /** @throws NodeError ACCOUNT_IN_VAULT, ACCOUNT_UNKNOWN */
    unwatch(account: string): Promise<{ address: string }>
    balanceHistory(query: {
      account?: string | undefined
      fromMs?: number | undefined
      points?: number | undefined
    }): Promise<{
      points: readonly { readonly atMs: number; readonly balanceMicroRuv: bigint }[]
      commitIndex: number
    }>
    /** Any address on the ledger, or a label of this vault. */
    show(account: string): Promise<AccountView>
    exportPublic(account: string): Promise<{
      address: string
      suite: SignatureSuite
      publicKey: string
      label: string | null
      /** Null for a watched account. */
      path: string | null
    }>
  }
  readonly transactions: {
    pay(request: PaymentRequest): Promise<TransactionView>
    /** Undefined amount takes the largest the network gives now. */
    faucet(input: {
      account: string
      amountMicroRuv?: bigint | undefined
      /** As in PaymentRequest: the vault signs for it, and its fee counts. */
      tokenId?: string | undefined
      idempotencyKey?: string | undefined
    }): Promise<TransactionView>
    /**
     * Takes a signed transaction's canonical bytes; the same bytes again give the same answer. Under an idempotency key
     * other bytes than the first are IDEMPOTENCY_KEY_REUSED, across restarts.
     */
    submit(
      bytes: Uint8Array,
      options?: { readonly tokenId?: string | undefined; readonly idempotencyKey?: string | undefined },
    ): Promise<TransactionView>
    preview(request: Omit<PaymentRequest, 'idempotencyKey' | 'tokenId'>): Promise<PaymentPreview>
    /**
     * A payment to be signed on another machine: of an account of this vault, or a watched one whose public key is known.
     * Nothing is recorded. @throws NodeError as pay, ACCOUNT_WATCHED where no key is known
     */
    build(request: Omit<PaymentRequest, 'idempotencyKey' | 'tokenId'>): Promise<UnsignedTransactionView>
    /**
     * What unsigned bytes say, wherever they come from; needs no ledger that is up to date.
     * @throws NodeError ENCODING_*, INPUT_INVALID for signed ones, EXPIRED, VALID_UNTIL_TOO_FAR and the codes of the ledger's rules
     */
    inspect(bytes: Uint8Array): Promise<UnsignedTransactionView>
    /** Signs with the open vault and sends nothing. @throws NodeError as inspect, ACCOUNT_UNKNOWN, ACCOUNT_WATCHED, MAX_FEE_TOO_LOW, VAULT_LOCKED, TOKEN_* */
    sign(input: {
      bytes: Uint8Array
      tokenId?: string | undefined
    }): Promise<{ readonly txId: string; readonly signed: Uint8Array }>
    nonces(account: string): Promise<AccountNoncesView>
    /** Canonical bytes. @throws NodeError TRANSACTION_UNKNOWN */
    raw(txId: string): Promise<Uint8Array>
    /** Takes up a nonce with a transaction that moves nothing. */
    cancel(input: {
      account: string
      nonce: number
      maxFeeMicroRuv?: bigint | undefined
      tokenId?: string | undefined
      idempotencyKey?: string | undefined
    }): Promise<TransactionView>
    show(txId: string): Promise<TransactionView>
    list(query: {
      account?: string | undefined
      state?: TransactionState | undefined
      direction?: 'sent' | 'received' | 'faucet' | undefined
      sinceMs?: number | undefined
      untilMs?: number | undefined
      search?: string | undefined
      cursor?: string | undefined
      limit?: number | undefined
    }): Promise<{ items: readonly TransactionView[]; cursor: string | null }>
    /** The transaction now, then again at each change, ending after Finalized or Rejected. */
    watch(txId: string, signal?: AbortSignal): AsyncIterable<TransactionView>
  }
  readonly labels: {
    list(query: { type?: LabelView['type'] | undefined }): Promise<readonly LabelView[]>
    /** @throws NodeError LABEL_INVALID, LABEL_COUNT, ADDRESS_INVALID, ADDRESS_WRONG_NETWORK, TRANSACTION_ID_INVALID */
    put(entry: LabelView): Promise<LabelView>
    remove(entry: Pick<LabelView, 'type' | 'ref'>): Promise<{ removed: boolean }>
    /** All or none. @throws as put */
    import(entries: readonly LabelView[]): Promise<{ imported: number }>
  }
  readonly messages: {
    /** @throws NodeError VAULT_LOCKED, ACCOUNT_WATCHED, ACCOUNT_UNKNOWN, MESSAGE_TOO_LONG, MESSAGE_INVALID */
    sign(input: { account: string; message: string; tokenId?: string | undefined }): Promise<SignedMessageView>
    verify(input: {
      address: string
      message: string
      signature: Uint8Array
      publicKey?: Uint8Array | undefined
      suite?: SignatureSuite | undefined
    }): Promise<{
      valid: boolean
      reason?:
        | 'SIGNATURE_INVALID'
        | 'SIGNATURE_LENGTH'
        | 'PUBLIC_KEY_MISMATCH'
        | 'PUBLIC_KEY_REQUIRED'
        | 'PUBLIC_KEY_LENGTH'
    }>
  }
  readonly settings: {
    list(): Promise<{ file: string; items: readonly SettingView[] }>
    /** Null takes an option out of the file. All or none. @throws NodeError SETTING_UNKNOWN, SETTING_INVALID, SETTINGS_FILE */
    set(
      values: Readonly<Record<string, string | number | null>>,
    ): Promise<{ items: readonly SettingView[]; restartNeeded: boolean }>
  }
  readonly tokens: {
    /** The token itself is shown here once and kept only as a hash. */
    create(input: {
      label: string
      scopes: readonly TokenScope[]
      limits?: SpendLimits | undefined
      expiresAtMs?: number | undefined
    }): Promise<{ readonly token: string; readonly view: TokenView }>
    list(): Promise<readonly TokenView[]>
    /** @throws NodeError TOKEN_UNKNOWN */
    revoke(id: string): Promise<void>
    /** Null for a token that is unknown, revoked or expired. */
    authenticate(token: string): Promise<{ readonly id: string; readonly scopes: readonly TokenScope[] } | null>
  }
  readonly validators: {
    list(): Promise<StakedValidatorListView>
    /** Fails before anything is signed where the ledger would refuse it now. @throws NodeError as transactions.pay, and the codes of stake */
    bond(
      order: StakeOrder & {
        /** Hex; undefined stands for the key that this node validates with. */
        readonly validator?: { readonly publicKey: string; readonly proof: string } | undefined
      },
    ): Promise<TransactionView>
    /** @param order.validator id in hex; undefined stands for this node's own */
    unbond(order: StakeOrder & { readonly validator?: string | undefined }): Promise<TransactionView>
  }
  readonly network: {
    status(): Promise<NetworkStatusView>
    validators(): Promise<ValidatorsView>
    /** The newest rounds whole, or those from `fromRound` on, of up to `limit` vertices. Another epoch than the present one is not kept. */
    graph(query: { fromRound?: number | undefined; limit?: number | undefined }): Promise<GraphView>
    /** One that the graph still has. @throws NodeError VERTEX_UNKNOWN */
    vertex(hash: string): Promise<VertexDetailView>
    /** Other nodes that are connected now. */
    peers(): Promise<readonly { readonly id: string; readonly address: string }[]>
    /** @throws NodeError CHECKPOINT_UNKNOWN */
    checkpoint(seq: number | 'latest'): Promise<CheckpointView>
    /** Against the latest checkpoint. @throws NodeError CHECKPOINT_UNKNOWN before the first, PROOF_VALIDATORS_UNKNOWN, ADDRESS_* */
    accountProof(account: string): Promise<AccountProofView>
  }
  readonly events: {
    /** Where a subscription that starts now begins. */
    position(): { readonly run: string; readonly sequence: number }
    /**
     * @param query.after resume after this event; without it the next one comes first
     * @param query.types exact types, or families like `transaction.*`; undefined takes all but those of the vertex graph
     * @param query.accounts addresses or labels; undefined takes all, and then checkpoints too
     * @throws NodeError TOO_MANY_SUBSCRIBERS, ADDRESS_INVALID, ADDRESS_WRONG_NETWORK
     */
    subscribe(
      query: {
        readonly after?: { readonly run: string; readonly sequence: number } | undefined
        readonly types?: readonly string[] | undefined
        readonly accounts?: readonly string[] | undefined
        /** Called once when nothing that happens from then on is missed: names of accounts are looked up first. */
        readonly onEstablished?: (() => void) | undefined
      },
      signal?: AbortSignal,
    ): AsyncIterable<EventDelivery>
  }
  readonly audit: {
    /** Newest last. */
    show(query: { limit?: number | undefined }): Promise<{ entries: readonly AuditEntryView[] }>
    verify(): Promise<{ entries: number; ok: boolean; problem?: { line: number; file: string; reason: string } }>
  }
  readonly storage: {
    status(): Promise<{
      bytes: number
      schemaVersion: number
      commits: number
      transactions: number
      journalRecords: number
    }>
    /** Replays everything from the genesis and compares; slow, runs beside the node's work. */
    verify(): Promise<{
      ok: boolean
      commits: number
      transactions: number
      stateRoot: string
      problems: readonly string[]
    }>
  }
}

export interface AuditEntryView {
  readonly seq: number
  readonly atMs: number
  readonly action: string
  readonly details: Readonly<Record<string, string | number | boolean>>
  readonly hash: string
}
