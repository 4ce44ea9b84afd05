/** Everything by keyboard: each view can be walked through in both directions, and money be paid without touching a mouse. */
import { expect } from 'vitest'
import type { TransactionPage } from '../../node/api/contract/index.ts'
import { flow } from '../interface/flow.ts'
import { browserHost } from '../interface/hosts.ts'
import { eventually, rows, sendButton } from '../interface/pages/wallet.ts'
import { readyWallet } from '../interface/ready-wallet.ts'
import { button, field, named, say } from '../interface/words.ts'
import { walk } from './keyboard.ts'
import { goToPlace, places } from './places.ts'
import { fillWallet } from './sample-wallet.ts'

flow(
  'is walked through with Tab in both directions, seeing where one is',
  async (stage) => {
    const dataDir = stage.newFolder()
    const { page } = await stage.open(dataDir)
    await readyWallet(stage.commandLine(dataDir), ['Everyday'])
    await fillWallet(dataDir, 'Everyday')
    const problems: string[] = []
    for (const place of places) {
      await goToPlace(page, place)
      for (const [direction, { missed, unseen, reached }] of Object.entries(await walk(page))) {
        // The rail alone has nearly as many.
        expect(reached, `${place}, ${direction}`).toBeGreaterThan(5)
        problems.push(...missed.map((one) => `${place}, ${direction}, not reached: ${one}`))
        problems.push(...unseen.map((one) => `${place}, ${direction}, focus not seen: ${one}`))
      }
    }
    expect(problems).toEqual([])
  },
  { in: [browserHost] },
)

flow('pays by keyboard alone', async (stage) => {
  const dataDir = stage.newFolder()
  const line = stage.commandLine(dataDir)
  const { page } = await stage.open(dataDir)
  await readyWallet(line, ['Everyday', 'Savings'])
  await named(page, 'navigation', 'app.views').waitFor()
  await button(page, 'wallet.send').waitFor()
  const { keyboard } = page
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const { activeElement } = document
      const label = activeElement instanceof HTMLInputElement ? activeElement.labels?.[0]?.textContent : undefined
      return label ?? activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? ''
    })
  const tabTo = async (name: string): Promise<void> => {
    for (let step = 0; step < 60; step += 1) {
      if ((await focused()).trim() === name) return
      await keyboard.press('Tab')
    }
    throw new Error(`Tab does not come to "${name}"`)
  }

  // The key for it, the fields one after the other, a choice with the arrows.
  await keyboard.press('s')
  await named(page, 'heading', 'wallet.send.title').waitFor()
  await tabTo(say('wallet.send.to'))
  await keyboard.type('Sav')
  await page.getByRole('option').first().waitFor()
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await tabTo(say('wallet.send.amount'))
  await keyboard.type('7.25')
  await tabTo(say('wallet.send.memo'))
  await keyboard.type('without a mouse')
  await eventually(() => button(page, 'wallet.send.review').isEnabled()).toBe(true)
  await tabTo(say('wallet.send.review'))
  await keyboard.press('Enter')
  await named(page, 'region', 'wallet.review.title', { count: 1 }).waitFor()
  await tabTo((await sendButton(page).textContent()) ?? '')
  await keyboard.press('Enter')
  await named(page, 'heading', 'wallet.sent.done').waitFor()

  // On to the history, and into the payment.
  await keyboard.press('Control+k')
  await named(page, 'dialog', 'app.palette.title').waitFor()
  await keyboard.type(say('app.place.history'))
  await keyboard.press('Enter')
  await named(page, 'heading', 'wallet.history').waitFor()
  await named(page, 'dialog', 'app.palette.title').waitFor({ state: 'detached' })
  await rows(page).first().waitFor()
  await keyboard.press('j')
  await page.waitForFunction(() => document.activeElement?.matches('a[data-tx]'))
  await keyboard.press('Enter')
  await named(page, 'list', 'wallet.lifecycle').waitFor()
  await keyboard.press('Escape')
  await named(page, 'list', 'wallet.lifecycle').waitFor({ state: 'detached' })

  const { items } = await line.run<TransactionPage>(['tx', 'list'])
  expect(items[0]?.operations).toMatchObject([{ amount: '7250000', memo: 'without a mouse' }])
  expect(await field(page, 'wallet.filter.search').inputValue()).toBe('')
})
