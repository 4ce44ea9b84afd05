/** SIGKILL while a payment is on its way: what was final stays, and nothing is paid twice. */
import { expect } from 'vitest'
import { expectAgreement, type Ledger, ledgerOf } from './agreement.ts'
import { flow } from './flow.ts'
import { unlockScreen } from './pages/secrets.ts'
import { eventually, fillPayment, openSendForm, pay, review, sendButton } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { named, ruv } from './words.ts'

const amounts = ({ transactions }: Ledger): string[] =>
  transactions
    .filter(({ operations }) => operations[0]?.kind !== 'faucet')
    .map(({ operations }) => ruv(operations[0]?.amount ?? '0'))

/** Money is neither made nor lost: what the accounts hold and what was paid in fees is what the faucet gave. */
function expectBalanced({ accounts, transactions }: Ledger): void {
  const held = accounts.reduce((sum, { balance }) => sum + BigInt(balance.available), 0n)
  const fees = transactions.reduce((sum, { fee }) => sum + BigInt(fee), 0n)
  expect(held + fees).toBe(100_000_000n)
}

flow(
  'is killed while it sends, starts again, and has paid once or not at all',
  async ({ newFolder, open, commandLine }) => {
    const dataDir = newFolder()
    const line = commandLine(dataDir)
    let ui = await open(dataDir)
    await readyWallet(line)
    await pay(ui.page, { from: 'Everyday', to: 'Savings', amount: '1' })
    const before = await expectAgreement(ui.page, line)

    // Pressed, and killed before anybody can tell what became of it.
    await openSendForm(ui.page)
    await fillPayment(ui.page, { from: 'Everyday', to: 'Savings', amount: '2' })
    await review(ui.page)
    await sendButton(ui.page).click()
    await ui.kill()
    ui = await open(dataDir)
    await unlockScreen(ui)
    await eventually(async () => (await ledgerOf(line)).transactions.every(({ state }) => state === 'Finalized')).toBe(
      true,
    )
    const after = await expectAgreement(ui.page, line)
    expect(after.transactions.slice(-before.transactions.length)).toMatchObject(
      before.transactions.map(({ txId, outcome, fee }) => ({ txId, outcome, fee })),
    )
    expect([['2.00', '1.00'], ['1.00']]).toContainEqual(amounts(after))
    expectBalanced(after)

    // Killed once the page has said that it is on its way: then it is paid.
    await openSendForm(ui.page)
    await fillPayment(ui.page, { from: 'Everyday', to: 'Savings', amount: '3' })
    await review(ui.page)
    await sendButton(ui.page).click()
    await named(ui.page, 'list', 'wallet.lifecycle').waitFor()
    await ui.kill()
    ui = await open(dataDir)
    await unlockScreen(ui)
    await eventually(async () => amounts(await ledgerOf(line))).toEqual(['3.00', ...amounts(after)])
    await eventually(async () => (await ledgerOf(line)).transactions.every(({ state }) => state === 'Finalized')).toBe(
      true,
    )
    expectBalanced(await expectAgreement(ui.page, line))
    expect(await line.run(['storage', 'verify'])).toMatchObject({ ok: true })
  },
)
