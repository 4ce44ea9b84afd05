/** A payment that waits for a number nobody has used: said, explained, and solved by taking the number up. */
import { expect } from 'vitest'
import type { Account } from '../../node/api/contract/index.ts'
import { expectAgreement, ledgerOf } from './agreement.ts'
import { flow } from './flow.ts'
import { eventually, goTo } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { payFromElsewhere } from './signed-elsewhere.ts'
import { button, named, text } from './words.ts'

flow('tells of a gap in the numbers of an account, and fills it by a cancellation', async (stage) => {
  const dataDir = stage.newFolder()
  const line = stage.commandLine(dataDir)
  const { page } = await stage.open(dataDir)
  const phrase = await readyWallet(line)
  const savings = (await line.run<Account[]>(['account', 'list']))[1]?.address ?? ''
  const { transactions } = await ledgerOf(line)
  // The faucet's is the first of the account, or of another that gives: the next free number is what the gap begins at.
  const next = await line.run<{ next: number }>(['tx', 'nonces', 'Everyday'])
  const txId = await payFromElsewhere(dataDir, {
    phrase,
    nonce: next.next + 1,
    to: savings,
    amountMicroRuv: 4_000_000n,
  })

  await goTo(page, 'overview')
  await text(page, 'wallet.stuck.title', { count: 1, name: 'Everyday', nonce: next.next }).waitFor()
  expect((await ledgerOf(line)).transactions.find((one) => one.txId === txId)?.state).not.toBe('Finalized')
  await button(page, 'wallet.stuck.solve').click()
  const dialog = named(page, 'dialog', 'wallet.stuck.dialog', { nonce: next.next })
  await button(dialog, 'wallet.stuck.cancel').click()
  await dialog.waitFor({ state: 'detached' })
  await eventually(async () => (await ledgerOf(line)).transactions.map(({ state }) => state)).toEqual([
    'Finalized',
    'Finalized',
    ...transactions.map(() => 'Finalized'),
  ])
  await text(page, 'wallet.stuck.title', { count: 1, name: 'Everyday', nonce: next.next }).waitFor({
    state: 'detached',
  })
  const after = await expectAgreement(page, line)
  const paid = after.transactions.find((one) => one.txId === txId)
  expect(paid).toMatchObject({ state: 'Finalized', outcome: 'ok', nonce: next.next + 1 })
  const cancelled = after.transactions.find(({ nonce, account }) => nonce === next.next && account === paid?.account)
  expect(cancelled).toMatchObject({ state: 'Finalized', outcome: 'ok' })
  expect(after.accounts[1]?.balance.available).toBe('4000000')
})
