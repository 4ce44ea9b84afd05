/** Signed messages, and accounts whose keys are elsewhere. */
import { expect } from 'vitest'
import type { Account, SignedMessage } from '../../node/api/contract/index.ts'
import { expectAgreement } from './agreement.ts'
import { flow } from './flow.ts'
import { accountRow, eventually, goTo } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { button, field, named, text } from './words.ts'

flow('signs a message, verifies it, and refuses one that was changed', async (stage) => {
  const dataDir = stage.newFolder()
  const line = stage.commandLine(dataDir)
  const { page } = await stage.open(dataDir)
  await readyWallet(line, ['Everyday'])
  await goTo(page, 'messages')
  const message = 'I am the holder of this account.\n  – 22 November'
  await field(page, 'wallet.sign.message').fill(message)
  await button(page, 'wallet.sign.sign').click()
  const ask = named(page, 'alertdialog', 'wallet.sign.ask', { name: 'Everyday' })
  expect(await named(ask, 'region', 'wallet.sign.message').textContent()).toBe(message)
  await button(ask, 'wallet.sign.sign').click()
  const shown = named(page, 'region', 'wallet.sign.document')
  await shown.waitFor()
  const signed = JSON.parse((await shown.textContent()) ?? '') as SignedMessage
  const [account] = await line.run<Account[]>(['account', 'list'])
  expect(signed).toMatchObject({ address: account?.address, message })
  const verify = ['message', 'verify', signed.address, signed.signature]
  expect(await line.run([...verify, message])).toMatchObject({ valid: true })

  await named(page, 'tab', 'wallet.messages.verify').click()
  await named(page, 'textbox', 'wallet.verify.document').fill(JSON.stringify(signed))
  await button(page, 'wallet.verify.check').click()
  await text(page, 'wallet.verify.valid').waitFor()
  await named(page, 'textbox', 'wallet.verify.document').fill(JSON.stringify({ ...signed, message: `${message}.` }))
  await text(page, 'wallet.verify.valid').waitFor({ state: 'detached' })
  await button(page, 'wallet.verify.check').click()
  await text(page, 'wallet.verify.invalid').waitFor()
  await text(page, 'wallet.verify.SIGNATURE_INVALID').waitFor()
})

flow('watches an account of another wallet, and cannot pay from it', async (stage) => {
  const dataDir = stage.newFolder()
  const line = stage.commandLine(dataDir)
  const { page } = await stage.open(dataDir)
  await readyWallet(line, ['Everyday'])
  const other = stage.newFolder()
  const node = await stage.startNode(other)
  await readyWallet(stage.commandLine(other), ['Elsewhere'])
  const [elsewhere] = await stage.commandLine(other).run<Account[]>(['account', 'list'])
  const address = elsewhere?.address ?? ''
  await node.stop()

  await goTo(page, 'accounts')
  await button(page, 'wallet.accounts.watch').click()
  const dialog = named(page, 'dialog', 'wallet.accounts.watch')
  await field(dialog, 'wallet.watch.what').fill(`${address.slice(0, -1)}${address.endsWith('q') ? 'p' : 'q'}`)
  await text(dialog, 'wallet.watch.bad').waitFor()
  expect(await button(dialog, 'wallet.watch.start').isDisabled()).toBe(true)
  await field(dialog, 'wallet.watch.what').fill(address)
  await field(dialog, 'wallet.accounts.name').fill('The other one')
  await button(dialog, 'wallet.watch.start').click()
  const row = accountRow(page, 'The other one')
  await text(row, 'wallet.account.watched').waitFor()
  expect(await button(row, 'wallet.send').count()).toBe(0)

  await line.run(['transfer', address, '2.5', '--from', 'Everyday', '--wait', 'finalized'])
  await eventually(async () => (await row.textContent()) ?? '').toContain('2.50')
  const ledger = await expectAgreement(page, line)
  expect(ledger.accounts.map(({ label, kind }) => [label, kind])).toEqual([
    ['Everyday', 'vault'],
    ['The other one', 'watched'],
  ])

  await goTo(page, 'accounts')
  await button(page, 'wallet.accounts.more', { name: 'The other one' }).click()
  await named(page, 'menuitem', 'wallet.unwatch').click()
  await button(named(page, 'alertdialog', 'wallet.unwatch.title'), 'wallet.unwatch').click()
  await row.waitFor({ state: 'detached' })
  expect(await line.run<Account[]>(['account', 'list'])).toHaveLength(1)
})
