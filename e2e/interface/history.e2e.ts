/** The history: filters, and a file with exactly the rows that they leave, against what the command line lists. */
import { expect } from 'vitest'
import { expectAgreement, holdings, ledgerOf } from './agreement.ts'
import { flow } from './flow.ts'
import type { OpenInterface } from './hosts.ts'
import { eventually, goTo, shownIds } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { button, choose, field, named, ruv, say, text } from './words.ts'

flow('filters the history and exports what is left, as the command line lists it', async (stage) => {
  const dataDir = stage.newFolder()
  const line = stage.commandLine(dataDir)
  const ui = await stage.open(dataDir)
  const { page } = ui
  await readyWallet(line)
  const transfer = (to: string, amount: string, from: string, memo: string) =>
    line.run(['transfer', to, amount, '--from', from, '--memo', memo, '--wait', 'finalized'])
  await transfer('Savings', '10', 'Everyday', 'alpha')
  await transfer('Savings', '20.000001', 'Everyday', '=beta, the "second"')
  await transfer('Everyday', '5', 'Savings', 'gamma')
  const all = await expectAgreement(page, line)
  expect(all.transactions).toHaveLength(4)
  const [gamma, beta, alpha, faucet] = all.transactions.map(({ txId }) => txId)

  const csv = await exported(ui)
  expect(csv.map(({ txId }) => txId)).toEqual([gamma, beta, alpha, faucet])
  expect(csv.map(({ memo }) => memo)).toEqual(['gamma', '\'=beta, the "second"', 'alpha', ''])
  for (const [index, row] of csv.entries()) {
    const transaction = all.transactions[index]
    expect(row).toMatchObject({
      state: transaction?.state,
      outcome: transaction?.outcome,
      nonce: String(transaction?.nonce),
    })
    expect(micro(row.fee)).toBe(BigInt(transaction?.fee ?? '-1'))
  }
  const sum = csv.reduce((total, row) => total + micro(row.balanceChange), 0n)
  expect(ruv(sum)).toBe(ruv(all.accounts.reduce((total, { balance }) => total + BigInt(balance.available), 0n)))

  await field(page, 'wallet.filter.search').fill('BETA')
  await eventually(() => shownIds(page)).toEqual([beta])
  expect((await exported(ui)).map(({ txId }) => txId)).toEqual([beta])
  await button(page, 'wallet.filter.clear').click()
  await eventually(() => shownIds(page)).toHaveLength(4)

  await choose(page, 'wallet.filter.direction', say('wallet.filter.faucet'))
  await eventually(() => shownIds(page)).toEqual([faucet])
  await button(page, 'wallet.filter.clear').click()
  await choose(page, 'wallet.account', /^Savings/)
  await eventually(() => shownIds(page)).toEqual([gamma, beta, alpha])
  const ofSavings = await exported(ui)
  expect(ofSavings.map(({ txId }) => txId)).toEqual([gamma, beta, alpha])
  const left = ofSavings.reduce((total, row) => total + micro(row.balanceChange), 0n)
  expect(ruv(left)).toBe(holdings(await ledgerOf(line)).Savings)
  await choose(page, 'wallet.filter.direction', say('wallet.filter.sent'))
  await eventually(() => shownIds(page)).toEqual([gamma])
  await choose(page, 'wallet.filter.state', say('wallet.state.Rejected'))
  await eventually(() => shownIds(page)).toEqual([])
  await text(page, 'wallet.empty.filtered').waitFor()
  await goTo(page, 'overview')
})

/** What "Export" saves, by column. */
async function exported(ui: OpenInterface): Promise<Record<string, string>[]> {
  const { page } = ui
  await button(page, 'wallet.export').click()
  const dialog = named(page, 'dialog', 'wallet.export.title')
  const { name, bytes } = await ui.save(() => button(dialog, 'wallet.export.save').click())
  expect(name).toMatch(/^qudag-history-\d{4}-\d\d-\d\d\.csv$/)
  await dialog.waitFor({ state: 'detached' })
  const [columns = [], ...records] = parseCsv(Buffer.from(bytes).toString('utf8'))
  return records.map((record) => Object.fromEntries(columns.map((column, index) => [column, record[index] ?? ''])))
}

/** RFC 4180, as another program reads it. */
function parseCsv(text: string): string[][] {
  const records: string[][] = []
  for (const line of text.matchAll(/((?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*)\r\n/g)) {
    const fields = [...(line[1] ?? '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)]
    records.push(fields.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ''))
  }
  return records
}

/** An amount of rUv as the file writes it. */
function micro(text = ''): bigint {
  const match = /^([+-]?)(\d+)(?:\.(\d{1,6}))?$/.exec(text)
  if (match === null) throw new Error(`no amount: ${text}`)
  const size = BigInt(`${match[2]}${(match[3] ?? '').padEnd(6, '0')}`)
  return match[1] === '-' ? -size : size
}
