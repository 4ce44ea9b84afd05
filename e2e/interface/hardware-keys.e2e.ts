/**
 * A key in a real token (NSS softoken) as somebody has it in the interface. In the app: paired, an account of it, its PIN typed
 * in a window of its own, a payment that it signs. In a browser, where no PIN is typed: the page says where, and goes on.
 */
import { expect } from 'vitest'
import { type CommandLine, commandLine } from '../desktop/command-line.ts'
import { flow, type Stage } from './flow.ts'
import { browserHost, desktopHost, type OpenInterface } from './hosts.ts'
import { begin, nameAccount, openWallet } from './pages/onboarding.ts'
import { createVault, submit, unlockScreen } from './pages/secrets.ts'
import {
  createAccount,
  eventually,
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
import { makeNssToken, type NssToken, nssProblem, pairInForm, picture, pin } from './tokens.ts'
import { button, field, named, say, text } from './words.ts'

/** A data folder with a key in a token that is paired as `card`. */
async function pairedFolder(stage: Stage): Promise<{ readonly dataDir: string; readonly line: CommandLine }> {
  const dataDir = stage.newFolder()
  const line = commandLine(dataDir)
  const { where } = await makeNssToken(dataDir, line)
  await line.run(['hsm', 'pair', ...where, '--generate', '--label', 'card', '--pin-fd', '3'], [pin])
  return { dataDir, line }
}

async function pair(ui: OpenInterface, token: NssToken): Promise<void> {
  const { page } = ui
  await goToSettings(page, 'settings.hardware-keys')
  await text(page, 'hsm.none').waitFor()
  await picture(page, 'settings-none')
  await button(page, 'hsm.pair').click()
  await pairInForm(await ui.secretWindow(), token)
  await page.getByRole('group', { name: 'card', exact: true }).waitFor()
}

flow(
  'pairs a token, makes an account of it, and pays with a PIN that is typed in a window of its own',
  async (stage: Stage) => {
    const dataDir = stage.newFolder()
    const line = commandLine(dataDir)
    const token = await makeNssToken(dataDir, line)
    const ui = await stage.open(dataDir)
    const { page } = ui
    await readyWallet(line, ['Everyday'])
    await goTo(page, 'overview')
    await pair(ui, token)
    await picture(page, 'settings-paired')

    await createAccount(page, 'Vaulted', 'card')
    await picture(page, 'accounts')
    await pay(page, { from: 'Everyday', to: 'Vaulted', amount: '20' })

    await openSendForm(page)
    await fillPayment(page, { from: 'Vaulted', to: 'Everyday', amount: '3', memo: 'back' })
    const shown = await review(page)
    await shown.getByText(say('hsm.review.token-mldsa', { name: 'card' })).waitFor()
    await picture(page, 'review')
    await sendButton(page).click()

    const form = await ui.secretWindow()
    await field(form, 'hsm.pin').fill('not the pin at all')
    await button(form, 'hsm.pin.unlock').click()
    await form.getByRole('alert').waitFor()
    await text(form, 'hsm.tries').waitFor()
    await picture(form, 'pin-wrong')
    // Nothing was tried by itself, and the same payment still waits for its owner.
    await field(form, 'hsm.pin').fill(pin)
    await picture(form, 'pin')
    await submit(button(form, 'hsm.pin.unlock'))
    await expectFinal(page)

    await goToSettings(page, 'settings.hardware-keys')
    const row = page.getByRole('group', { name: 'card', exact: true })
    await text(row, 'hsm.state.unlocked').waitFor()
    await picture(page, 'settings-unlocked')
    await button(row, 'hsm.more', { name: 'card' }).click()
    await page.getByRole('menuitem', { name: say('hsm.test') }).click()
    const test = await ui.secretWindow()
    await field(test, 'hsm.pin').fill(pin)
    await picture(test, 'test')
    await button(test, 'hsm.test.start').click()
    // This token wraps keys that it must not give away, and the self-test says so.
    await text(test.getByRole('alert'), 'hsm.verdict.failed').waitFor()
    await picture(test, 'test-report')
    await submit(button(test, 'hsm.close').first())

    await button(row, 'hsm.more', { name: 'card' }).click()
    await page.getByRole('menuitem', { name: say('hsm.changePin') }).click()
    const change = await ui.secretWindow()
    await field(change, 'hsm.changePin.before').fill(pin)
    await field(change, 'hsm.changePin.after').fill('another-PIN-9')
    await field(change, 'hsm.changePin.again').fill('another-PIN-9')
    await picture(change, 'change-pin')
    await submit(button(change, 'hsm.changePin'))
    await eventually(async () => change.isClosed()).toBe(true)

    await button(row, 'hsm.lock').click()
    await text(row, 'hsm.state.locked').waitFor()
    await button(row, 'hsm.unlock').click()
    const again = await ui.secretWindow()
    await field(again, 'hsm.pin').fill('another-PIN-9')
    await submit(button(again, 'hsm.pin.unlock'))
    await text(row, 'hsm.state.unlocked').waitFor()

    await button(row, 'hsm.more', { name: 'card' }).click()
    await page.getByRole('menuitem', { name: say('hsm.forget') }).click()
    const asked = page.getByRole('alertdialog')
    await asked.getByText('Vaulted').waitFor()
    await picture(page, 'forget')
    await button(asked, 'hsm.forget').click()
    await text(page, 'hsm.none').waitFor()
  },
  { in: [desktopHost], problem: nssProblem },
)

flow(
  'ends the request for a PIN when its window is closed, and when the vault is locked',
  async (stage: Stage) => {
    const { dataDir, line } = await pairedFolder(stage)
    const ui = await stage.open(dataDir)
    const { page } = ui
    await readyWallet(line, ['Everyday'])
    await goToSettings(page, 'settings.hardware-keys')
    const row = page.getByRole('group', { name: 'card', exact: true })
    await button(row, 'hsm.unlock').click()
    const first = await ui.secretWindow()
    await field(first, 'hsm.pin').waitFor()
    await submit(button(first, 'secrets.cancel'))
    await eventually(async () => first.isClosed()).toBe(true)
    await text(row, 'hsm.state.locked').waitFor()

    await button(row, 'hsm.unlock').click()
    const second = await ui.secretWindow()
    await field(second, 'hsm.pin').waitFor()
    await line.run(['vault', 'lock'])
    await eventually(async () => second.isClosed()).toBe(true)
    await text(row, 'hsm.state.locked')
      .or(named(page, 'heading', 'lock.title'))
      .first()
      .waitFor()
    await unlockScreen(ui)

    // Two that ask at once: the second waits until the first is done with.
    await goToSettings(page, 'settings.hardware-keys')
    await button(row, 'hsm.unlock').click()
    const third = await ui.secretWindow()
    await field(third, 'hsm.pin').waitFor()
    await button(page, 'hsm.pair').click({ force: true })
    await field(third, 'hsm.pin').fill(pin)
    await submit(button(third, 'hsm.pin.unlock'))
    await eventually(async () => third.isClosed()).toBe(true)
    await text(row, 'hsm.state.unlocked').waitFor()
    const fourth = await ui.secretWindow()
    await field(fourth, 'hsm.pair.path').waitFor()
    await submit(button(fourth, 'secrets.cancel'))
  },
  { in: [desktopHost], problem: nssProblem },
)

flow(
  'hands the PIN to a node that runs in another process',
  async (stage: Stage) => {
    const { dataDir, line } = await pairedFolder(stage)
    await stage.startNode(dataDir)
    await readyWallet(line, ['Everyday'])
    const ui = await stage.open(dataDir)
    await goToSettings(ui.page, 'settings.hardware-keys')
    const row = ui.page.getByRole('group', { name: 'card', exact: true })
    await button(row, 'hsm.unlock').click()
    const form = await ui.secretWindow()
    await field(form, 'hsm.pin').fill(pin)
    await submit(button(form, 'hsm.pin.unlock'))
    await text(row, 'hsm.state.unlocked').waitFor()
  },
  { in: [desktopHost], problem: nssProblem },
)

flow(
  'says in a browser where a token is unlocked, and goes on with the payment once it is',
  async (stage: Stage) => {
    const { dataDir, line } = await pairedFolder(stage)
    const { page } = await stage.open(dataDir)
    await readyWallet(line, ['Everyday'])
    await createAccount(page, 'Vaulted', 'card')
    await pay(page, { from: 'Everyday', to: 'Vaulted', amount: '20' })
    await goToSettings(page, 'settings.hardware-keys')
    await text(page, 'hsm.elsewhere.text').waitFor()
    await picture(page, 'browser-settings')

    await openSendForm(page)
    await fillPayment(page, { from: 'Vaulted', to: 'Everyday', amount: '3' })
    await review(page)
    await sendButton(page).click()
    const hint = named(page, 'dialog', 'hsm.elsewhere.title')
    await hint.getByText(/^qudag hsm unlock [0-9a-f]{32}$/).waitFor()
    await picture(page, 'browser-hint')
    expect(await page.locator('input[type=password]').count()).toBe(0)
    await line.run(['hsm', 'unlock', '--pin-fd', '3'], [pin])
    await expectFinal(page)
  },
  { in: [browserHost], problem: nssProblem },
)

flow(
  'offers a token at the first start, and makes the first account one that needs it',
  async (stage) => {
    const dataDir = stage.newFolder()
    const line = stage.commandLine(dataDir)
    const token = await makeNssToken(dataDir, line)
    const ui = await stage.open(dataDir)
    const { page } = ui
    await begin(ui, 'create')
    await createVault(await ui.secretWindow())
    await text(page, 'onboarding.token').click()
    await picture(page, 'onboarding-token')
    await button(page, 'onboarding.token.pair').click()
    await pairInForm(await ui.secretWindow(), token, 'co-signs')
    const chosen = page.getByRole('radio', { name: say('hsm.account.token', { name: 'card' }) })
    await eventually(async () => await chosen.isChecked()).toBe(true)
    await picture(page, 'onboarding-token-paired')
    await nameAccount(ui, 'Vaulted')
    await openWallet(ui)
    const [account] = await line.run<readonly { label: string; signer: string }[]>(['account', 'list'])
    expect(account).toMatchObject({ label: 'Vaulted', signer: 'composite' })
  },
  { in: [desktopHost], problem: nssProblem },
)
