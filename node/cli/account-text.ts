/** Accounts, for reading. */
import type { Account } from '../api/contract/index.ts'
import { showAmount } from './amount.ts'
import { fields, printable, table } from './output.ts'

const kinds = {
  vault: 'of this vault',
  watched: 'watched; its key is elsewhere',
  other: 'neither of this vault nor watched',
} as const

const signers = {
  software: 'in the vault',
  'token-mldsa': 'in a token',
  composite: 'half in the vault, half in a token; both sign',
} as const

function labelOf({ label }: { readonly label: string | null }): string {
  return label === null ? '' : printable(label)
}

export function accountText(account: Account): string {
  const { balance } = account
  return fields([
    ['Account', account.address],
    ['Label', labelOf(account) || undefined],
    ['Kind', kinds[account.kind]],
    ['Suite', account.suite ?? 'not yet known to the ledger'],
    ['Key', account.signer === null ? undefined : signers[account.signer]],
    ['Nonce', String(account.nonce)],
    ['Available', showAmount(balance.available)],
    ['Pending', showAmount(balance.pending)],
    ['Escrowed', showAmount(balance.escrowed)],
    ['Staked', showAmount(balance.staked)],
  ])
}

export function accountsText(accounts: readonly Account[]): string {
  if (accounts.length === 0) return 'No account yet. Create one with: qudag account create --label main'
  return table(
    ['Label', 'Kind', 'Signer', 'Available', 'Pending', 'Address'],
    accounts.map((account) => [
      labelOf(account),
      account.kind,
      account.signer ?? '',
      showAmount(account.balance.available),
      showAmount(account.balance.pending),
      account.address,
    ]),
    [3, 4],
  )
}
