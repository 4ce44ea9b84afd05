/**
 * For tests only: the API's services in memory, whose transactions move when the test says so. No ledger, no cryptography: it
 * answers with the shapes and codes of the real ones, and remembers the secret buffers it was given.
 */
import { bech32m } from '@scure/base'
import { NodeError } from '../../core/node-error.ts'
import type { SignatureSuite } from '../../crypto/suites.ts'
import type {
  AccountView,
  CheckpointView,
  PaymentRequest,
  StateStep,
  TransactionView,
  UnsignedTransactionView,
} from '../../services/types.ts'
import type { ApiServices } from '../handlers/index.ts'
import { createFakeEvents, type FakeEvents } from './fake-events.ts'
import { createFakeLabels } from './fake-labels.ts'
import { createFakeNetwork, type FakeNetwork } from './fake-network.ts'
import { createFakeSettings } from './fake-settings.ts'
import { createFakeTokens, type FakeTokens } from './fake-tokens.ts'

/** A sound address of the development network. */
/** Typed as the log holds them: a literal beside others would be given their fields. */
const noDetails: Readonly<Record<string, string | number | boolean>> = {}

export function fakeAddress(index: number): string {
  return bech32m.encode('ruvd', bech32m.toWords(Uint8Array.of(0, ...new Uint8Array(31), index)))
}
const startMs = 1_750_000_000_000
const order = [
  'Created',
  'Signed',
  'Broadcast',
  'Validating',
  'Voting',
  'Confirming',
  'Confirmed',
  'Finalized',
] as const

export interface FakeServices {
  readonly services: ApiServices
  /** Buffers the services were handed, by the name of the input. */
  readonly received: { name: string; bytes: Uint8Array }[]
  /** Payments asked for. */
  readonly payments: PaymentRequest[]
  /** Cancellations asked for, and what lists were asked for. */
  readonly cancellations: Parameters<ApiServices['transactions']['cancel']>[0][]
  readonly listQueries: Parameters<ApiServices['transactions']['list']>[0][]
  /** Moves a transaction on, step by step, up to this state. */
  advance(txId: string, state: TransactionView['state'], change?: Partial<TransactionView>): void
  /** Covers it by a checkpoint. */
  prove(txId: string): void
  /** What becomes of each new transaction by itself; null leaves it in Validating. */
  fate: null | { state: TransactionView['state']; outcome?: 'ok' | 'failed'; code?: string; provable?: boolean }
  /** Thrown by the next call of any service method of that name. */
  readonly failures: Map<string, Error>
  /** The phrase that vault.init last gave out; zero once the caller has wiped it. */
  readonly lastPhrase: { bytes: Uint8Array | null }
  readonly stopped: Promise<void>
  readonly watchers: number
  readonly events: FakeEvents
  readonly network: FakeNetwork
  readonly tokens: FakeTokens
}

const fakeCheckpoint: CheckpointView = {
  seq: 3,
  epoch: 0,
  commitIndex: 42,
  commitTimeMs: startMs,
  hash: 'b'.repeat(64),
  stateRoot: 'a'.repeat(64),
  historyRoot: '1'.repeat(64),
  consensusRoot: '2'.repeat(64),
  nextValidatorsHash: '3'.repeat(64),
  previous: '4'.repeat(64),
  certificate: [{ validator: '5'.repeat(64), signature: '6'.repeat(64) }],
}

const phraseText = Array.from({ length: 24 }, (_, i) => (i === 23 ? 'art' : 'abandon')).join(' ')

/** Of no cryptography at all: hex that follows from the message. */
function fakeSignature(message: string): string {
  return Buffer.from(`signed ${message}`).toString('hex')
}

type UnsignedSaying = Pick<UnsignedTransactionView, 'account' | 'nonce' | 'operations' | 'maxFeeMicroRuv'>

/** A stand-in for the canonical encoding: JSON behind the byte that every transaction begins with. */
function encodeUnsigned(saying: UnsignedSaying): UnsignedTransactionView {
  const json = JSON.stringify(saying, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
  return decodeUnsigned(Uint8Array.of(0x82, ...new TextEncoder().encode(json)))
}

function decodeUnsigned(bytes: Uint8Array): UnsignedTransactionView {
  try {
    const saying: UnsignedSaying = JSON.parse(new TextDecoder().decode(bytes.subarray(1)), (_, value) =>
      typeof value === 'string' && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
    )
    const txId = Buffer.from(bytes).toString('hex').slice(-64)
    return { bytes, txId, chainId: 'c'.repeat(64), ...saying, validUntilMs: startMs + 43_200_000 }
  } catch {
    throw new NodeError('ENCODING_MALFORMED', 'the bytes are not a transaction')
  }
}

export function createFakeServices(): FakeServices {
  const received: FakeServices['received'] = []
  const payments: PaymentRequest[] = []
  const cancellations: FakeServices['cancellations'] = []
  const listQueries: FakeServices['listQueries'] = []
  const failures = new Map<string, Error>()
  const lastPhrase: { bytes: Uint8Array | null } = { bytes: null }
  const accounts: AccountView[] = []
  const transactions = new Map<string, TransactionView>()
  const byKey = new Map<string, string>()
  const wakers = new Set<() => void>()
  const stopping = Promise.withResolvers<void>()
  const events = createFakeEvents()
  const tokens = createFakeTokens()
  const network = createFakeNetwork()
  let password: string | null = null
  let locked = true
  let watchers = 0

  const failIfTold = (name: string): void => {
    const failure = failures.get(name)
    if (failure === undefined) return
    failures.delete(name)
    throw failure
  }
  const receive = (name: string, bytes: Uint8Array): string => {
    received.push({ name, bytes })
    const text = new TextDecoder().decode(bytes)
    return text
  }
  const wipe = (...buffers: (Uint8Array | undefined)[]): void => {
    for (const bytes of buffers) bytes?.fill(0)
  }
  const requireOpen = (): void => {
    if (password === null) throw new NodeError('VAULT_MISSING', 'there is no vault yet')
    if (locked) throw new NodeError('VAULT_LOCKED', 'the vault is locked', { hint: 'Unlock it with its password.' })
  }
  const checkPassword = (given: string): void => {
    if (password === null) throw new NodeError('VAULT_MISSING', 'there is no vault yet')
    if (given !== password) throw new NodeError('VAULT_WRONG_PASSWORD', 'the password is wrong')
  }
  const vaultStatus = () => ({
    exists: password !== null,
    locked,
    accounts: accounts.length,
    retryAtMs: null,
    autoLockAtMs: locked ? null : startMs,
    sealedBy: null,
    hardwareKeys: [{ id: 'a'.repeat(32), label: 'card', use: 'signs', suite: 'ML-DSA-65', state: 'locked' } as const],
  })
  const addAccount = (
    label: string | null,
    suite: SignatureSuite = 'ML-DSA-65',
    change: Partial<AccountView> = {},
  ): AccountView => {
    const view: AccountView = {
      address: fakeAddress(accounts.length),
      kind: 'vault',
      label,
      suite,
      signer: change.kind === undefined ? 'software' : null,
      nonce: 0,
      balance: { availableMicroRuv: 12_500_000n, escrowedMicroRuv: 0n, pendingMicroRuv: 1n, stakedMicroRuv: 0n },
      ...change,
    }
    accounts.push(view)
    return view
  }
  const findAccount = (name: string): AccountView => {
    const found = accounts.find((account) => account.address === name || account.label === name)
    if (found === undefined) throw new NodeError('ACCOUNT_UNKNOWN', 'the account is not in this vault')
    return found
  }
  const change = (txId: string, next: (view: TransactionView) => TransactionView): void => {
    const view = transactions.get(txId)
    if (view === undefined) throw new Error(`the test names an unknown transaction: ${txId}`)
    transactions.set(txId, next(view))
    for (const wake of [...wakers]) wake()
  }
  const changePolicy = async (
    {
      account,
      idempotencyKey,
    }: { readonly account?: string | undefined; readonly idempotencyKey?: string | undefined },
    what: Partial<TransactionView['operations'][number]>,
  ): Promise<TransactionView> => {
    failIfTold('policies.change')
    requireOpen()
    const operation = { kind: 'account.update', amountMicroRuv: 0n, ...what } as const
    return make(findAccount(account ?? accounts[0]?.address ?? ''), [operation], idempotencyKey)
  }
  const stepTo = (view: TransactionView, state: TransactionView['state']): readonly StateStep[] => {
    const steps = [...view.states]
    const add = (next: TransactionView['state']): void => {
      steps.push({ state: next, atMs: startMs + steps.length * 10, record: `commit:${steps.length}` })
    }
    if (state === 'Rejected') add('Rejected')
    else
      for (const next of order.slice(order.indexOf(view.state as 'Created') + 1, order.indexOf(state as 'Created') + 1))
        add(next)
    return steps
  }
  const fake: FakeServices = {
    received,
    payments,
    cancellations,
    listQueries,
    failures,
    lastPhrase,
    events,
    network,
    tokens,
    fate: null,
    stopped: stopping.promise,
    get watchers() {
      return watchers
    },
    advance(txId, state, extra = {}) {
      change(txId, (view) => ({ ...view, ...extra, states: stepTo(view, state), state }))
    },
    prove(txId) {
      change(txId, (view) => ({ ...view, checkpoint: { seq: 7, hash: 'c'.repeat(64) } }))
    },
    services: {} as ApiServices,
  }
  const make = (
    from: AccountView,
    operations: TransactionView['operations'],
    key: string | undefined,
  ): TransactionView => {
    const known = key === undefined ? undefined : byKey.get(key)
    if (known !== undefined) return transactions.get(known) as TransactionView
    const txId = (transactions.size + 1).toString(16).padStart(64, '0')
    if (key !== undefined) byKey.set(key, txId)
    const base: TransactionView = {
      txId,
      state: 'Created',
      account: from.address,
      nonce: transactions.size,
      feeMicroRuv: 5_600n,
      states: [{ state: 'Created', atMs: startMs, record: 'intent:1' }],
      operations,
      sizeBytes: 5_600,
      validUntilMs: startMs + 3_600_000,
    }
    transactions.set(txId, { ...base, states: stepTo(base, 'Validating'), state: 'Validating' })
    const { fate } = fake
    if (fate !== null) {
      setImmediate(() => {
        const { state, provable, ...rest } = fate
        fake.advance(txId, state, rest)
        if (provable === true) fake.prove(txId)
      })
    }
    return transactions.get(txId) as TransactionView
  }
  const show = (txId: string): TransactionView => {
    const view = transactions.get(txId)
    if (view === undefined) throw new NodeError('TRANSACTION_UNKNOWN', 'this node knows no such transaction')
    return view
  }

  const services: ApiServices = {
    node: {
      status: async () => {
        failIfTold('node.status')
        return {
          pid: process.pid,
          chainId: 'qudag-dev-1',
          network: 'dev',
          role: 'validator',
          commitIndex: 42,
          round: 99,
          stateRoot: 'a'.repeat(64),
          checkpoint: { seq: 3, hash: 'b'.repeat(64) },
          validators: 1,
          peers: 0,
          mempool: transactions.size,
          finalityMs: { p50: 210, p95: 340 },
          storage: { bytes: 123_456 },
        }
      },
      stop: async () => stopping.resolve(),
      async browserLink() {
        failIfTold('node.browserLink')
        return { url: 'http://127.0.0.1:3000/#c=code', expiresAtMs: startMs + 60_000 }
      },
    },
    vault: {
      status: async () => vaultStatus(),
      async init(input) {
        failIfTold('vault.init')
        const given = receive('password', input.password)
        if (input.passphrase !== undefined) receive('passphrase', input.passphrase)
        wipe(input.password, input.passphrase)
        if (password !== null) throw new NodeError('VAULT_EXISTS', 'a vault exists already')
        if (given.length < 8)
          throw new NodeError('PASSWORD_TOO_SHORT', 'the password is too short', { details: { minChars: 8 } })
        password = given
        locked = false
        lastPhrase.bytes = new TextEncoder().encode(phraseText)
        return { phrase: lastPhrase.bytes }
      },
      async restorePhrase(input) {
        failIfTold('vault.restorePhrase')
        const words = receive('phrase', input.phrase).trim().split(/\s+/)
        const given = receive('password', input.password)
        if (input.passphrase !== undefined) receive('passphrase', input.passphrase)
        wipe(input.phrase, input.password, input.passphrase)
        if (words.length !== 24) {
          throw new NodeError('PHRASE_WORD_COUNT', 'a recovery phrase has 24 words', {
            details: { words: words.length },
          })
        }
        password = given
        locked = false
        for (let i = 0; i < (input.accounts ?? 1); i++) addAccount(null)
        return { accounts }
      },
      async restoreBackup(input) {
        receive('backup', input.backup)
        password = receive('password', input.password)
        wipe(input.password)
        locked = false
        addAccount('restored')
        return { accounts }
      },
      async unlock(input) {
        failIfTold('vault.unlock')
        const given = receive('password', input.password)
        wipe(input.password)
        checkPassword(given)
        locked = false
      },
      async lock() {
        locked = true
      },
      keepOpen: async () => vaultStatus(),
      async changePassword(input) {
        const given = receive('password', input.password)
        const next = receive('newPassword', input.newPassword)
        wipe(input.password, input.newPassword)
        checkPassword(given)
        password = next
      },
      async seal(input) {
        const given = receive('password', input.password)
        wipe(input.password)
        checkPassword(given)
      },
      async unseal(input) {
        const given = receive('password', input.password)
        wipe(input.password)
        checkPassword(given)
      },
      async backup(input) {
        const given = receive('password', input.password)
        wipe(input.password)
        checkPassword(given)
        return { backup: Uint8Array.from({ length: 300 }, (_, i) => i & 0xff) }
      },
    },
    accounts: {
      async create(input) {
        requireOpen()
        const key =
          input.idempotencyKey === undefined ? undefined : `account:${input.tokenId ?? ''}:${input.idempotencyKey}`
        const known = key === undefined ? undefined : byKey.get(key)
        if (known !== undefined) return findAccount(known)
        const made = addAccount(input.label ?? null, input.suite)
        if (key !== undefined) byKey.set(key, made.address)
        return made
      },
      async watch(input) {
        const address = input.address ?? fakeAddress(200 + ((input.publicKey?.[0] ?? 0) % 50))
        const known = accounts.find((account) => account.address === address)
        if (known?.kind === 'vault') throw new NodeError('ACCOUNT_IN_VAULT', 'this account is in the vault')
        if (known !== undefined) return known
        return addAccount(input.label ?? null, input.suite, { address, kind: 'watched' })
      },
      list: async () => [...accounts].sort((a, b) => Number(a.kind === 'watched') - Number(b.kind === 'watched')),
      async rename({ account, label }) {
        const found = findAccount(account)
        if (found.kind === 'vault') requireOpen()
        if (accounts.some((other) => other !== found && other.label === label)) {
          throw new NodeError('ACCOUNT_LABEL_TAKEN', 'another account has this label')
        }
        const renamed = { ...found, label }
        accounts[accounts.indexOf(found)] = renamed
        return renamed
      },
      async unwatch(account) {
        const found = findAccount(account)
        if (found.kind === 'vault') throw new NodeError('ACCOUNT_IN_VAULT', 'this account is in the vault')
        accounts.splice(accounts.indexOf(found), 1)
        return { address: found.address }
      },
      async balanceHistory({ account, fromMs = startMs, points = 200 }) {
        if (account !== undefined) findAccount(account)
        return {
          points: [0, 1, 2]
            .slice(0, points)
            .map((step) => ({ atMs: fromMs + step * 1_000, balanceMicroRuv: BigInt(step) * 1_000_000n })),
          commitIndex: 42,
        }
      },
      show: async (account) => findAccount(account),
      async exportPublic(account) {
        const { address, label, kind } = findAccount(account)
        const path = kind === 'vault' ? "m/204'/7492982'/0'/0'/0'" : null
        return { address, suite: 'ML-DSA-65', publicKey: 'ab'.repeat(8), label, path }
      },
    },
    transactions: {
      async pay(request) {
        failIfTold('transactions.pay')
        requireOpen()
        payments.push(request)
        const from = request.from === undefined ? accounts[0] : findAccount(request.from)
        if (from === undefined) throw new NodeError('ACCOUNT_UNKNOWN', 'this vault has no account yet')
        for (const { to, amountMicroRuv } of request.transfers) {
          if (amountMicroRuv === 0n) throw new NodeError('AMOUNT_ZERO', 'an amount must be above 0')
          if (to === from.address) throw new NodeError('SELF_TRANSFER', 'sender and recipient are the same account')
          if (amountMicroRuv > from.balance.availableMicroRuv) {
            throw new NodeError('INSUFFICIENT_BALANCE', 'the available balance does not cover it', {
              details: { availableMicroRuv: from.balance.availableMicroRuv.toString() },
            })
          }
        }
        const operations = request.transfers.map(({ to, amountMicroRuv, memo }) => ({
          kind: 'transfer' as const,
          to,
          amountMicroRuv,
          ...(memo === undefined ? {} : { memo }),
        }))
        return make(from, operations, request.idempotencyKey)
      },
      async faucet(input) {
        failIfTold('transactions.faucet')
        requireOpen()
        const operation = { kind: 'faucet' as const, amountMicroRuv: input.amountMicroRuv ?? 1_000_000_000n }
        return make(findAccount(input.account), [operation], input.idempotencyKey)
      },
      async submit(bytes) {
        received.push({ name: 'submitted', bytes: bytes.slice() })
        if (bytes[0] === 0xff) throw new NodeError('ENCODING_MALFORMED', 'the bytes are not a transaction')
        return make(accounts[0] ?? addAccount(null), [], `bytes:${bytes.join()}`)
      },
      async show(txId) {
        failIfTold('transactions.show')
        return show(txId)
      },
      async preview(request) {
        failIfTold('transactions.preview')
        const from = request.from === undefined ? accounts[0] : findAccount(request.from)
        if (from === undefined) throw new NodeError('ACCOUNT_UNKNOWN', 'this vault has no account yet')
        const amountMicroRuv = request.transfers.reduce((sum, transfer) => sum + transfer.amountMicroRuv, 0n)
        const feeMicroRuv = request.maxFeeMicroRuv ?? 5_600n
        return {
          from: from.address,
          nonce: request.nonce ?? transactions.size,
          feeMicroRuv,
          amountMicroRuv,
          totalMicroRuv: amountMicroRuv + feeMicroRuv,
          remainingMicroRuv: from.balance.availableMicroRuv - amountMicroRuv - feeMicroRuv,
          to: request.transfers.map(({ to }) => to),
        }
      },
      async build({ from, transfers, maxFeeMicroRuv = 5_600n, nonce = transactions.size }) {
        failIfTold('transactions.build')
        const account = from === undefined ? accounts[0] : findAccount(from)
        if (account === undefined) throw new NodeError('ACCOUNT_UNKNOWN', 'this vault has no account yet')
        const operations = transfers.map(({ to, amountMicroRuv, memo }) => ({
          kind: 'transfer' as const,
          to,
          amountMicroRuv,
          ...(memo === undefined ? {} : { memo }),
        }))
        return encodeUnsigned({ account: account.address, nonce, operations, maxFeeMicroRuv })
      },
      async inspect(bytes) {
        failIfTold('transactions.inspect')
        return decodeUnsigned(bytes)
      },
      async sign({ bytes }) {
        failIfTold('transactions.sign')
        requireOpen()
        received.push({ name: 'unsigned', bytes: bytes.slice() })
        const { txId, account } = decodeUnsigned(bytes)
        findAccount(account)
        return { txId, signed: Uint8Array.of(...bytes, 0x40) }
      },
      async nonces(account) {
        failIfTold('transactions.nonces')
        const { address } = findAccount(account)
        const taken = [...transactions.values()]
          .filter((view) => view.account === address && view.state !== 'Finalized' && view.state !== 'Rejected')
          .map(({ nonce, txId }) => ({ nonce, txId, parked: false }))
        return { next: 0, taken, missing: [] }
      },
      async raw(txId) {
        failIfTold('transactions.raw')
        return Uint8Array.of(0x82, ...new TextEncoder().encode(show(txId).txId))
      },
      async cancel(input) {
        failIfTold('transactions.cancel')
        requireOpen()
        cancellations.push(input)
        return make(findAccount(input.account), [], input.idempotencyKey)
      },
      async list(query) {
        listQueries.push(query)
        const all = [...transactions.values()].filter(
          (view) =>
            (query.state === undefined || view.state === query.state) &&
            (query.account === undefined || view.account === query.account) &&
            (query.search === undefined || view.txId.includes(query.search.toLowerCase())),
        )
        const start = query.cursor === undefined ? 0 : Number(query.cursor)
        const limit = query.limit ?? 50
        const end = start + limit
        return { items: all.slice(start, end), cursor: end < all.length ? String(end) : null }
      },
      async *watch(txId, signal) {
        watchers += 1
        let changed = Promise.withResolvers<void>()
        const wake = (): void => changed.resolve()
        wakers.add(wake)
        const gone = (): boolean => signal?.aborted === true
        signal?.addEventListener('abort', wake, { once: true })
        try {
          for (;;) {
            const view = show(txId)
            yield view
            failIfTold('transactions.watch')
            if (view.state === 'Finalized' || view.state === 'Rejected' || gone()) return
            if (show(txId) === view) await changed.promise
            changed = Promise.withResolvers<void>()
            if (gone()) return
          }
        } finally {
          watchers -= 1
          wakers.delete(wake)
        }
      },
    },
    labels: createFakeLabels(),
    policies: {
      show: async (name) => {
        const { address, suite } = findAccount(name)
        const key = { address, suite: suite ?? 'ML-DSA-65', label: name, isInVault: true } as const
        const limit = {
          key: { ...key, address: 'ruvd1second', label: null, isInVault: false },
          dailyLimitMicroRuv: 10_000_000n,
          spentMicroRuv: 4_000_000n,
          allowanceMicroRuv: 6_000_000n,
        }
        const recovery = { key, delayMs: 604_800_000, takesOverAtMs: startMs + 604_800_000 }
        return { address, key, limit, recovery }
      },
      setKey: async (order) => changePolicy(order, { change: 'key', key: order.key }),
      setLimit: async (order) =>
        changePolicy(order, {
          change: 'limit',
          key: order.key ?? 'ruvd1second',
          dailyLimitMicroRuv: order.dailyLimitMicroRuv,
        }),
      setRecovery: async (order) => changePolicy(order, { change: 'recovery', key: order.key, delayMs: order.delayMs }),
      clear: async (order) => changePolicy(order, { change: order.part === 'limit' ? 'clearLimit' : 'clearRecovery' }),
      cancelRecovery: async (order) => changePolicy(order, { change: 'cancelRecovery' }),
      async recover({ account, from, idempotencyKey }) {
        failIfTold('policies.recover')
        requireOpen()
        const operation = { kind: 'account.recover', to: account, change: 'start', amountMicroRuv: 0n } as const
        return make(findAccount(from ?? accounts[0]?.address ?? ''), [operation], idempotencyKey)
      },
    },
    validators: {
      list: async () => ({
        epoch: 3,
        startMs,
        endsAtMs: startMs + 600_000,
        totalMicroRuv: 1_000_000_000_000n,
        items: [
          {
            id: 'a'.repeat(64),
            publicKey: 'ab'.repeat(1_952),
            owner: accounts[0]?.address ?? null,
            bondedMicroRuv: 1_000_000_000_000n,
            countedMicroRuv: 1_000_000_000_000n,
            unbonding: [
              { amountMicroRuv: 5_000_000n, releaseAtMs: startMs + 86_400_000 },
              { amountMicroRuv: 7_000_000n, releaseAtMs: null },
            ],
            isJailed: false,
            isSelf: true,
          },
        ],
      }),
      async bond({ from, validator, amountMicroRuv, idempotencyKey }) {
        failIfTold('validators.bond')
        requireOpen()
        const id = validator === undefined ? 'a'.repeat(64) : validator.publicKey.slice(0, 64)
        const operation = { kind: 'stake.bond' as const, validator: id, amountMicroRuv }
        return make(findAccount(from ?? accounts[0]?.address ?? ''), [operation], idempotencyKey)
      },
      async unbond({ from, validator = 'a'.repeat(64), amountMicroRuv, idempotencyKey }) {
        failIfTold('validators.unbond')
        requireOpen()
        const operation = { kind: 'stake.unbond' as const, validator, amountMicroRuv }
        return make(findAccount(from ?? accounts[0]?.address ?? ''), [operation], idempotencyKey)
      },
    },
    network: {
      ...network.services,
      status: async () => {
        failIfTold('network.status')
        return { ...(await services.node.status()), ...network.status() }
      },
      checkpoint: async (seq) => {
        failIfTold('network.checkpoint')
        if (seq !== 'latest' && seq !== fakeCheckpoint.seq) {
          throw new NodeError('CHECKPOINT_UNKNOWN', 'this node has no such checkpoint')
        }
        return fakeCheckpoint
      },
      accountProof: async (account) => {
        const { address } = findAccount(account)
        return {
          address,
          checkpoint: fakeCheckpoint,
          epochs: [],
          account: null,
          key: '7'.repeat(64),
          siblings: ['8'.repeat(64)],
          end: null,
        }
      },
    },
    settings: createFakeSettings(),
    messages: {
      async sign({ account, message }) {
        failIfTold('messages.sign')
        requireOpen()
        const { address } = findAccount(account)
        return { address, suite: 'ML-DSA-65', publicKey: 'ab'.repeat(8), message, signature: fakeSignature(message) }
      },
      async verify({ message, signature }) {
        failIfTold('messages.verify')
        const valid = Buffer.from(signature).toString('hex') === fakeSignature(message)
        return valid ? { valid } : { valid, reason: 'SIGNATURE_INVALID' }
      },
    },
    hsm: {
      async list() {
        failIfTold('hsm.list')
        const token = { label: 'wallet', serial: '0001' }
        const key = { id: 'a'.repeat(32), label: 'card', use: 'signs', suite: 'ML-DSA-65' } as const
        return [{ ...key, token, module: fakeModulePath, state: 'locked' }]
      },
      async unlock(pairing) {
        failIfTold('hsm.unlock')
        if (pairing !== undefined && pairing !== 'card')
          throw new NodeError('HSM_NOT_PAIRED', 'no such key is paired here')
        const token = { label: 'wallet', serial: '0001', tries: 'few' as const }
        const what = { purpose: 'login' as const, unsigned: null, text: null }
        const pin = { socket: '/nowhere/pin.sock', ticket: 'b'.repeat(32), ...what }
        return { id: 'a'.repeat(32), label: 'card', token, pin }
      },
      async cancel() {
        failIfTold('hsm.cancel')
      },
      async lock() {
        failIfTold('hsm.lock')
      },
      async rename({ label }) {
        failIfTold('hsm.rename')
        const token = { label: 'wallet', serial: '0001' }
        return {
          id: 'a'.repeat(32),
          label,
          use: 'signs',
          suite: 'ML-DSA-65',
          token,
          module: fakeModulePath,
          state: 'locked',
        }
      },
      async forget() {
        failIfTold('hsm.forget')
      },
      async open() {
        failIfTold('hsm.open')
        return { session: 'c'.repeat(32), module: fakeModule, profile: fakeProfile, tokens: [fakeToken] }
      },
      async expectPin() {
        failIfTold('hsm.expectPin')
        return { token: fakeToken, pin: { socket: '/nowhere/pin.sock', ticket: 'b'.repeat(32) } }
      },
      async pair({ label, use }) {
        failIfTold('hsm.pair')
        const token = { label: 'wallet', serial: '0001' }
        return { id: 'a'.repeat(32), label, use, suite: 'ML-DSA-65', token, module: fakeModulePath, state: 'locked' }
      },
      async test() {
        failIfTold('hsm.test')
        const profile = { id: 'other', name: 'another module', testedHere: false, notes: [] }
        const checks = [{ name: 'AES-GCM', outcome: 'passed' as const, detail: '256 bits' }]
        const facts = { module: fakeModule, profile, token: fakeToken, mechanisms: [0x1087], mlDsaNumbers: null }
        return { ...facts, checks, verdict: 'seals' }
      },
      async close() {
        failIfTold('hsm.close')
      },
    },
    tokens: tokens.services,
    events: events.services,
    audit: {
      show: async ({ limit }) => ({
        entries: [
          { seq: 1, atMs: startMs, action: 'vault.init', details: noDetails, hash: 'd'.repeat(64) },
          { seq: 2, atMs: startMs + 1, action: 'vault.unlock', details: { ok: true }, hash: 'e'.repeat(64) },
        ].slice(-(limit ?? 100)),
      }),
      async verify() {
        failIfTold('audit.verify')
        return { entries: 2, ok: true }
      },
    },
    storage: {
      status: async () => ({ bytes: 123_456, schemaVersion: 1, commits: 42, transactions: 7, journalRecords: 99 }),
      async verify() {
        failIfTold('storage.verify')
        return { ok: true, commits: 42, transactions: 7, stateRoot: 'a'.repeat(64), problems: [] }
      },
    },
  }
  return Object.assign(fake, { services })
}

const fakeModulePath = '/usr/lib/libtoken.so'

const fakeModule = {
  sha256: 'd'.repeat(64),
  cryptoki: '3.2',
  manufacturer: 'Maker',
  description: 'Library',
  version: '1.0',
}
const fakeProfile = { name: 'another module', tested: false, notes: ['Its self-test counts.'] }
const fakeToken = {
  slot: '0',
  slotDescription: 'reader',
  label: 'wallet',
  manufacturer: 'Maker',
  model: 'Card',
  serial: '0001',
  firmware: '1.0',
  initialised: true,
  userPinSet: true,
  loginRequired: true,
  writeProtected: false,
  protectedPath: false,
  tries: 'unknown' as const,
  pinExpired: false,
  minPinBytes: 4,
  maxPinBytes: 32,
}
