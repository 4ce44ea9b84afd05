/** The first start: from the welcome to a wallet with an account. */
import type { OpenInterface } from '../hosts.ts'
import { button, escaped, field, type MessageKey, named, say } from '../words.ts'
import { createVault, password } from './secrets.ts'

const starts = {
  create: 'onboarding.start.create',
  restore: 'onboarding.start.restore',
  backup: 'onboarding.start.backup',
  watch: 'onboarding.start.watch',
} as const satisfies Record<string, MessageKey>

/** From the welcome to the choice of how to begin, and that choice. */
export async function begin({ page }: OpenInterface, start: keyof typeof starts): Promise<void> {
  await button(page, 'onboarding.welcome.begin').click()
  await named(page, 'heading', 'onboarding.network.title').waitFor()
  await button(page, 'secrets.continue').click()
  await page.getByRole('button', { name: new RegExp(`^${escaped(say(starts[start]))}`) }).click()
}

/** A new vault with one account of that name. @returns the recovery phrase; the wallet shows */
export async function createWallet(ui: OpenInterface, account: string, value = password): Promise<string[]> {
  const { page } = ui
  await begin(ui, 'create')
  const words = await createVault(await ui.secretWindow(), value)
  await nameAccount(ui, account)
  await openWallet(ui)
  await button(page, 'wallet.send').waitFor()
  return words
}

export async function nameAccount({ page }: OpenInterface, account: string): Promise<void> {
  await field(page, 'onboarding.name.label').fill(account)
  await button(page, 'onboarding.name.submit').click()
}

export async function openWallet({ page }: OpenInterface): Promise<void> {
  await named(page, 'heading', 'onboarding.done.title').waitFor()
  await button(page, 'onboarding.done.open').click()
}
