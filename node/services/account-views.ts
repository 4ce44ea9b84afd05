/** Accounts as people see them: what the ledger has of them beside what this node knows of them. */
import type { SignatureSuite } from '../crypto/index.ts'
import { type AccountId, accountIdOf, accountOf, type LedgerState, stakedBy } from '../ledger/index.ts'
import type { WatchedRow } from '../storage/index.ts'
import type { VaultAccount } from '../vault/index.ts'
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
    is: { kind: AccountView['kind']; label: string | null; suite: SignatureSuite | null },
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
  const ofVault = (account: VaultAccount): AccountView => viewOf(idOf(account), { ...account, kind: 'vault' })
  const ofWatched = ({ account, label, key }: WatchedRow): AccountView =>
    viewOf(account, { kind: 'watched', label, suite: key?.suite ?? null })

  return {
    ofVault,
    ofWatched,
    of(found) {
      if (found.kind === 'vault') return ofVault(found.account)
      return found.kind === 'watched'
        ? ofWatched(found.row)
        : viewOf(found.id, { kind: 'other', label: null, suite: null })
    },
    idOf,
  }
}
