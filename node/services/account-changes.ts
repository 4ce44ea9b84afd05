/** Changes of the lists of accounts: made in the vault, watched, renamed, watched no more. One at a time. */
import { equalBytes, toHex } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import { signatureSuites } from '../crypto/index.ts'
import { type AccountId, accountIdOf } from '../ledger/index.ts'
import type { StorageReader, StorageWriter, WatchedRow } from '../storage/index.ts'
import { checkLabel, defaultLabel, defaultSuite, type Vault } from '../vault/index.ts'
import type { AccountViews } from './account-views.ts'
import type { Chain } from './chain.ts'
import { createKeyedMutex } from './keyed-mutex.ts'
import type { AccountLists, KnownAccounts } from './known-accounts.ts'
import { ledgerError } from './ledger-errors.ts'
import { serviceLimits } from './limits.ts'
import { accountRequestOf, type KeyedRequest, keyedRequest, keyReused } from './request-keys.ts'
import type { AccountView, NodeServices } from './types.ts'
import type { WatchedAccounts } from './watched-accounts.ts'

export type AccountChanges = Pick<NodeServices['accounts'], 'create' | 'watch' | 'rename' | 'unwatch'>

type CreateInput = Parameters<AccountChanges['create']>[0]
type WatchInput = Parameters<AccountChanges['watch']>[0]

export function createAccountChanges(deps: {
  readonly chain: Chain
  readonly vault: Pick<Vault, 'createAccount' | 'renameAccount'>
  readonly watched: WatchedAccounts
  readonly known: KnownAccounts
  readonly views: AccountViews
  readonly read: Pick<StorageReader, 'intent'>
  readonly write: Pick<StorageWriter, 'putIntent'>
  readonly clock: Clock
  /** The vault records what it does by itself; this is for what is watched. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
  readonly announce: (account: AccountId) => void
}): AccountChanges {
  const { chain, vault, watched, known, views, read, write, clock, audit, announce } = deps
  /** One change of the lists at a time, so that no two accounts get one label. */
  const changing = createKeyedMutex()

  /** All names in use, whatever kind of account has them. */
  const named = ({ own, watched }: AccountLists): { address: string; label: string | null }[] => [
    ...own,
    ...watched.map(({ account, label }) => ({ address: chain.format(account), label })),
  ]

  /** The label to store. @throws NodeError LABEL_INVALID, ACCOUNT_LABEL_TAKEN */
  const labelFor = (lists: AccountLists, typed: string, address?: string): string => {
    const label = checkLabel(named(lists), typed, address)
    if (label.ok) return label.value
    const { code, ...details } = label.error
    throw code === 'ACCOUNT_LABEL_TAKEN'
      ? new NodeError(code, 'another account has this label', { hint: 'Choose another label. Nothing was changed.' })
      : new NodeError(code, 'the label is empty, too long, or has characters that do not show', { details })
  }

  /** True where the request is known and done. @throws NodeError IDEMPOTENCY_KEY_REUSED where another one has its key */
  const isRecorded = async (request: KeyedRequest | undefined): Promise<boolean> => {
    const intent = request === undefined ? null : await read.intent(request.key)
    if (intent !== null && !equalBytes(intent.requestHash, (request as KeyedRequest).hash)) throw keyReused()
    return intent !== null
  }

  const create = async ({ label, suite = defaultSuite, hardware, ...caller }: CreateInput): Promise<AccountView> => {
    const keyed = keyedRequest(caller, ['account', label ?? '', suite, ...(hardware === undefined ? [] : [hardware])])
    const request = keyed === undefined ? null : accountRequestOf(keyed)
    const lists = await known.lists()
    if (request !== null && lists.own.some((account) => account.request?.key === request.key)) {
      return views.ofVault(await vault.createAccount({ label, suite, request, hardware }))
    }
    await isRecorded(keyed)
    const wanted = labelFor(lists, label ?? defaultLabel(named(lists)))
    const account = await vault.createAccount({ label: wanted, suite, request, hardware })
    // The vault has the key already; this keeps a payment from being asked for under it.
    if (keyed !== undefined) {
      await write.putIntent({ key: keyed.key, requestHash: keyed.hash, createdAtMs: clock.nowMs() })
    }
    await known.lists()
    announce(views.idOf(account))
    return views.ofVault(account)
  }

  const watch = async (input: WatchInput): Promise<AccountView> => {
    const { id, key } = watchable(input)
    const { label: typed } = input
    const address = chain.format(id)
    const keyed = keyedRequest(input, [
      'watch',
      address,
      key?.suite ?? '',
      key === null ? '' : toHex(key.publicKey),
      typed ?? '',
    ])
    const lists = await known.lists()
    const request = keyed === undefined ? undefined : accountRequestOf(keyed)
    if (request !== undefined && lists.own.some((account) => account.request?.key === request.key)) throw keyReused()
    // Done before: what has become of it since stays as it is.
    if (await isRecorded(keyed)) return views.of(await known.find(address))
    if (lists.own.some((account) => account.address === address)) {
      throw new NodeError('ACCOUNT_IN_VAULT', 'this account is in the vault', { hint: 'See `account list`.' })
    }
    const before = watched.get(id)
    if (before === undefined && lists.watched.length >= serviceLimits.maxWatchedAccounts) {
      throw new NodeError('WATCHED_COUNT', `this node watches at most ${serviceLimits.maxWatchedAccounts} accounts`, {
        hint: 'Stop watching one first, with `account unwatch`.',
        details: { maxAccounts: serviceLimits.maxWatchedAccounts },
      })
    }
    const row: WatchedRow = {
      account: id,
      label: typed === undefined ? (before?.label ?? null) : labelFor(lists, typed, address),
      key: key ?? before?.key ?? null,
      createdAtMs: before?.createdAtMs ?? clock.nowMs(),
    }
    const isChanged = before === undefined || before.label !== row.label || (before.key === null && row.key !== null)
    if (!isChanged && keyed === undefined) return views.ofWatched(before)
    const intent = keyed === undefined ? null : { key: keyed.key, requestHash: keyed.hash, createdAtMs: clock.nowMs() }
    await watched.put(row, intent)
    if (isChanged) {
      const token: Record<string, string> = input.tokenId === undefined ? {} : { token: input.tokenId }
      await audit('account.watched', { address, again: before !== undefined, ...token })
      announce(id)
    }
    return views.ofWatched(row)
  }

  /** @throws NodeError PUBLIC_KEY_LENGTH, ADDRESS_INVALID, ADDRESS_WRONG_NETWORK */
  const watchable = ({ address, publicKey, suite }: WatchInput): { id: AccountId; key: WatchedRow['key'] } => {
    if (publicKey === undefined || suite === undefined) return { id: chain.parse(address ?? ''), key: null }
    const expectedBytes = signatureSuites[suite].publicKeyBytes
    if (publicKey.length !== expectedBytes) throw ledgerError({ code: 'PUBLIC_KEY_LENGTH', expectedBytes })
    return { id: accountIdOf(suite, publicKey), key: { suite, publicKey: Uint8Array.from(publicKey) } }
  }

  const rename = async (text: string, typed: string): Promise<AccountView> => {
    const found = await known.require(text)
    const lists = await known.lists()
    if (found.kind === 'vault') {
      const { address } = found.account
      const account = await vault.renameAccount({ address, label: labelFor(lists, typed, address) })
      announce(views.idOf(account))
      return views.ofVault(account)
    }
    const address = chain.format(found.row.account)
    const row = { ...found.row, label: labelFor(lists, typed, address) }
    await watched.put(row, null)
    await audit('account.renamed', { address, watched: true })
    announce(row.account)
    return views.ofWatched(row)
  }

  const unwatch = async (text: string): Promise<{ address: string }> => {
    const found = await known.require(text)
    if (found.kind === 'vault') {
      throw new NodeError('ACCOUNT_IN_VAULT', 'this account is in the vault, and stays there', {
        hint: 'Only watched accounts can be taken off the list.',
      })
    }
    const { account } = found.row
    const address = chain.format(account)
    await watched.remove(account)
    await audit('account.unwatched', { address })
    announce(account)
    return { address }
  }

  return {
    create: (input) => changing('', () => create(input)),
    watch: (input) => changing('', () => watch(input)),
    rename: ({ account, label }) => changing('', () => rename(account, label)),
    unwatch: (account) => changing('', () => unwatch(account)),
  }
}
