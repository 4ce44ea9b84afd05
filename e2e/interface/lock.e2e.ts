/** Locking: by the button, with the machine, and by itself; what shows then, and how a payment goes on after it. */
import { expect } from 'vitest'
import { expectAgreement } from './agreement.ts'
import { flow, type Stage } from './flow.ts'
import { browserHost, desktopHost, type OpenInterface } from './hosts.ts'
import { unlock, unlockScreen } from './pages/secrets.ts'
import {
  expectFinal,
  fillPayment,
  goTo,
  goToSettings,
  lockByButton,
  openSendForm,
  review,
  sendButton,
} from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { button, choose, named, say } from './words.ts'

/** Test money that an account has from `readyWallet`, as any view would write it: 99.99…, after the fee. */
const balance = /9[0-9]\.[0-9]{2}/

async function openReady(stage: Stage): Promise<OpenInterface> {
  const dataDir = stage.newFolder()
  const ui = await stage.open(dataDir)
  await readyWallet(stage.commandLine(dataDir))
  await goTo(ui.page, 'overview')
  await ui.page.getByText(balance).first().waitFor()
  return ui
}

async function expectLocked({ page }: OpenInterface): Promise<void> {
  await named(page, 'heading', 'lock.title').waitFor()
  expect(await page.getByText(balance).count()).toBe(0)
}

flow('hides everything when locked, and asks to unlock before it sends', async (stage) => {
  const ui = await openReady(stage)
  const { page } = ui
  await lockByButton(page)
  await expectLocked(ui)

  // Looking is possible, and paying asks for the password and goes on.
  await button(page, 'app.lock.view').click()
  await openSendForm(page)
  await fillPayment(page, { from: 'Everyday', to: 'Savings', amount: '4' })
  await review(page)
  await sendButton(page).click()
  await unlock(await ui.secretWindow())
  await expectFinal(page)
  const { transactions } = await expectAgreement(page, stage.commandLine(ui.dataDir))
  expect(transactions).toHaveLength(2)
})

flow(
  'locks when the machine sleeps, and when nobody has touched it',
  async (stage) => {
    const ui = await openReady(stage)
    const app = ui.app?.app
    await app?.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'))
    await expectLocked(ui)
    await unlockScreen(ui)

    await goToSettings(ui.page, 'settings.security')
    await choose(ui.page, 'settings.lockWhenIdle', say('settings.autoLock.minutes', { minutes: 1 }))
    await app?.evaluate(({ powerMonitor }) => {
      powerMonitor.getSystemIdleTime = () => 61
    })
    await expectLocked(ui)
    await unlockScreen(ui)
    await expectAgreement(ui.page, stage.commandLine(ui.dataDir))
  },
  { in: [desktopHost] },
)

flow(
  'locks by itself after the shortest time that can be set, without use',
  async (stage) => {
    const ui = await openReady(stage)
    await goToSettings(ui.page, 'settings.security')
    await choose(ui.page, 'settings.autoLock', say('settings.autoLock.minutes', { minutes: 1 }))
    await named(ui.page, 'heading', 'lock.title').waitFor({ timeout: 90_000 })
    await expectLocked(ui)
  },
  { in: [browserHost] },
)
