/** Accounts as people see them: the ledger's balances beside what this vault knows of them. */

import { toHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { type AccountId, accountIdOf, accountOf, type LedgerState } from '../ledger/index.ts'
import type { Vault, VaultAccount } from '../vault/index.ts'
import type { Chain } from './chain.ts'
import type { InFlightRegistry } from './in-flight.ts'
import type { AccountView, NodeServices } from './types.ts'

export interface AccountServices {
  readonly api: NodeServices['accounts']
  view(account: VaultAccount): AccountView
  /** An address, or the label of an account in this vault. @throws NodeError ADDRESS_INVALID, ADDRESS_WRONG_NETWORK */
  resolve(text: string): Promise<AccountId>
  /** This vault's account; undefined names the only one. @throws NodeError ACCOUNT_UNKNOWN, ACCOUNT_AMBIGUOUS, VAULT_MISSING */
  own(text: string | undefined): Promise<VaultAccount>
}

export function createAccountServices(deps: {
  readonly chain: Chain
  readonly state: LedgerState
  readonly registry: InFlightRegistry
  readonly vault: Vault
}): AccountServices {
  const { chain, state, registry, vault } = deps

  const viewOf = (id: AccountId, own: VaultAccount | undefined): AccountView => {
    const { nonce, balanceMicroRuv, key } = accountOf(state, id)
    const { reservedMicroRuv } = registry.of(id)
    // A parked transaction has paid its fee and still reserves it, so the reserve may exceed what is left.
    let pendingMicroRuv = reservedMicroRuv
    if (pendingMicroRuv > balanceMicroRuv) pendingMicroRuv = balanceMicroRuv
    return {
      address: chain.format(id),
      label: own?.label ?? null,
      suite: own?.suite ?? key?.suite ?? null,
      nonce,
      balance: {
        availableMicroRuv: balanceMicroRuv - pendingMicroRuv,
        escrowedMicroRuv: 0n,
        pendingMicroRuv,
        stakedMicroRuv: 0n,
      },
    }
  }

  const idOf = (account: VaultAccount): AccountId => accountIdOf(account.suite, account.publicKey)
  const view = (account: VaultAccount): AccountView => viewOf(idOf(account), account)

  /** By label first: a label that looks like an address cannot be given. */
  const find = async (text: string): Promise<VaultAccount | undefined> => {
    const accounts = await vault.accounts()
    return accounts.find(({ label }) => label === text) ?? accounts.find(({ address }) => address === text)
  }

  const own = async (text: string | undefined): Promise<VaultAccount> => {
    if (text !== undefined) {
      const account = await find(text)
      if (account !== undefined) return account
      throw new NodeError('ACCOUNT_UNKNOWN', 'no account of this vault has that address or label', {
        hint: 'See `account list`.',
      })
    }
    const accounts = await vault.accounts()
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

  return {
    view,
    own,
    async resolve(text) {
      const account = await find(text)
      return account === undefined ? chain.parse(text) : idOf(account)
    },
    api: {
      create: async (input) => view(await vault.createAccount(input)),
      list: async () => (await vault.accounts()).map(view),
      async show(text) {
        const account = await find(text)
        return account === undefined ? viewOf(chain.parse(text), undefined) : view(account)
      },
      async exportPublic(text) {
        const { address, suite, publicKey, label, path } = await own(text)
        return { address, suite, publicKey: toHex(publicKey), label, path }
      },
    },
  }
}
