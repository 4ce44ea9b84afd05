/** Accounts: those of the vault, those that are watched, and any address on the ledger, found by one name. */
import { toHex } from '../core/bytes.ts'
import type { Clock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import { type AccountId, type AccountKey, accountOf, isSameKey, type LedgerState } from '../ledger/index.ts'
import type { StorageReader, StorageWriter } from '../storage/index.ts'
import type { Vault, VaultAccount } from '../vault/index.ts'
import { createAccountChanges } from './account-changes.ts'
import { createAccountViews } from './account-views.ts'
import { createBalanceHistory } from './balance-history.ts'
import type { Chain } from './chain.ts'
import type { NodeEventHub } from './events.ts'
import type { InFlightRegistry } from './in-flight.ts'
import { createKnownAccounts, type FoundAccount } from './known-accounts.ts'
import type { AccountView, NodeServices } from './types.ts'
import { createWatchedAccounts } from './watched-accounts.ts'

export interface AccountServices {
  readonly api: NodeServices['accounts']
  view(account: VaultAccount): AccountView
  /** An address, or the label of an account in this vault or a watched one. @throws NodeError ADDRESS_INVALID, ADDRESS_WRONG_NETWORK */
  resolve(text: string): Promise<AccountId>
  /**
   * This vault's account; undefined names the only one. Also one of another key whose key is now in this vault: it was recovered,
   * or its key replaced.
   * @throws NodeError ACCOUNT_UNKNOWN, ACCOUNT_AMBIGUOUS, ACCOUNT_WATCHED where its key is elsewhere
   */
  own(text: string | undefined): Promise<VaultAccount>
  /** Whose key it is, of the vault's accounts; undefined for a key that is elsewhere. */
  holderOf(key: AccountKey): Promise<VaultAccount | undefined>
  /** The vault's and watched accounts: whose transactions and balances are the owner's business. */
  followed(): Promise<readonly AccountId[]>
}

export interface AccountDeps {
  readonly chain: Chain
  readonly state: LedgerState
  readonly registry: InFlightRegistry
  readonly vault: Vault
  readonly read: StorageReader
  readonly write: StorageWriter
  readonly hub: NodeEventHub
  readonly clock: Clock
  /** The vault records what it does by itself; this is for what is watched. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
}

export async function createAccountServices(deps: AccountDeps): Promise<AccountServices> {
  const { chain, state, registry, vault, read, write, hub, clock, audit } = deps
  const watched = await createWatchedAccounts({ read, write })
  const known = createKnownAccounts({
    chain,
    vault,
    watched,
    async onOvertaken({ account }) {
      await audit('account.unwatched', { address: chain.format(account), inVault: true })
      announce(account)
    },
  })

  const announce = (account: AccountId): void =>
    void hub.publish({ type: 'account-list', atMs: clock.nowMs(), account })
  const views = createAccountViews({ chain, state, registry })
  const changes = createAccountChanges({ chain, vault, watched, known, views, read, write, clock, audit, announce })

  const holderOf = async (key: AccountKey): Promise<VaultAccount | undefined> =>
    (await known.lists()).own.find((account) => isSameKey(account, key))

  const own = async (text: string | undefined): Promise<VaultAccount> => {
    if (text !== undefined) {
      const found = await known.find(text).catch(() => known.require(text))
      if (found.kind === 'vault') return found.account
      const id = found.kind === 'watched' ? found.row.account : found.id
      const { key } = accountOf(state, id)
      const holder = key === null ? undefined : await holderOf(key)
      if (holder !== undefined) {
        const label = found.kind === 'watched' ? found.row.label : null
        return { ...holder, address: chain.format(id), label }
      }
      await known.require(text)
      throw new NodeError('ACCOUNT_WATCHED', 'this account is only watched: its key is not in this vault', {
        hint: 'Sign where its key is, and hand the signed transaction in.',
      })
    }
    const accounts = (await known.lists()).own
    if (accounts[0] === undefined) {
      throw new NodeError('ACCOUNT_UNKNOWN', 'this vault has no account yet', {
        hint: 'Make one with `account create`.',
      })
    }
    if (accounts.length > 1) {
      throw new NodeError('ACCOUNT_AMBIGUOUS', 'this vault has several accounts', {
        hint: 'Say which with `--from` and its label or address.',
      })
    }
    return accounts[0]
  }

  const exportPublic = async (text: string): ReturnType<NodeServices['accounts']['exportPublic']> => {
    const found = await known.require(text)
    if (found.kind === 'vault') {
      const { address, suite, publicKey, label, path } = found.account
      return { address, suite, publicKey: toHex(publicKey), label, path }
    }
    const { account, label } = found.row
    const key = found.row.key ?? accountOf(state, account).key
    if (key === null) {
      throw new NodeError(
        'ACCOUNT_WATCHED',
        'this account is watched by its address, and its public key is not known',
        {
          hint: 'The ledger learns the key with the first transaction of the account.',
        },
      )
    }
    return { address: chain.format(account), suite: key.suite, publicKey: toHex(key.publicKey), label, path: null }
  }

  const followed = async (): Promise<readonly AccountId[]> => {
    const lists = await known.lists()
    return [...lists.own.map(views.idOf), ...lists.watched.map(({ account }) => account)]
  }
  const idOf = (found: FoundAccount): AccountId =>
    found.kind === 'vault' ? views.idOf(found.account) : found.kind === 'watched' ? found.row.account : found.id
  const resolve = async (text: string): Promise<AccountId> => idOf(await known.find(text))

  return {
    view: views.ofVault,
    own,
    holderOf,
    resolve,
    followed,
    api: {
      ...changes,
      async list() {
        const lists = await known.lists()
        return [...lists.own.map(views.ofVault), ...lists.watched.map(views.ofWatched)]
      },
      balanceHistory: createBalanceHistory({ chain, read, resolve, followed }),
      show: async (text) => views.of(await known.find(text)),
      exportPublic,
    },
  }
}
