/**
 * What ends a token's login in the app, and that nothing is signed after it; and a key that wants its PIN at each signature. With
 * the module that plays faults, whose token can be taken out.
 */
import { chmodSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import { buildFaultyToken, rightPin } from '../../node/vault/pkcs11/testing/faulty-token.ts'
import { P256Token } from '../../node/vault/pkcs11/testing/p256-token.ts'
import { isToolInstalled, skipNote } from '../../scripts/test-support/require-tool.ts'
import { flow, type Stage } from './flow.ts'
import { desktopHost, type OpenInterface } from './hosts.ts'
import { submit, unlockScreen } from './pages/secrets.ts'
import {
  createAccount,
  expectFinal,
  fillPayment,
  goTo,
  goToSettings,
  openSendForm,
  pay,
  review,
  sendButton,
} from './pages/wallet.ts'
import { readyWallet } from './ready-wallet.ts'
import { bindingProblem, givePin, picture } from './tokens.ts'
import { button, field, named, say, text } from './words.ts'

function problem(): string | undefined {
  if (!isToolInstalled('cc')) return skipNote('cc', 'builds the PKCS #11 module that plays faults')
  return bindingProblem()
}

/** Paired as `card`, on a folder that whoever runs the app may use. */
async function pairFaulty(stage: Stage, dataDir: string): Promise<P256Token> {
  const token = new P256Token()
  stage.atEnd(() => token.remove())
  chmodSync(token.folder, 0o777)
  const module = join(dataDir, 'faulty-token.so')
  copyFileSync(buildFaultyToken(), module)
  chmodSync(module, 0o755)
  const where = ['--module', module, '--module-env', `QUDAG_TEST_TOKEN_DIR=${token.folder}`]
  const pair = ['hsm', 'pair', ...where, '--composite', '--label', 'card', '--pin-fd', '3']
  await stage.commandLine(dataDir).run(pair, [rightPin])
  return token
}

async function rowOf(ui: OpenInterface): Promise<Locator> {
  await goToSettings(ui.page, 'settings.hardware-keys')
  return ui.page.getByRole('group', { name: 'card', exact: true })
}

flow(
  'ends a login when the machine sleeps and when the token is taken out, and asks for each PIN that a key wants',
  async (stage) => {
    const dataDir = stage.newFolder()
    const token = await pairFaulty(stage, dataDir)
    const ui = await stage.open(dataDir)
    const { page } = ui
    await readyWallet(stage.commandLine(dataDir), ['Everyday'])
    await goTo(page, 'overview')
    await createAccount(page, 'Vaulted', 'card')
    await pay(page, { from: 'Everyday', to: 'Vaulted', amount: '20' })
    const unlockInSettings = async (): Promise<Locator> => {
      const row = await rowOf(ui)
      await button(row, 'hsm.unlock').click()
      await givePin(ui, rightPin)
      await text(row, 'hsm.state.unlocked').waitFor()
      return row
    }

    await unlockInSettings()
    await ui.app?.app.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'))
    await named(page, 'heading', 'lock.title').waitFor()
    await unlockScreen(ui)
    await text(await rowOf(ui), 'hsm.state.locked').waitFor()
    const signed = token.digests.length

    const row = await unlockInSettings()
    token.set({ slots: '0009@5' })
    await text(row, 'hsm.state.absent').waitFor()
    await picture(page, 'settings-absent')
    await openSendForm(page)
    await fillPayment(page, { from: 'Vaulted', to: 'Everyday', amount: '3' })
    await review(page)
    await sendButton(page).click()
    await text(page, 'errors.HSM_TOKEN_ABSENT').first().waitFor()
    expect(token.digests).toHaveLength(signed)
    const missing = await rowOf(ui)
    await button(missing, 'hsm.unlock').click()
    const lost = await ui.secretWindow()
    await text(lost, 'errors.HSM_TOKEN_ABSENT').waitFor()
    token.set({ slots: '0001@6' })
    await button(lost, 'hsm.lookAgain').click()
    await field(lost, 'hsm.pin').waitFor()
    await submit(button(lost, 'secrets.cancel'))
    await text(missing, 'hsm.state.locked').waitFor()

    token.set({ 'always-authenticate': 1 })
    await unlockInSettings()
    // The same payment, which is in review still.
    await openSendForm(page)
    await sendButton(page).click()
    const asked = await ui.secretWindow()
    await named(asked, 'heading', 'hsm.waits.transaction').waitFor()
    await givePin(ui, rightPin, 'hsm.pin.sign')
    await expectFinal(page)
    expect(token.digests).toHaveLength(signed + 1)

    const again = await rowOf(ui)
    await button(again, 'hsm.more', { name: 'card' }).click()
    await page.getByRole('menuitem', { name: say('hsm.test') }).click()
    const test = await ui.secretWindow()
    await field(test, 'hsm.pin').fill(rightPin)
    await button(test, 'hsm.test.start').click()
    await text(test, 'hsm.pin.eachTime').waitFor()
    expect(await field(test, 'hsm.pin').inputValue()).toBe('')
    await field(test, 'hsm.pin').fill(rightPin)
    await picture(test, 'test-each-time')
    await button(test, 'hsm.pin.sign').click()
    await named(test, 'list', 'hsm.test.checks').waitFor()
    expect(token.digests).toHaveLength(signed + 2)
    await submit(button(test, 'hsm.close').first())
  },
  { in: [desktopHost], problem },
)
