/** Language, theme, and hidden balances: at once, everywhere, and still after the page was loaded again. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { german } from '../../renderer/i18n/german.ts'
import { flow } from './flow.ts'
import { eventually, goTo, goToSettings } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { choose, named, say } from './words.ts'

/** How light the page is, 0 to 255. */
async function lightness(page: Page): Promise<number> {
  const colour = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number)
  return (red + green + blue) / 3
}

flow('changes language, theme and whether amounts show, and remembers it', async (stage) => {
  const dataDir = stage.newFolder()
  const line = stage.commandLine(dataDir)
  const { page } = await stage.open(dataDir)
  await readyWallet(line, ['Everyday'])

  await goToSettings(page, 'settings.general')
  await choose(page, 'settings.theme', say('settings.theme.dark'))
  await eventually(() => lightness(page)).toBeLessThan(64)
  await choose(page, 'settings.theme', say('settings.theme.light'))
  await eventually(() => lightness(page)).toBeGreaterThan(192)

  await page.getByRole('switch', { name: say('settings.hideBalances') }).check({ force: true })
  await goTo(page, 'overview')
  const balance = named(page, 'region', 'wallet.balance.label')
  await eventually(async () => (await balance.textContent()) ?? '').toContain('••••••')
  expect(await balance.textContent()).not.toMatch(/\d/)
  await page.reload()
  await balance.waitFor()
  expect(await balance.textContent()).not.toMatch(/\d/)
  await named(page, 'button', 'wallet.balance.show').click()
  await eventually(async () => (await balance.textContent()) ?? '').toContain('99.99')

  await goToSettings(page, 'settings.general')
  await choose(page, 'settings.language', 'Deutsch')
  await page.getByRole('heading', { name: german['settings.title'], level: 1, exact: true }).waitFor()
  await page.reload()
  await page.getByRole('link', { name: german['app.place.wallet'], exact: true }).click()
  const germanBalance = page.getByRole('region', { name: german['wallet.balance.label'], exact: true })
  await eventually(async () => (await germanBalance.textContent()) ?? '').toContain('99,99')
})
