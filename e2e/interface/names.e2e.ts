/** Names: of other people's addresses, of payments, of one's own accounts; out to a file and in again. */
import { bech32m } from '@scure/base'
import { expect } from 'vitest'
import type { LabelEntry } from '../../node/api/contract/index.ts'
import { expectAgreement } from './agreement.ts'
import { flow } from './flow.ts'
import { accountRow, eventually, goTo, goToSettings, pay, rows, toast } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { button, field, named, text } from './words.ts'

/** Somebody else's address on a development network. */
const bakery = bech32m.encode(
  'ruvd',
  bech32m.toWords(Uint8Array.from({ length: 33 }, (_, at) => (at === 0 ? 0 : at))),
  64,
)

const byRef = (entries: readonly LabelEntry[]): LabelEntry[] => entries.toSorted((a, b) => (a.ref < b.ref ? -1 : 1))

flow('keeps names and notes, pays by name, and takes them out to a file and in again', async (stage) => {
  const dataDir = stage.newFolder()
  const line = stage.commandLine(dataDir)
  const ui = await stage.open(dataDir)
  const { page } = ui
  await readyWallet(line)

  await goTo(page, 'book')
  await button(page, 'wallet.book.add').first().click()
  const entry = named(page, 'dialog', 'wallet.book.add')
  await field(entry, 'wallet.book.address').fill(bakery)
  await field(entry, 'wallet.book.name').fill('Bakery')
  await button(entry, 'wallet.save').click()
  await button(page, 'wallet.book.editOf', { name: 'Bakery' }).waitFor()
  await pay(page, { from: 'Everyday', to: 'Bakery', amount: '3.2' })

  await goTo(page, 'history')
  await rows(page).first().getByText('Bakery').waitFor()
  await rows(page).first().click()
  const detail = named(page, 'complementary', 'wallet.detail')
  await button(detail, 'wallet.note.add').click()
  await field(detail, 'wallet.note').fill('bread for a week')
  await button(detail, 'wallet.save').click()
  await rows(page).first().getByText('bread for a week').waitFor()

  await goTo(page, 'accounts')
  await button(page, 'wallet.accounts.more', { name: 'Savings' }).click()
  await named(page, 'menuitem', 'wallet.accounts.rename').click()
  const rename = named(page, 'dialog', 'wallet.accounts.rename')
  await field(rename, 'wallet.accounts.name').fill('Rainy days')
  await button(rename, 'wallet.save').click()
  await accountRow(page, 'Rainy days').waitFor()
  const ledger = await expectAgreement(page, line)
  expect(ledger.accounts.map(({ label }) => label)).toEqual(['Everyday', 'Rainy days'])

  const labels = byRef(await line.run<LabelEntry[]>(['label', 'list']))
  expect(labels).toEqual(
    byRef([
      { type: 'address', ref: bakery, label: 'Bakery' },
      { type: 'tx', ref: ledger.transactions[0]?.txId ?? '', label: 'bread for a week' },
    ]),
  )
  await goToSettings(page, 'settings.labels')
  const file = await ui.save(() => button(page, 'settings.labels.export.save').click())
  await toast(page, 'settings.labels.exported', { count: 2 }).waitFor()
  const lines = Buffer.from(file.bytes).toString('utf8').trimEnd().split('\n')
  expect(byRef(lines.map((one) => JSON.parse(one) as LabelEntry))).toEqual(
    labels.map(({ type, ...rest }) => ({ type: type === 'address' ? 'addr' : type, ...rest })),
  )

  for (const { ref } of labels) await line.run(['label', 'remove', ref])
  await goTo(page, 'book')
  await text(page, 'wallet.book.empty').waitFor()
  await goToSettings(page, 'settings.labels')
  const chooser = page.waitForEvent('filechooser')
  await button(page, 'settings.labels.import.choose').click()
  await (await chooser).setFiles({ name: file.name, mimeType: 'application/jsonl', buffer: Buffer.from(file.bytes) })
  await text(page, 'settings.labels.import.ready', { name: file.name, count: 2 }).waitFor()
  expect(await line.run(['label', 'list'])).toEqual([])
  await button(page, 'settings.labels.import.confirm').click()
  await eventually(async () => byRef(await line.run<LabelEntry[]>(['label', 'list']))).toEqual(labels)
  await goTo(page, 'book')
  await button(page, 'wallet.book.removeOf', { name: 'Bakery' }).waitFor()
})
