/**
 * Pictures of every view, to look at: each in several sizes, themes and languages, from a node of its own with a wallet that
 * reads like somebody's. `node_modules/.bin/node scripts/screenshots.ts [folder] [--long] [--only=<part of a name>]`: `--long`
 * shows 10,000 payments as well.
 * Those that the README shows go to docs/images.
 */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { commandLine } from '../e2e/desktop/command-line.ts'
import { type BrowserUnderTest, launchBrowser } from '../e2e/desktop/launch.ts'
import { password } from '../e2e/interface/pages/secrets.ts'
import { button, field, named, say } from '../e2e/interface/words.ts'
import { fillWallet, payOften } from '../e2e/interface-quality/sample-wallet.ts'
import { type Look, looks, settleMs, wearLook } from './screenshot-looks.ts'

/** Pictures that the README shows, in that theme, English and the size of the first look. */
const shown: Readonly<Record<string, 'light' | 'dark'>> = { wallet: 'light', review: 'light', detail: 'dark' }

const manyPayments = 10_000

const given = process.argv[2]
const folder = given === undefined || given.startsWith('--') ? mkdtempSync(join(tmpdir(), 'qudag-looks-')) : given
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length)
const images = fileURLToPath(new URL('../docs/images', import.meta.url))

/** The page as it is, in each look; in the first one again at the end. */
async function shoot(page: Page, name: string): Promise<void> {
  if (only !== undefined && !name.includes(only)) return
  // Nothing is pointed at.
  await page.mouse.move(0, 0)
  for (const look of looks) {
    await wearLook(page, look)
    mkdirSync(join(folder, look.name), { recursive: true })
    await page.screenshot({ path: join(folder, look.name, `${name}.png`), animations: 'disabled' })
  }
  const theme = shown[name]
  const [first] = looks as readonly [Look]
  if (theme !== undefined) {
    await wearLook(page, { ...first, theme })
    mkdirSync(images, { recursive: true })
    await page.screenshot({ path: join(images, `${name}.png`), animations: 'disabled' })
  }
  await wearLook(page, first)
}

async function goTo(page: Page, route: string): Promise<void> {
  await page.evaluate((fragment) => {
    location.hash = fragment
  }, `#/${route}`)
  await page.waitForTimeout(settleMs)
}

async function shootFirstStart(page: Page): Promise<void> {
  await button(page, 'onboarding.welcome.begin').waitFor()
  await shoot(page, 'start-1-welcome')
  await button(page, 'onboarding.welcome.begin').click()
  await shoot(page, 'start-2-network')
  await button(page, 'secrets.continue').click()
  await shoot(page, 'start-3-choice')
  await page.getByRole('button', { name: new RegExp(`^${say('onboarding.start.watch')}`) }).click()
  await shoot(page, 'start-4-watch')
  await button(page, 'secrets.back').first().click()
  await page.getByRole('button', { name: new RegExp(`^${say('onboarding.start.restore')}`) }).click()
  await named(page, 'combobox', 'secrets.restore.word', { position: 1 }).fill('abandon')
  await named(page, 'combobox', 'secrets.restore.word', { position: 2 }).pressSequentially('zo')
  await shoot(page, 'secret-restore')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.waitForTimeout(settleMs)
  const discard = page.getByRole('alertdialog').getByRole('button').last()
  if (await discard.isVisible()) await discard.click()
  const back = page.getByRole('button', { name: new RegExp(`^${say('onboarding.start.create')}`) })
  await back.click()
  await field(page, 'secrets.password').fill(password)
  await field(page, 'secrets.password.repeat').fill(password)
  await shoot(page, 'secret-create-1-password')
  await page.getByRole('checkbox', { name: say('secrets.create.ready.confirm') }).check({ force: true })
  await button(page, 'secrets.create.submit').click()
  await button(page, 'secrets.create.write.reveal').waitFor()
  await shoot(page, 'secret-create-2-hidden')
  await button(page, 'secrets.create.write.reveal').click()
  const list = named(page, 'list', 'secrets.create.write.list')
  const words = (await list.getByRole('listitem').allTextContents()).map((item) => item.replace(/^\d+/, ''))
  await shoot(page, 'phrase')
  await button(page, 'secrets.create.write.done').click()
  await button(page, 'secrets.create.check.submit').waitFor()
  for (const [index, word] of words.entries()) {
    const input = named(page, 'combobox', 'secrets.restore.word', { position: index + 1 })
    if ((await input.count()) === 1) await input.fill(word)
  }
  await shoot(page, 'secret-create-3-check')
  await button(page, 'secrets.create.check.submit').click()
  await field(page, 'onboarding.name.label').fill('Everyday')
  await shoot(page, 'start-5-name')
  await button(page, 'onboarding.name.submit').click()
  await named(page, 'heading', 'onboarding.done.title').waitFor()
  await shoot(page, 'start-6-done')
  await button(page, 'onboarding.done.open').click()
  await button(page, 'wallet.send').first().waitFor()
}

const routes: Readonly<Record<string, string>> = {
  wallet: 'wallet',
  receive: 'wallet/receive',
  history: 'wallet/history',
  accounts: 'wallet/accounts',
  'address-book': 'wallet/address-book',
  messages: 'wallet/messages',
  network: 'network',
  'settings-general': 'settings/general',
  'settings-security': 'settings/security',
  'settings-network': 'settings/network',
  'settings-node': 'settings/node',
  'settings-desktop': 'settings/desktop',
  'settings-notifications': 'settings/notifications',
  'settings-labels': 'settings/labels',
  'settings-about': 'settings/about',
}

async function shootViews(page: Page, suffix = ''): Promise<void> {
  for (const [name, route] of Object.entries(routes)) {
    await goTo(page, route)
    await shoot(page, `${name}${suffix}`)
  }
}

async function shootPayment(page: Page): Promise<void> {
  await goTo(page, 'wallet/send')
  await shoot(page, 'send-empty')
  const recipient = page.getByRole('combobox', { name: say('wallet.send.to'), exact: true })
  await recipient.fill('ma')
  await shoot(page, 'send-choice')
  await page.getByRole('option', { name: 'Mara Lindqvist' }).click()
  await field(page, 'wallet.send.amount').fill('25.5')
  await field(page, 'wallet.send.memo').fill('Invoice 2058: façade at dusk')
  await shoot(page, 'send-filled')
  await button(page, 'wallet.send.review').click()
  await named(page, 'region', 'wallet.review.title', { count: 1 }).waitFor()
  await shoot(page, 'review')
  await page.getByRole('button', { name: /^Send / }).click()
  await shoot(page, 'sent')
  await goTo(page, 'wallet/history')
  await page
    .getByRole('main')
    .getByRole('link', { name: /Atelier Nord/ })
    .first()
    .click()
  await page.waitForTimeout(settleMs)
  await shoot(page, 'detail')
}

/** Questions and answers of signing and verifying. */
async function shootMessages(page: Page): Promise<void> {
  await goTo(page, 'wallet/messages')
  const message = 'I am the holder of this account, and meet Mara Lindqvist on Tuesday.\n  – Kreuzberg, 22 November'
  await field(page, 'wallet.sign.message').fill(message)
  await button(page, 'wallet.sign.sign').click()
  const ask = named(page, 'alertdialog', 'wallet.sign.ask', { name: 'Everyday' })
  await ask.waitFor()
  await shoot(page, 'messages-ask')
  await button(ask, 'wallet.sign.sign').click()
  const shown = named(page, 'region', 'wallet.sign.document')
  await shown.waitFor()
  await shoot(page, 'messages-signed')
  const document = (await shown.textContent()) ?? ''
  await named(page, 'tab', 'wallet.messages.verify').click()
  for (const [name, text, answer] of [
    ['valid', document, 'wallet.verify.valid'],
    ['invalid', document.replace('Tuesday', 'Monday'), 'wallet.verify.invalid'],
  ] as const) {
    await named(page, 'textbox', 'wallet.verify.document').fill(text)
    await button(page, 'wallet.verify.check').click()
    await page.getByText(say(answer), { exact: true }).waitFor()
    await shoot(page, `messages-${name}`)
  }
}

/** A page that the node does not know, as a browser shows it: opened by hand, and with a link that is used up. */
async function shootSignedOut({ browser, link }: BrowserUnderTest): Promise<void> {
  const context = await browser.newContext({ locale: 'en-US' })
  const page = await context.newPage()
  const used = await link()
  await page.goto(new URL('/', used).href)
  await page.getByRole('main').waitFor()
  await shoot(page, 'signed-out')
  await page.goto(used.replace(/.{4}$/, 'AAAA'))
  await page.getByRole('main').waitFor()
  await shoot(page, 'signed-out-code')
  await context.close()
}

async function shootRest({ page, dataDir }: BrowserUnderTest): Promise<void> {
  await goTo(page, 'wallet')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('s')
  await shoot(page, 'palette')
  await page.keyboard.press('Escape')
  await goTo(page, 'wallet/history')
  await page.getByRole('searchbox').or(page.getByRole('search').getByRole('textbox')).first().fill('nothing like this')
  await page.waitForTimeout(settleMs)
  await shoot(page, 'history-nothing-found')
  await goTo(page, 'wallet/accounts')
  await button(page, 'wallet.accounts.create').click()
  await shoot(page, 'account-dialog')
  await page.keyboard.press('Escape')
  await commandLine(dataDir).run(['vault', 'lock'])
  await page.waitForTimeout(settleMs)
  await shoot(page, 'locked')
}

const ui = await launchBrowser()
try {
  const { page, dataDir } = ui
  page.setDefaultTimeout(20_000)
  await wearLook(page, looks[0] as Look)
  await shootFirstStart(page)
  await goTo(page, 'wallet')
  await shoot(page, 'wallet-empty')
  await goTo(page, 'wallet/history')
  await shoot(page, 'history-empty')
  await goTo(page, 'wallet/address-book')
  await shoot(page, 'address-book-empty')
  await fillWallet(dataDir, 'Everyday')
  await shootViews(page)
  await shootPayment(page)
  await shootMessages(page)
  await shootSignedOut(ui)
  if (process.argv.includes('--long')) {
    const rate = await payOften(dataDir, ['Everyday', 'Savings'], manyPayments)
    process.stdout.write(`${manyPayments} payments at ${Math.round(rate)} a second\n`)
    for (const name of ['wallet', 'history', 'network']) {
      await goTo(page, routes[name] as string)
      await shoot(page, `${name}-long`)
    }
  }
  await shootRest(ui)
} finally {
  await ui.close()
}
process.stdout.write(`${folder}\n`)
