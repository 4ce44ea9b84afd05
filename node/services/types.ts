/**
 * What the node does for whoever asks, whatever door the request came through. The API handlers call these and nothing else.
 * Bytes of secrets (passwords, phrases) belong to the service once handed over: it zeroes them.
 * Failures are NodeError with the code named; every code is in docs/errors.md.
 */
import type { SignatureSuite } from '../crypto/suites.ts'
import type { SignerKind } from '../vault/index.ts'
import type { HardwareKeyState, ModuleFacts, SelfTestReport, TokenFacts } from '../vault/pkcs11/index.ts'
import type { NetworkServices, NodeStatus } from './network-types.ts'
import type { StakingServices } from './validator-types.ts'

export type * from './graph-types.ts'
export type * from './joining-types.ts'
export type * from './network-types.ts'
export type * from './peer-types.ts'
export type * from './validator-types.ts'

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

export type PolicyChange =
  | 'key'
  | 'limit'
  | 'recovery'
  | 'clearLimit'
  | 'clearRecovery'
  | 'cancelRecovery'
  | 'start'
  | 'finish'

/** A key, by the address that it has or would have by itself. */
export interface KeyView {
  readonly address: string
  readonly suite: SignatureSuite
  /** Of the vault's account that has it. */
  readonly label: string | null
  readonly isInVault: boolean
}

export interface AccountPolicyView {
  readonly address: string
  /** Who signs for the account; null before the ledger has seen its key. */
  readonly key: KeyView | null
  readonly limit: {
    readonly key: KeyView
    readonly dailyLimitMicroRuv: bigint
    readonly spentMicroRuv: bigint
    /** What the account's key may still spend by itself, what is on its way apart. */
    readonly allowanceMicroRuv: bigint
  } | null
  readonly recovery: {
    readonly key: KeyView
    readonly delayMs: number
    /** While one runs: ledger time from which it can be finished. */
    readonly takesOverAtMs: number | null
  } | null
}

/** Of whoever asks for a change of a policy. */
export interface PolicyOrder {
  readonly maxFeeMicroRuv?: bigint | undefined
  readonly tokenId?: string | undefined
  readonly idempotencyKey?: string | undefined
}

export interface OperationView {
  readonly kind:
    | 'transfer'
    | 'faucet'
    | 'stake.bond'
    | 'stake.unbond'
    | 'evidence.submit'
    | 'account.update'
    | 'account.recover'
  /** What is done to keys or policy: by the account to its own, or, `start` and `finish`, to the one named in `to`. */
  readonly change?: PolicyChange
  /** The address that the new, second or recovery key would have by itself. */
  readonly key?: string
  readonly dailyLimitMicroRuv?: bigint
  readonly delayMs?: number
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
  /** Of a finalized one; absent, with the code OUTCOME_UNSEEN, where it was executed while this node was away. */
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
  /** Where its key is: in the vault, in a token, half in each; null for an account that is not in this vault. */
  readonly signer: SignerKind | null
  /** Id of the pairing, where a key of a token has part in its signatures. */
  readonly pairing?: string | undefined
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

/** `co-signs`: one half of the key of a composite account, whose other half is in the vault. */
export type HardwareKeyUse = 'signs' | 'co-signs' | 'seals'

/** A paired key of a token. */
export interface HardwareKeyView {
  readonly id: string
  readonly label: string
  readonly use: HardwareKeyUse
  /** Of the account that it signs for; null for one that seals. */
  readonly suite: SignatureSuite | null
  readonly token: { readonly label: string; readonly serial: string }
  /** Path of its library. */
  readonly module: string
  readonly state: HardwareKeyState
}

export interface PinRequestView {
  readonly id: string
  readonly label: string
  readonly token: {
    readonly label: string
    readonly serial: string
    readonly tries: 'unknown' | 'few' | 'last' | 'locked'
  }
  /** Null where no PIN is typed here: the token has a keypad, or asks for none. */
  readonly pin: {
    readonly socket: string
    /** Hex; good for one PIN. */
    readonly ticket: string
    readonly purpose: 'login' | 'transaction' | 'message'
    /** Hex of the transaction that waits, where it is what the token signs. */
    readonly unsigned: string | null
    /** Of a message that waits. */
    readonly text: string | null
  } | null
}

/** A module that is open for work on its tokens. */
export interface OpenModuleView {
  readonly session: string
  readonly module: ModuleFacts
  readonly profile: { readonly name: string; readonly tested: boolean; readonly notes: readonly string[] }
  readonly tokens: readonly TokenFacts[]
}

/** A token behind an open module. */
export interface OnToken {
  readonly session: string
  readonly token: { readonly serial: string; readonly label: string }
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
  /** The account's second key, of this vault too, signs it: beyond the daily limit. */
  readonly coSign?: boolean | undefined
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
  /** The key of a token without which it does not open; null where the password alone opens it. */
  readonly sealedBy: {
    /** Id and label of the pairing; null where that key is not paired here. */
    readonly pairing: string | null
    readonly label: string | null
    readonly serial: string
  } | null
  /** Null where the pairings cannot be read: `hsm.list` says why. */
  readonly hardwareKeys: readonly Omit<HardwareKeyView, 'token' | 'module'>[] | null
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
    /** By a paired key of a token: from here on it opens with both. @throws NodeError VAULT_SEALED, HSM_… */
    seal(input: { password: Uint8Array; hardware: string }): Promise<void>
    unseal(input: { password: Uint8Array }): Promise<void>
    /** Encrypted bytes of a backup, safe to store anywhere the password is strong enough for. */
    backup(input: { password: Uint8Array }): Promise<{ backup: Uint8Array }>
  }
  /** Hardware keys that are paired. A PIN never passes here. */
  readonly hsm: {
    list(): Promise<readonly HardwareKeyView[]>
    /**
     * Makes ready for a PIN, which goes to the socket and not through here; a token with a keypad of its own is unlocked then.
     *
     * @throws NodeError HSM_NOT_PAIRED, HSM_MODULE_CHANGED, HSM_TOKEN_ABSENT, HSM_PIN_LOCKED …
     */
    unlock(pairing: string | undefined): Promise<PinRequestView>
    /** A signature that waits for its PIN is given up. @throws NodeError HSM_NOT_PAIRED */
    cancel(pairing: string): Promise<void>
    /** Ends the process of its module, and every login with it. @throws NodeError HSM_NOT_PAIRED */
    lock(pairing: string): Promise<void>
    /** @throws NodeError HSM_NOT_PAIRED, HSM_LABEL_TAKEN, HSM_PAIRING_FAILED */
    rename(input: { pairing: string; label: string }): Promise<HardwareKeyView>
    /** The key stays in the token. @throws NodeError HSM_NOT_PAIRED, HSM_PAIRING_FAILED */
    forget(pairing: string): Promise<void>
    /** @throws NodeError HSM_MODULE_NOT_FOUND, HSM_MODULE_UNUSABLE, HSM_MODULE_CHANGED, HSM_BUSY … */
    open(
      input:
        | { pairing: string }
        | { module: string; initString?: string | undefined; libraryPath?: string | undefined },
    ): Promise<OpenModuleView>
    /** Of `unlock` the rules: the PIN goes to the socket. Null where none is typed here. @throws NodeError HSM_… */
    expectPin(
      input: OnToken & { purpose: 'login' | 'change' | 'use' },
    ): Promise<{ token: TokenFacts; pin: { socket: string; ticket: string } | null }>
    /** Writes nothing before a signature by the key has been verified. @throws NodeError HSM_PIN_REQUIRED, HSM_UNSUPPORTED … */
    pair(input: OnToken & { use: HardwareKeyUse; generate: boolean; label: string }): Promise<HardwareKeyView>
    test(input: OnToken): Promise<SelfTestReport>
    close(session: string): Promise<void>
  }
  readonly accounts: {
    create(input: {
      label?: string | undefined
      suite?: SignatureSuite | undefined
      /** Id or label of a paired key that signs for it. */
      hardware?: string | undefined
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
  readonly validators: StakingServices
  /** Keys are named by the accounts of this vault that have them. All but `show` are for the owner: a token gets TOKEN_SCOPE. */
  readonly policies: {
    show(account: string): Promise<AccountPolicyView>
    /** @throws NodeError as transactions.pay, KEY_NOT_IN_VAULT, and the codes of policies */
    setKey(
      order: PolicyOrder & { readonly account?: string | undefined; readonly key: string },
    ): Promise<TransactionView>
    /** @param order.key undefined keeps the second key that there is */
    setLimit(
      order: PolicyOrder & {
        readonly account?: string | undefined
        readonly key?: string | undefined
        readonly dailyLimitMicroRuv: bigint
      },
    ): Promise<TransactionView>
    setRecovery(
      order: PolicyOrder & {
        readonly account?: string | undefined
        readonly key: string
        readonly delayMs: number
      },
    ): Promise<TransactionView>
    clear(
      order: PolicyOrder & { readonly account?: string | undefined; readonly part: 'limit' | 'recovery' },
    ): Promise<TransactionView>
    cancelRecovery(order: PolicyOrder & { readonly account?: string | undefined }): Promise<TransactionView>
    /** Starts the recovery of an account, or finishes the one that runs. @param order.from who pays; undefined takes the recovery key's own account */
    recover(
      order: PolicyOrder & { readonly account: string; readonly from?: string | undefined },
    ): Promise<TransactionView>
  }
  readonly network: NetworkServices
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
