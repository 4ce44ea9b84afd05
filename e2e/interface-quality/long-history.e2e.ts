/** Ten thousand payments: every one can be scrolled to, and never more than a window of them is in the page. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { preparePayments } from '../../bench/app-load.ts'
import type { Account } from '../../node/api/contract/index.ts'
import { flow } from '../interface/flow.ts'
import { browserHost } from '../interface/hosts.ts'
import { eventually, goTo, rows } from '../interface/pages/wallet.ts'
import { readyWallet } from '../interface/ready-wallet.ts'
import { escaped, named, say } from '../interface/words.ts'

const payments = 10_000
/** Seen, and as many again beyond either edge. A window of 800 pixels shows a dozen. */
const maxRowsInPage = 60

flow(
  'scrolls through ten thousand payments with a few dozen rows in the page',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const { page } = await stage.open(dataDir)
    await readyWallet(line, ['Everyday'])
    const [account] = await line.run<Account[]>(['account', 'list'])
    const run = await preparePayments({
      apiUrl: new URL(page.url()).origin,
      token: readFileSync(join(dataDir, 'run/api-token'), 'utf8').trim(),
      account: account?.address ?? '',
      payments,
      perSecond: 3_000,
    })
    await goTo(page, 'history')
    await run()

    const most = await scrollToTheEnd(page)
    expect(most.rows).toBeGreaterThan(10)
    expect(most.rows).toBeLessThanOrEqual(maxRowsInPage)
    // The first there was is the last in the list: the test money that the account began with.
    await page
      .getByRole('status')
      .filter({ hasText: new RegExp(`^${escaped(count(most.listed))}$`) })
      .waitFor()
    expect(most.listed).toBeGreaterThanOrEqual(payments)
    await rows(page).last().getByText(say('wallet.kind.faucet')).waitFor()

    // From there back to the newest with one key.
    await rows(page).last().focus()
    await page.keyboard.press('Home')
    await eventually(() =>
      named(page, 'list', 'wallet.history.list').getByRole('listitem').first().getAttribute('aria-posinset'),
    ).toBe('1')
    expect(await rows(page).count()).toBeLessThanOrEqual(maxRowsInPage)
  },
  { in: [browserHost] },
)

const count = (listed: number): string => say('wallet.history.count', { count: listed })

/** Scrolls on as long as there is more, frame by frame. @returns the most rows that were in the page, and how many there are */
async function scrollToTheEnd(page: Page): Promise<{ rows: number; listed: number }> {
  const list = named(page, 'list', 'wallet.history.list')
  await list.waitFor()
  return await list.evaluate(async (element) => {
    const scroller = element.parentElement as HTMLElement
    const stepPixels = 900
    const maxIdleFrames = 120
    let rows = 0
    for (let idle = 0; idle < maxIdleFrames; ) {
      const before = scroller.scrollTop
      scroller.scrollTop += stepPixels
      await new Promise(requestAnimationFrame)
      rows = Math.max(rows, element.childElementCount)
      idle = scroller.scrollTop > before ? 0 : idle + 1
    }
    return { rows, listed: Number(element.lastElementChild?.getAttribute('aria-setsize')) }
  })
}
