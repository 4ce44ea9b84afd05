/** Several look at one node: what one of them does the others show, and what the command line does too. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { expectAgreement } from './agreement.ts'
import { flow } from './flow.ts'
import { browserHost } from './hosts.ts'
import { password, unlockScreen } from './pages/secrets.ts'
import { accountRow, eventually, expectFinal, goTo, pay, rows, shownIds } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { named, text } from './words.ts'

flow('shows what the command line does, while it looks on', async ({ newFolder, open, commandLine }) => {
  const dataDir = newFolder()
  const line = commandLine(dataDir)
  const ui = await open(dataDir)
  const { page } = ui
  await readyWallet(line)
  await goTo(page, 'accounts')
  await accountRow(page, 'Savings').waitFor()
  await line.run(['account', 'create', '--label', 'From the terminal'])
  await accountRow(page, 'From the terminal').waitFor()

  await goTo(page, 'history')
  await eventually(() => rows(page).count()).toBe(1)
  await line.run(['transfer', 'Savings', '1.5', '--from', 'Everyday', '--wait', 'finalized'])
  await eventually(() => rows(page).count()).toBe(2)

  await line.run(['vault', 'lock'])
  await named(page, 'heading', 'lock.title').waitFor()
  await line.run(['vault', 'unlock', '--password-fd', '3'], [password])
  await named(page, 'navigation', 'app.views').waitFor()
  await expectAgreement(page, line)
})

flow(
  'shows the same in two tabs, says when the node is gone, and that a new one must be asked for a new page',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const ui = await stage.open(dataDir)
    const { page: left, browser } = ui
    if (browser === undefined) throw new Error('this flow is of a browser')
    await readyWallet(line)
    const right: Page = await browser.context.newPage()
    await right.goto(await browser.link())
    await goTo(right, 'history')
    await eventually(() => rows(right).count()).toBe(1)
    // Browsers draw a tab that nobody sees once a second.
    await left.bringToFront()
    await pay(left, { from: 'Everyday', to: 'Savings', amount: '2' })
    await eventually(() => rows(right).count()).toBe(2)
    await right.bringToFront()
    await pay(right, { from: 'Everyday', to: 'Savings', amount: '3' })
    await expectFinal(right)
    await left.bringToFront()
    await goTo(left, 'history')
    await right.bringToFront()
    await goTo(right, 'history')
    await eventually(() => shownIds(left)).toHaveLength(3)
    await eventually(async () => await shownIds(right)).toEqual(await shownIds(left))
    await left.bringToFront()
    await expectAgreement(left, line)

    const port = new URL(left.url()).port
    await line.run(['node', 'stop'])
    await text(left, 'app.lost.title').waitFor()
    await text(right, 'app.lost.title').waitFor()
    await stage.startNode(dataDir, ['--api-port', port])
    for (const page of [left, right]) {
      await named(page, 'heading', 'app.signedOut.title').waitFor()
      await text(page, 'app.signedOut.ended').waitFor()
    }
    await left.goto(await browser.link())
    await unlockScreen(ui)
    const { transactions } = await expectAgreement(left, line)
    expect(transactions).toHaveLength(3)
  },
  { in: [browserHost] },
)
