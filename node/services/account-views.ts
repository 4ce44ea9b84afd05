/** Accounts as people see them: what the ledger has of them beside what this node knows of them. */
import { type AccountId, accountIdOf, accountOf, type LedgerState, stakedBy } from '../ledger/index.ts'
import type { WatchedRow } from '../storage/index.ts'
import { signerKindOf, type VaultAccount } from '../vault/index.ts'
import type { Chain } from './chain.ts'
import type { InFlightRegistry } from './in-flight.ts'
import type { FoundAccount } from './known-accounts.ts'
import type { AccountView } from './types.ts'

export interface AccountViews {
  ofVault(account: VaultAccount): AccountView
  ofWatched(row: WatchedRow): AccountView
  of(found: FoundAccount): AccountView
  idOf(account: VaultAccount): AccountId
}

export function createAccountViews(deps: {
  readonly chain: Chain
  readonly state: LedgerState
  readonly registry: InFlightRegistry
}): AccountViews {
  const { chain, state, registry } = deps

  const viewOf = (
    id: AccountId,
    is: Pick<AccountView, 'kind' | 'label' | 'suite' | 'signer' | 'pairing'>,
  ): AccountView => {
    const { nonce, balanceMicroRuv, key } = accountOf(state, id)
    const { reservedMicroRuv } = registry.of(id)
    // A parked transaction has paid its fee and still reserves it, so the reserve may exceed what is left.
    let pendingMicroRuv = reservedMicroRuv
    if (pendingMicroRuv > balanceMicroRuv) pendingMicroRuv = balanceMicroRuv
    return {
      address: chain.format(id),
      kind: is.kind,
      label: is.label,
      suite: is.suite ?? key?.suite ?? null,
      signer: is.signer,
      ...(is.pairing === undefined ? {} : { pairing: is.pairing }),
      nonce,
      balance: {
        availableMicroRuv: balanceMicroRuv - pendingMicroRuv,
        escrowedMicroRuv: 0n,
        pendingMicroRuv,
        stakedMicroRuv: stakedBy(state, id),
      },
    }
  }

  const idOf = (account: VaultAccount): AccountId => accountIdOf(account.suite, account.publicKey)
  const ofVault = (account: VaultAccount): AccountView => {
    const { label, suite, hardware } = account
    return viewOf(idOf(account), {
      kind: 'vault',
      label,
      suite,
      signer: signerKindOf(account),
      pairing: hardware?.pairing,
    })
  }
  const ofWatched = ({ account, label, key }: WatchedRow): AccountView =>
    viewOf(account, { kind: 'watched', label, suite: key?.suite ?? null, signer: null })

  return {
    ofVault,
    ofWatched,
    of(found) {
      if (found.kind === 'vault') return ofVault(found.account)
      return found.kind === 'watched'
        ? ofWatched(found.row)
        : viewOf(found.id, { kind: 'other', label: null, suite: null, signer: null })
    },
    idOf,
  }
}
