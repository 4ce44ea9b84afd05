/** Passwords: what a wrong one is answered with, what several of them cost, and that a changed one is gone. */
import { expect } from 'vitest'
import { expectAgreement } from './agreement.ts'
import { flow } from './flow.ts'
import { changePassword, openUnlockForm, password, unlock, unlockScreen } from './pages/secrets.ts'
import { goToSettings, lockByButton } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { button, field, named, say, text } from './words.ts'

flow('refuses wrong passwords, makes several of them wait, and forgets one that was changed', async (stage) => {
  const dataDir = stage.newFolder()
  const line = stage.commandLine(dataDir)
  const ui = await stage.open(dataDir)
  await readyWallet(line, ['Everyday'])
  await named(ui.page, 'navigation', 'app.views').waitFor()
  await lockByButton(ui.page)

  await openUnlockForm(ui)
  const form = await ui.secretWindow()
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await unlock(form, `guess number ${attempt}`)
    await text(form, 'secrets.password.wrong').waitFor()
    // The field is empty again, so that nobody reads what was tried.
    expect(await field(form, 'secrets.password').inputValue()).toBe('')
    // The third costs a second, the fourth two.
    if (attempt >= 3) await text(form, 'secrets.retry.title').waitFor()
    if (attempt === 3) await text(form, 'secrets.retry.title').waitFor({ state: 'detached' })
  }
  expect(await button(form, 'secrets.unlock.submit').isDisabled()).toBe(true)
  // It counts down by itself, and the right password is taken then.
  await text(form, 'secrets.retry.title').waitFor({ state: 'detached' })
  await unlock(form)
  await named(ui.page, 'navigation', 'app.views').waitFor()

  const changed = 'four unrelated words here'
  await goToSettings(ui.page, 'settings.security')
  await button(named(ui.page, 'group', 'settings.password'), 'settings.password.change').click()
  await changePassword(await ui.secretWindow(), password, changed)
  await ui.page
    .getByRole('region', { name: say('ui.toasts') })
    .getByText(say('settings.password.changed'))
    .waitFor()
  await lockByButton(ui.page)
  await openUnlockForm(ui)
  const again = await ui.secretWindow()
  await unlock(again, password)
  await text(again, 'secrets.password.wrong').waitFor()
  expect(await line.failure(['vault', 'unlock', '--password-fd', '3'], [password])).toBe('VAULT_WRONG_PASSWORD')
  await unlock(again, changed)
  await named(ui.page, 'navigation', 'app.views').waitFor()
  await expectAgreement(ui.page, line)

  // It holds over a restart of everything.
  await ui.close()
  const next = await stage.open(dataDir)
  await unlockScreen(next, changed)
  await expectAgreement(next.page, line)
})
