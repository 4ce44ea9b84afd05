/** From nothing to a payment that is final, and what the command line says of it. */
import { expect } from 'vitest'
import { expectAgreement, holdings } from './agreement.ts'
import { flow } from './flow.ts'
import { begin, nameAccount, openWallet } from './pages/onboarding.ts'
import { createVault } from './pages/secrets.ts'
import { createAccount, goTo, pay, rows, takeTestMoney } from './pages/wallet.ts'
import { button, field, named, ruv, say, text } from './words.ts'

flow(
  'creates a wallet, gets test money and pays from one account to another',
  async ({ newFolder, open, commandLine }) => {
    const dataDir = newFolder()
    const ui = await open(dataDir)
    const { page } = ui
    await begin(ui, 'create')
    const form = await ui.secretWindow()

    // What is too short is refused, what is weak is called so, and both before there is a vault.
    await field(form, 'secrets.password').fill('short')
    await button(form, 'secrets.create.submit').click()
    await text(form, 'secrets.password.short', { count: 8 }).waitFor()
    await field(form, 'secrets.password').fill('passwordpassword')
    await form.getByText(new RegExp(`^(?:${say('secrets.strength.0')}|${say('secrets.strength.1')})\\.`)).waitFor()
    expect(await commandLine(dataDir).run(['account', 'list'])).toEqual([])

    const words = await createVault(form)
    expect(words).toHaveLength(24)
    expect(new Set(words.map((word) => /^[a-z]{3,8}$/.test(word)))).toEqual(new Set([true]))
    await nameAccount(ui, 'Everyday')
    await openWallet(ui)
    await takeTestMoney(page)
    await createAccount(page, 'Savings')
    await pay(page, { from: 'Everyday', to: 'Savings', amount: '12.5', memo: 'put aside' })

    const ledger = await expectAgreement(page, commandLine(dataDir))
    const [payment, faucet] = ledger.transactions
    expect(ledger.transactions).toHaveLength(2)
    expect(payment).toMatchObject({
      state: 'Finalized',
      outcome: 'ok',
      operations: [{ amount: '12500000', memo: 'put aside' }],
    })
    const given = BigInt(faucet?.operations[0]?.amount ?? '0')
    const fees = ledger.transactions.reduce((sum, { fee }) => sum + BigInt(fee), 0n)
    expect(holdings(ledger)).toEqual({
      Everyday: ruv(given - 12_500_000n - fees),
      Savings: '12.50',
    })
    await goTo(page, 'history')
    await rows(page).first().getByText('put aside').waitFor()
    await named(page, 'navigation', 'wallet.nav.label').waitFor()
  },
)
