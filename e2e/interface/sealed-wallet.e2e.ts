/**
 * A wallet that a token (SoftHSM) seals, as somebody has it in the interface: sealed in the settings, locked, opened with the
 * PIN first and the password after it, and opened by the password alone again. In a browser the PIN is typed at the terminal.
 */
import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { flow, type Stage } from './flow.ts'
import { browserHost, desktopHost, type OpenInterface } from './hosts.ts'
import { password, submit, unlock } from './pages/secrets.ts'
import { eventually, goTo, goToSettings, lockByButton, toast } from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { givePin, makeSoftHsm, picture, pin, softHsmProblem, type TestToken } from './tokens.ts'
import { button, field, named, say, text } from './words.ts'

/** A wallet with money, and a key paired as `safe` that can seal it. */
async function openReady(stage: Stage): Promise<OpenInterface & { readonly token: TestToken }> {
  const dataDir = stage.newFolder()
  const line = stage.commandLine(dataDir)
  const token = await makeSoftHsm(dataDir, line)
  await line.run(['hsm', 'pair', ...token.where, '--generate', '--seal', '--label', 'safe', '--pin-fd', '3'], [pin])
  const ui = await stage.open(dataDir)
  await readyWallet(line, ['Everyday'])
  await goTo(ui.page, 'overview')
  return { ...ui, token }
}

async function giveSealPassword(form: Page): Promise<void> {
  await field(form, 'secrets.password').fill(password)
  // Not before the person says that there is a way back.
  await button(form, 'secrets.seal.submit').click()
  await text(form, 'secrets.seal.phrase.missing').waitFor()
  await picture(form, 'seal')
  await form.getByRole('checkbox', { name: say('secrets.seal.phrase') }).check({ force: true })
  await submit(button(form, 'secrets.seal.submit'))
}

async function expectSealedLock({ page }: OpenInterface): Promise<void> {
  await named(page, 'heading', 'lock.title').waitFor()
  await text(page, 'hsm.seal.needs.key', { name: 'safe' }).waitFor()
  expect(await button(page, 'onboarding.welcome.begin').count()).toBe(0)
}

flow(
  'seals the wallet by a token, opens it with PIN and password, and takes the seal off',
  async (stage) => {
    const ui = await openReady(stage)
    const { page, token } = ui
    await goToSettings(page, 'settings.hardware-keys')
    await text(page, 'hsm.seal.passwordAlone').waitFor()
    await picture(page, 'seal-settings')
    await button(page, 'hsm.seal.with', { name: 'safe' }).click()
    await givePin(ui, pin)
    await giveSealPassword(await ui.secretWindow())
    await text(page, 'hsm.seal.by', { name: 'safe' }).waitFor()
    await picture(page, 'sealed-settings')

    await lockByButton(page)
    await expectSealedLock(ui)
    await picture(page, 'sealed-lock')

    // Taken out: it says so, and that a wallet is there.
    const [inside = ''] = readdirSync(token.storage)
    const [here, elsewhere] = [join(token.storage, inside), join(ui.dataDir, 'elsewhere')]
    renameSync(here, elsewhere)
    await button(page, 'lock.unlock').click()
    const absent = await ui.secretWindow()
    await text(absent, 'errors.HSM_TOKEN_ABSENT').waitFor()
    await picture(absent, 'sealed-absent')
    await submit(button(absent, 'hsm.close'))
    await eventually(async () => absent.isClosed()).toBe(true)
    await expectSealedLock(ui)
    await text(page, 'hsm.state.absent').waitFor()
    await picture(page, 'sealed-lock-absent')
    renameSync(elsewhere, here)
    // This library looks for tokens when it starts alone, so its process has to go: as after a lock.
    await stage.commandLine(ui.dataDir).run(['vault', 'lock'])
    await text(named(page, 'region', 'hsm.seal.needs'), 'hsm.state.locked').waitFor()

    await button(page, 'lock.unlock').click()
    const form = await ui.secretWindow()
    await field(form, 'hsm.pin').fill('not the pin at all')
    await button(form, 'hsm.pin.unlock').click()
    await form.getByRole('alert').first().waitFor()
    await text(form, 'hsm.fewTries').waitFor()
    await field(form, 'hsm.pin').fill(pin)
    await submit(button(form, 'hsm.pin.unlock'))
    await eventually(async () => form.isClosed()).toBe(true)
    await unlock(await ui.secretWindow())
    await named(page, 'navigation', 'app.views').waitFor()

    // Its token is unlocked still: the password alone is asked for.
    await goToSettings(page, 'settings.hardware-keys')
    await button(page, 'hsm.seal.undo').click()
    const undo = await ui.secretWindow()
    await field(undo, 'secrets.password').fill(password)
    await picture(undo, 'unseal')
    await submit(button(undo, 'secrets.unseal.submit'))
    await text(page, 'hsm.seal.passwordAlone').waitFor()
    await lockByButton(page)
    await button(page, 'lock.unlock').click()
    await unlock(await ui.secretWindow())
    await named(page, 'navigation', 'app.views').waitFor()
  },
  { in: [desktopHost], problem: softHsmProblem },
)

flow(
  'says in a browser where the token of a sealed wallet is unlocked, and asks for the password then',
  async (stage) => {
    const ui = await openReady(stage)
    const { page } = ui
    const line = stage.commandLine(ui.dataDir)
    await goToSettings(page, 'settings.hardware-keys')
    await button(page, 'hsm.seal.with', { name: 'safe' }).click()
    const hint = named(page, 'dialog', 'hsm.elsewhere.title')
    await hint.getByText(/^qudag hsm unlock [0-9a-f]{32}$/).waitFor()
    await line.run(['hsm', 'unlock', '--pin-fd', '3'], [pin])
    await giveSealPassword(page)
    await toast(page, 'hsm.seal.done', { name: 'safe' }).waitFor()

    await lockByButton(page)
    await expectSealedLock(ui)
    await text(page, 'hsm.seal.waits').waitFor()
    expect(await page.locator('input[type=password]').count()).toBe(0)
    await picture(page, 'browser-sealed-lock')
    expect(await line.failure(['hsm', 'unlock', '--pin-fd', '3'], ['not the pin at all'])).toBe('HSM_PIN_FEW_TRIES')
    await line.run(['hsm', 'unlock', '--pin-fd', '3'], [pin])
    await unlock(page)
    await named(page, 'navigation', 'app.views').waitFor()

    // A key that is forgotten: the wallet is there, and the page says what it needs.
    await line.run(['vault', 'lock'])
    await expectSealedLock(ui)
    await button(page, 'app.lock.view').click()
    await goToSettings(page, 'settings.hardware-keys')
    await button(page, 'hsm.more', { name: 'safe' }).click()
    await page.getByRole('menuitem', { name: say('hsm.forget') }).click()
    const asked = page.getByRole('alertdialog')
    await text(asked, 'hsm.forget.seals').waitFor()
    await button(asked, 'hsm.forget').click()
    await text(page, 'hsm.none').waitFor()
    await page.reload()
    await named(page, 'heading', 'lock.title').waitFor()
    await text(page, 'hsm.seal.notPaired').waitFor()
    await page.getByText('qudag hsm pair --seal --module FILE').waitFor()
    await picture(page, 'browser-sealed-lock-not-paired')
  },
  { in: [browserHost], problem: softHsmProblem },
)
