/** The wallet's places, and what is done in them. */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { stepTimeoutMs } from '../hosts.ts'
import { button, choose, escaped, field, type MessageKey, named, say, text } from '../words.ts'

const places = {
  overview: 'wallet.nav.overview',
  history: 'wallet.nav.history',
  accounts: 'wallet.nav.accounts',
  book: 'wallet.nav.addressBook',
  messages: 'wallet.nav.messages',
} as const satisfies Record<string, MessageKey>

/** To the wallet by the rail, and within it. */
export async function goTo(page: Page, place: keyof typeof places): Promise<void> {
  await named(named(page, 'navigation', 'app.views'), 'link', 'app.place.wallet').click()
  const link = named(named(page, 'navigation', 'wallet.nav.label'), 'link', places[place])
  await link.click()
}

export async function goToSettings(page: Page, section: MessageKey): Promise<void> {
  await named(named(page, 'navigation', 'app.views'), 'link', 'app.place.settings').click()
  await page.getByRole('tab', { name: say(section), exact: true }).click()
}

/** @param token name of the key of a token that is to sign for it; left out, one of the wallet does */
export async function createAccount(page: Page, name: string, token?: string): Promise<void> {
  await goTo(page, 'accounts')
  await button(page, 'wallet.accounts.create').click()
  const dialog = named(page, 'dialog', 'wallet.accounts.createTitle')
  await field(dialog, 'wallet.accounts.name').fill(name)
  if (token !== undefined) await dialog.getByText(say('hsm.account.token', { name: token })).click()
  await button(dialog, 'wallet.accounts.create').click()
  await accountRow(page, name).waitFor()
}

export function accountRow(page: Page, nameOrAddress: string): Locator {
  return page.getByRole('main').getByRole('listitem').filter({ hasText: nameOrAddress })
}

/** Test money for the first account; resolves when it is there. */
export async function takeTestMoney(page: Page): Promise<void> {
  await goTo(page, 'overview')
  await button(page, 'wallet.faucet').first().click()
  await rows(page).first().getByText(finalWords).waitFor()
}

/** Final, or final with a checkpoint that proves it: the second comes when it comes. */
export const finalWords = new RegExp(
  `^(?:${escaped(say('wallet.state.Finalized'))}|${escaped(say('wallet.state.provable'))})$`,
)

export interface Payment {
  /** Name of the paying account; left out, the one that the form has. */
  readonly from?: string
  readonly to: string
  readonly amount: string
  readonly memo?: string
}

export async function openSendForm(page: Page): Promise<void> {
  await goTo(page, 'overview')
  await button(page, 'wallet.send').click()
}

export async function fillPayment(page: Page, { from, to, amount, memo }: Payment): Promise<void> {
  if (from !== undefined) await choose(page, 'wallet.send.from', new RegExp(`^${escaped(from)}`))
  const recipient = page.getByRole('combobox', { name: say('wallet.send.to'), exact: true })
  await recipient.fill(to)
  await recipient.press('Escape')
  await field(page, 'wallet.send.amount').fill(amount)
  if (memo !== undefined) await field(page, 'wallet.send.memo').fill(memo)
}

/** From the filled form to its review. */
export async function review(page: Page): Promise<Locator> {
  await button(page, 'wallet.send.review').click()
  const shown = named(page, 'region', 'wallet.review.title', { count: 1 })
  await shown.waitFor()
  return shown
}

export function sendButton(page: Page): Locator {
  const [before = '', after = ''] = say('wallet.review.send', { amount: '\u0000' }).split('\u0000')
  return page.getByRole('button', { name: new RegExp(`^${escaped(before)}.+${escaped(after)}$`) })
}

/** Fills in, reviews, sends, and resolves when the page says that it is final. */
export async function pay(page: Page, payment: Payment): Promise<void> {
  await openSendForm(page)
  await fillPayment(page, payment)
  await review(page)
  await sendButton(page).click()
  await expectFinal(page)
}

/** The payment that was just sent, all the way through its states. */
export async function expectFinal(page: Page): Promise<void> {
  await named(page, 'heading', 'wallet.sent.done').waitFor()
  const steps = named(page, 'list', 'wallet.lifecycle').getByRole('listitem')
  const last = steps.filter({ hasText: say('wallet.state.Finalized') })
  await last.getByText(say('ui.step.done'), { exact: true }).waitFor()
}

/** Of the history and of the wallet's own page, in their order. */
export function rows(page: Page): Locator {
  return named(page, 'list', 'wallet.history.list').getByRole('link')
}

/** Ids of the transactions that the list shows, read at one instant: a row may be gone when it is asked for by itself. */
export async function shownIds(page: Page): Promise<string[]> {
  const links = await rows(page).evaluateAll((found) => found.map((row) => row.getAttribute('href')))
  return links.map((link) => link?.split('/').at(-1) ?? '')
}

/** Waits until it is so: the page follows the node, a moment later. */
export function eventually<T>(read: () => Promise<T>, message?: string) {
  return expect.poll(read, { timeout: stepTimeoutMs, interval: 100, ...(message === undefined ? {} : { message }) })
}

/** A notice that comes and goes. */
export function toast(page: Page, key: MessageKey, values?: Readonly<Record<string, string | number>>): Locator {
  return text(named(page, 'region', 'ui.toasts'), key, values)
}

/** By the button of the status strip, as seen from any view; resolves on the lock screen. */
export async function lockByButton(page: Page): Promise<void> {
  await page.getByRole('contentinfo').getByRole('button').click()
  await named(page, 'heading', 'lock.title').waitFor()
}
