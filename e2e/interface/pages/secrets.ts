/** The forms for passwords and phrases: in a window of their own on the desktop, in a dialog of the page in a browser. */
import type { Locator, Page } from 'playwright-core'
import type { OpenInterface } from '../hosts.ts'
import { button, field, named, say, text } from '../words.ts'

export const password = 'correct horse battery staple'

/** Presses what may end the form: on the desktop its window can be gone before the press is over. */
export async function submit(press: Locator): Promise<void> {
  await press.click().catch((error: unknown) => {
    if (!press.page().isClosed()) throw error
  })
}

/** A new password, typed twice. */
async function typeNewPassword(
  page: Page,
  label: 'secrets.password' | 'secrets.password.new',
  value: string,
): Promise<void> {
  await field(page, label).fill(value)
  await field(page, 'secrets.password.repeat').fill(value)
}

/** @returns the words, as somebody copies them from the page. The form has ended when this resolves. */
export async function createVault(page: Page, value = password): Promise<string[]> {
  await typeNewPassword(page, 'secrets.password', value)
  await page.getByRole('checkbox', { name: say('secrets.create.ready.confirm') }).check({ force: true })
  await button(page, 'secrets.create.submit').click()
  const words = await readPhrase(page)
  await button(page, 'secrets.create.write.done').click()
  await button(page, 'secrets.create.check.submit').waitFor()
  for (const [index, word] of words.entries()) {
    const input = named(page, 'combobox', 'secrets.restore.word', { position: index + 1 })
    if ((await input.count()) === 1) await input.fill(word)
  }
  await submit(button(page, 'secrets.create.check.submit'))
  return words
}

async function readPhrase(page: Page): Promise<string[]> {
  const list = named(page, 'list', 'secrets.create.write.list')
  await button(page, 'secrets.create.write.reveal').click()
  await list.waitFor()
  const items = await list.getByRole('listitem').allTextContents()
  return items.map((item) => item.replace(/^\d+/, ''))
}

export async function restorePhrase(
  page: Page,
  words: readonly string[],
  value = password,
  accounts?: number,
): Promise<void> {
  for (const [index, word] of words.entries()) {
    await named(page, 'combobox', 'secrets.restore.word', { position: index + 1 }).fill(word)
  }
  await text(page, 'secrets.restore.status.complete').waitFor()
  await button(page, 'secrets.continue').last().click()
  await typeNewPassword(page, 'secrets.password.new', value)
  if (accounts !== undefined) {
    await text(page, 'secrets.advanced').click()
    await field(page, 'secrets.restore.accounts').fill(String(accounts))
  }
  await submit(button(page, 'secrets.restore.submit'))
}

/** Types it and presses. Whether it was taken is for the caller to see. */
export async function unlock(page: Page, value = password): Promise<void> {
  await field(page, 'secrets.password').fill(value)
  await submit(button(page, 'secrets.unlock.submit'))
}

export async function changePassword(page: Page, before: string, after: string): Promise<void> {
  await field(page, 'secrets.password.current').fill(before)
  await typeNewPassword(page, 'secrets.password.new', after)
  await submit(button(page, 'secrets.change.submit'))
}

/** From the lock screen to the wallet. */
export async function unlockScreen(ui: OpenInterface, value = password): Promise<void> {
  await openUnlockForm(ui)
  await unlock(await ui.secretWindow(), value)
  await named(ui.page, 'navigation', 'app.views').waitFor()
}

/** On the desktop the lock screen has a button for the window; in a browser the form stands there. */
export async function openUnlockForm({ page, app }: OpenInterface): Promise<void> {
  await named(page, 'heading', 'lock.title').waitFor()
  if (app !== undefined) await button(page, 'lock.unlock').click()
}
