/** The view of the network says what the command line says: how it does, who orders, and what the vertices carry. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { NetworkStatus, TransactionPage } from '../../node/api/contract/index.ts'
import { flow } from './flow.ts'
import { eventually, goTo, rows } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { button, escaped, named, say, text } from './words.ts'

async function goToNetwork(page: Page): Promise<void> {
  await named(named(page, 'navigation', 'app.views'), 'link', 'app.place.network').click()
  await named(page, 'heading', 'network.title').waitFor()
}

flow(
  'shows validators and vertices as the command line does, and leads from a vertex to its transaction',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const { page } = await stage.open(dataDir)
    await readyWallet(line, ['Everyday'])
    await goToNetwork(page)

    const status = await line.run<NetworkStatus>(['network', 'status'])
    expect(status).toMatchObject({ validators: 1, toleratedFaults: 0, standstill: null, commits: expect.any(Number) })
    const [validator] = status.committee
    const row = named(page, 'region', 'network.validators').getByRole('row').nth(1)
    await row.getByText(say('network.validator.name', { number: 1 })).waitFor()
    await text(row, 'network.validator.self').waitFor()
    await text(row, 'network.validator.up').waitFor()
    expect(await row.textContent()).toContain(validator?.id.slice(0, 4))
    await text(page, 'network.noFaults', { count: 1 }).waitFor()
    // Figures move on while they are read: the page is not behind what was told before.
    const figures = page.getByLabel(say('network.figures'))
    await eventually(async () => {
      const round = await figures.locator('div').first().locator('dd').textContent()
      return Number((round ?? '').replaceAll(',', '')) >= status.round
    }).toBe(true)

    // The picture takes the keys, and says what is gone to.
    const canvas = named(page, 'application', 'network.graph.canvas')
    await canvas.focus()
    await page.keyboard.press('End')
    const panel = named(page, 'complementary', 'network.vertex')
    await panel.waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })

    // The vertex that carries the payment, by the table.
    const [payment] = (await line.run<TransactionPage>(['tx', 'list'])).items
    const confirmed = payment?.states.find(({ state }) => state === 'Confirmed')
    expect(confirmed?.support).toMatchObject({ supporters: 1, validators: 1 })
    await button(page, 'network.graph.pause').click()
    await button(page, 'network.graph.asTable').click()
    const table = named(page, 'table', 'network.graph.table')
    const carrying = table.getByRole('row').filter({ has: page.getByRole('cell', { name: '1', exact: true }) })
    await text(carrying.last(), 'network.vertex.committed').waitFor()
    await carrying.last().getByRole('button').click()
    const link = panel.getByRole('link', {
      name: new RegExp(`^${escaped(say('network.vertex.openTransaction', { id: '' }))}`),
    })
    await link.waitFor()
    const told = await link.getAttribute('href')
    expect(told).toContain('transaction')
    await link.click()
    await named(page, 'list', 'wallet.lifecycle').waitFor()
    await text(page, 'wallet.votes.alone').first().waitFor()
    await goTo(page, 'history')
    await eventually(() => rows(page).count()).toBeGreaterThan(0)
  },
)
