/**
 * What a person reads on the page: roles and names, from the English texts. Locators are made of these alone, so that every
 * flow also shows that what it touches has a role and a name.
 */
import { IntlMessageFormat } from 'intl-messageformat'
import type { Locator, Page } from 'playwright-core'
import { english, type MessageKey } from '../../renderer/i18n/english.ts'

export type { MessageKey } from '../../renderer/i18n/english.ts'

export type Scope = Page | Locator

export function say(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  return String(new IntlMessageFormat(english[key], 'en', undefined, { ignoreTag: true }).format(values))
}

type Role = Parameters<Page['getByRole']>[0]

/** What has exactly that name. */
export function named(
  scope: Scope,
  role: Role,
  key: MessageKey,
  values?: Readonly<Record<string, string | number>>,
): Locator {
  return scope.getByRole(role, { name: say(key, values), exact: true })
}

export function button(scope: Scope, key: MessageKey, values?: Readonly<Record<string, string | number>>): Locator {
  return named(scope, 'button', key, values)
}

/** What can be typed into and has that label; groups around it may have the same. */
export function field(scope: Scope, key: MessageKey, values?: Readonly<Record<string, string | number>>): Locator {
  return scope.getByLabel(say(key, values), { exact: true }).and(scope.locator('input, textarea'))
}

export function text(scope: Scope, key: MessageKey, values?: Readonly<Record<string, string | number>>): Locator {
  return scope.getByText(say(key, values), { exact: true })
}

/** Opens a list of choices and takes one. Its button is named after the choice and the label. */
export async function choose(page: Page, key: MessageKey, option: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`${escaped(say(key))}$`) }).click()
  await page.getByRole('option', { name: option }).click()
}

export function escaped(words: string): string {
  return words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** µrUv as the English interface writes them: grouped, two decimals at least, and never rounded. */
export function ruv(micro: bigint | string): string {
  const digits = BigInt(micro).toString().padStart(7, '0')
  const whole = BigInt(digits.slice(0, -6)).toLocaleString('en')
  return `${whole}.${digits.slice(-6).replace(/0+$/, '').padEnd(2, '0')}`
}
