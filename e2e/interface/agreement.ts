/** That the page and the command line say the same of one data folder: accounts, balances, and every transaction. */
import type { Page } from 'playwright-core'
import type { Account, Transaction, TransactionPage } from '../../node/api/contract/index.ts'
import type { CommandLine } from '../desktop/command-line.ts'
import { accountRow, eventually, finalWords, goTo, rows, shownIds } from './pages/wallet.ts'
import { ruv } from './words.ts'

export interface Ledger {
  readonly accounts: readonly Account[]
  /** Newest first. */
  readonly transactions: readonly Transaction[]
}

export async function ledgerOf({ run }: CommandLine): Promise<Ledger> {
  const [accounts, { items }] = await Promise.all([
    run<Account[]>(['account', 'list']),
    run<TransactionPage>(['tx', 'list']),
  ])
  return { accounts, transactions: items }
}

/** The same but for the checkpoints that cover its transactions: those come by themselves, whatever anybody does. */
export function withoutCheckpoints({ accounts, transactions }: Ledger): Ledger {
  return { accounts, transactions: transactions.map(({ checkpoint: _, ...transaction }) => transaction) }
}

/** Names and what is available, as an assertion reads best. */
export function holdings({ accounts }: Ledger): Record<string, string> {
  return Object.fromEntries(accounts.map(({ label, address, balance }) => [label ?? address, ruv(balance.available)]))
}

/** @returns what both say, once they do */
export async function expectAgreement(page: Page, line: CommandLine): Promise<Ledger> {
  const ledger = await ledgerOf(line)
  await goTo(page, 'accounts')
  for (const { address, label, balance } of ledger.accounts) {
    const row = accountRow(page, address)
    await row.waitFor()
    await eventually(async () => (await row.textContent()) ?? '').toContain(ruv(balance.available))
    if (label !== null) await row.getByText(label, { exact: true }).waitFor()
  }
  await goTo(page, 'history')
  await eventually(() => shownIds(page)).toEqual(ledger.transactions.map(({ txId }) => txId))
  for (const [index, { state }] of ledger.transactions.entries()) {
    if (state === 'Finalized') await rows(page).nth(index).getByText(finalWords).waitFor()
  }
  return ledger
}
