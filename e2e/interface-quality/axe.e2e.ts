/** axe finds nothing: on no place, in no dialog and no step, in neither theme. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { flow } from '../interface/flow.ts'
import { nameAccount, openWallet } from '../interface/pages/onboarding.ts'
import { createVault, password, submit } from '../interface/pages/secrets.ts'
import { eventually, fillPayment, openSendForm, review, rows, sendButton } from '../interface/pages/wallet.ts'
import { readyWallet } from '../interface/ready-wallet.ts'
import { givePin, makeNssToken, makeSoftHsm, nameModule, nssProblem, pin, softHsmProblem } from '../interface/tokens.ts'
import { button, escaped, field, type MessageKey, named, say, text } from '../interface/words.ts'
import { findingsInBothThemes } from './findings.ts'
import { goToPlace, places } from './places.ts'
import { fillWallet } from './sample-wallet.ts'

interface Looker {
  readonly look: (at: string, where?: Page) => Promise<void>
  /** In a dialog of that title, which has to open, and is gone from the page afterwards: keys do nothing until then. */
  readonly lookAndLeave: (role: 'dialog' | 'alertdialog', title: MessageKey, at: string) => Promise<void>
  readonly found: string[]
}

/** Collects what axe objects to at each place that is looked at: on the page, or in another window. */
function looker(page: Page): Looker {
  const found: string[] = []
  const look = async (at: string, where = page): Promise<void> => {
    found.push(...(await findingsInBothThemes(where, at)))
  }
  return {
    found,
    look,
    async lookAndLeave(role, title, at) {
      const dialog = named(page, role, title)
      await dialog.waitFor()
      await look(at)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    },
  }
}

flow('shows nothing that axe objects to', async (stage) => {
  const dataDir = stage.newFolder()
  const ui = await stage.open(dataDir)
  const { page } = ui
  const { look, lookAndLeave, found } = looker(page)

  await button(page, 'onboarding.welcome.begin').waitFor()
  await look('welcome')
  await button(page, 'onboarding.welcome.begin').click()
  await look('choice of network')
  await button(page, 'secrets.continue').click()
  await look('choice of start')
  await page.getByRole('button', { name: new RegExp(`^${escaped(say('onboarding.start.create'))}`) }).click()
  const form = await ui.secretWindow()
  await field(form, 'secrets.password').waitFor()
  await look('new password', form)
  await createVault(form)
  await field(page, 'onboarding.name.label').waitFor()
  await look('name of the first account')
  await nameAccount(ui, 'Everyday')
  await named(page, 'heading', 'onboarding.done.title').waitFor()
  await look('end of the first start')
  await openWallet(ui)
  await button(page, 'wallet.send').waitFor()
  await look('empty wallet')

  await fillWallet(dataDir, 'Everyday')
  for (const place of places) {
    await goToPlace(page, place)
    await look(place)
  }

  await openSendForm(page)
  await fillPayment(page, { to: 'Mara Lindqvist', amount: '1.5', memo: 'Coffee' })
  await look('payment, filled in')
  await review(page)
  await look('payment, in review')
  await sendButton(page).click()
  await named(page, 'heading', 'wallet.sent.done').waitFor()
  await look('payment, sent')

  await goToPlace(page, 'wallet/history')
  await rows(page).first().click()
  await named(page, 'list', 'wallet.lifecycle').waitFor()
  await look('one transaction')
  await button(page, 'wallet.export').click()
  await lookAndLeave('dialog', 'wallet.export.title', 'export')
  await goToPlace(page, 'wallet/accounts')
  await button(page, 'wallet.accounts.create').click()
  await lookAndLeave('dialog', 'wallet.accounts.createTitle', 'new account')
  await page.keyboard.press('Control+k')
  await lookAndLeave('dialog', 'app.palette.title', 'commands')

  await stage.commandLine(dataDir).run(['vault', 'lock'])
  await named(page, 'heading', 'lock.title').waitFor()
  await look('lock screen')
  expect(found).toEqual([])
})

flow(
  'shows nothing that axe objects to where there are tokens',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const { where } = await makeSoftHsm(dataDir, line)
    const nss = await makeNssToken(dataDir, line)
    await line.run(['hsm', 'pair', ...where, '--generate', '--composite', '--label', 'card', '--pin-fd', '3'], [pin])
    const ui = await stage.open(dataDir)
    const { page } = ui
    const { look, lookAndLeave, found } = looker(page)
    await readyWallet(line, ['Everyday'])
    await goToPlace(page, 'settings/hardware-keys')
    const row = page.getByRole('group', { name: 'card', exact: true })
    await row.waitFor()
    await look('paired keys')
    const item = async (key: 'hsm.test' | 'hsm.changePin' | 'hsm.rename' | 'hsm.forget'): Promise<void> => {
      await button(row, 'hsm.more', { name: 'card' }).click()
      await page.getByRole('menuitem', { name: say(key) }).click()
    }
    const leave = async (form: Page, key: 'secrets.cancel' | 'hsm.close'): Promise<void> => {
      await submit(button(form, key).first())
      await eventually(async () => form.isClosed()).toBe(true)
    }

    if (ui.app !== undefined) {
      await button(page, 'hsm.pair').click()
      const pairing = await ui.secretWindow()
      await nameModule(pairing, nss)
      await look('pairing: the library', pairing)
      await button(pairing, 'hsm.pair.look').click()
      await field(pairing, 'hsm.pin').waitFor()
      await look('pairing: the key', pairing)
      await leave(pairing, 'secrets.cancel')

      await item('hsm.changePin')
      const change = await ui.secretWindow()
      await field(change, 'hsm.changePin.before').waitFor()
      await look('another PIN', change)
      await leave(change, 'secrets.cancel')

      await item('hsm.test')
      const test = await ui.secretWindow()
      await field(test, 'hsm.pin').fill(pin)
      await look('self-test', test)
      await button(test, 'hsm.test.start').click()
      await named(test, 'list', 'hsm.test.checks').waitFor()
      await look('report of the self-test', test)
      await leave(test, 'hsm.close')

      await button(row, 'hsm.unlock').click()
      const unlocking = await ui.secretWindow()
      await field(unlocking, 'hsm.pin').fill('not the pin at all')
      await button(unlocking, 'hsm.pin.unlock').click()
      await text(unlocking, 'hsm.fewTries').waitFor()
      await look('PIN, after a wrong one', unlocking)
      await leave(unlocking, 'secrets.cancel')
    }
    await item('hsm.rename')
    await lookAndLeave('dialog', 'hsm.rename', 'another name for a key')
    await item('hsm.forget')
    await lookAndLeave('alertdialog', 'hsm.forget.title', 'forgetting a key')
    expect(found).toEqual([])
  },
  { problem: () => softHsmProblem() ?? nssProblem() },
)

flow(
  'shows nothing that axe objects to where a token seals the wallet',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const { where } = await makeSoftHsm(dataDir, line)
    await line.run(['hsm', 'pair', ...where, '--generate', '--seal', '--label', 'safe', '--pin-fd', '3'], [pin])
    const ui = await stage.open(dataDir)
    const { page } = ui
    const { look, found } = looker(page)
    await readyWallet(line, ['Everyday'])
    await goToPlace(page, 'settings/hardware-keys')
    await button(page, 'hsm.seal.with', { name: 'safe' }).click()
    if (ui.app === undefined) {
      await named(page, 'dialog', 'hsm.elsewhere.title').waitFor()
      await look('a token that is unlocked elsewhere')
      await line.run(['hsm', 'unlock', 'safe', '--pin-fd', '3'], [pin])
    } else await givePin(ui, pin)
    const sealing = await ui.secretWindow()
    await field(sealing, 'secrets.password').fill(password)
    await look('sealing', sealing)
    await sealing.getByRole('checkbox', { name: say('secrets.seal.phrase') }).check({ force: true })
    await submit(button(sealing, 'secrets.seal.submit'))
    await text(page, 'hsm.seal.by', { name: 'safe' }).waitFor()
    await look('a sealed wallet')
    await line.run(['vault', 'lock'])
    await text(page, 'hsm.seal.needs.key', { name: 'safe' }).waitFor()
    await look('lock screen of a sealed wallet')
    expect(found).toEqual([])
  },
  { problem: softHsmProblem },
)
