/** axe finds nothing: on no place, in no dialog and no step, in neither theme. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { flow } from '../interface/flow.ts'
import { nameAccount, openWallet } from '../interface/pages/onboarding.ts'
import { createVault } from '../interface/pages/secrets.ts'
import { fillPayment, openSendForm, review, rows, sendButton } from '../interface/pages/wallet.ts'
import { button, escaped, field, named, say } from '../interface/words.ts'
import { findingsInBothThemes } from './findings.ts'
import { goToPlace, places } from './places.ts'
import { fillWallet } from './sample-wallet.ts'

flow('shows nothing that axe objects to', async (stage) => {
  const dataDir = stage.newFolder()
  const ui = await stage.open(dataDir)
  const { page } = ui
  const found: string[] = []
  const look = async (where: string, at: Page = page): Promise<void> => {
    found.push(...(await findingsInBothThemes(at, where)))
  }

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
  await page.getByRole('dialog').waitFor()
  await look('export')
  await page.keyboard.press('Escape')
  await goToPlace(page, 'wallet/accounts')
  await button(page, 'wallet.accounts.create').click()
  await page.getByRole('dialog').waitFor()
  await look('new account')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  await look('commands')
  await page.keyboard.press('Escape')

  await stage.commandLine(dataDir).run(['vault', 'lock'])
  await named(page, 'heading', 'lock.title').waitFor()
  await look('lock screen')
  expect(found).toEqual([])
})
