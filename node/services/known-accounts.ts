/**
 * The accounts this node knows by more than their address: those of its vault, and those it watches. One name finds
 * one of them: a label, of the vault's first, or an address.
 */
import { NodeError } from '../core/node-error.ts'
import type { AccountId } from '../ledger/index.ts'
import type { WatchedRow } from '../storage/index.ts'
import type { Vault, VaultAccount } from '../vault/index.ts'
import type { Chain } from './chain.ts'
import type { WatchedAccounts } from './watched-accounts.ts'

export type KnownAccount =
  | { readonly kind: 'vault'; readonly account: VaultAccount }
  | { readonly kind: 'watched'; readonly row: WatchedRow }

export type FoundAccount = KnownAccount | { readonly kind: 'other'; readonly id: AccountId }

export interface AccountLists {
  readonly own: readonly VaultAccount[]
  readonly watched: readonly WatchedRow[]
}

export interface KnownAccounts {
  /** @throws NodeError VAULT_DAMAGED and the like, where the vault file cannot be read */
  lists(): Promise<AccountLists>
  /** @throws NodeError ADDRESS_INVALID, ADDRESS_WRONG_NETWORK where it is neither a label nor an address */
  find(text: string): Promise<FoundAccount>
  /** @throws NodeError ACCOUNT_UNKNOWN */
  require(text: string): Promise<KnownAccount>
}

export function createKnownAccounts(deps: {
  readonly chain: Chain
  readonly vault: Pick<Vault, 'accounts'>
  readonly watched: WatchedAccounts
  /** Told of a watched account that has come into the vault, and is watched no more. */
  readonly onOvertaken: (row: WatchedRow) => Promise<void>
}): KnownAccounts {
  const { chain, vault, watched, onOvertaken } = deps

  const lists = async (): Promise<AccountLists> => {
    const own = await vault.accounts()
    const addresses = new Set(own.map(({ address }) => address))
    // However it came into the vault (made, restored, found): the watched entry gives way when that is first seen.
    for (const row of watched.all()) {
      if (!addresses.has(chain.format(row.account)) || watched.get(row.account) === undefined) continue
      await watched.remove(row.account)
      await onOvertaken(row)
    }
    return { own, watched: watched.all() }
  }

  const find = async (text: string): Promise<FoundAccount> => {
    const { own, watched: others } = await lists()
    // By label first: a label that looks like an address cannot be given.
    const labelled = own.find(({ label }) => label === text)
    if (labelled !== undefined) return { kind: 'vault', account: labelled }
    const row = others.find(({ label }) => label === text)
    if (row !== undefined) return { kind: 'watched', row }
    const id = chain.parse(text)
    const address = chain.format(id)
    const account = own.find((candidate) => candidate.address === address)
    if (account !== undefined) return { kind: 'vault', account }
    const entry = watched.get(id)
    return entry === undefined ? { kind: 'other', id } : { kind: 'watched', row: entry }
  }

  return {
    lists,
    find,
    async require(text) {
      const found = await find(text).catch((cause: unknown) => {
        if (cause instanceof NodeError && cause.code.startsWith('ADDRESS_')) throw unknownAccount()
        throw cause
      })
      if (found.kind === 'other') throw unknownAccount()
      return found
    },
  }
}

function unknownAccount(): NodeError {
  return new NodeError(
    'ACCOUNT_UNKNOWN',
    'no account of this vault, and none that is watched, has that address or label',
    {
      hint: 'See `account list`.',
    },
  )
}
