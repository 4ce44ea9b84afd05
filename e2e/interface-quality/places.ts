/** Every place that the address of a page can name, and how to get there by it. */
import type { Page } from 'playwright-core'

export const places = [
  'wallet',
  'wallet/send',
  'wallet/receive',
  'wallet/history',
  'wallet/accounts',
  'wallet/address-book',
  'wallet/messages',
  'network',
  'settings/general',
  'settings/security',
  'settings/hardware-keys',
  'settings/network',
  'settings/node',
  'settings/desktop',
  'settings/notifications',
  'settings/labels',
  'settings/about',
] as const

/** Resolves when the view is there and has no part that is still loading. */
export async function goToPlace(page: Page, place: string): Promise<void> {
  await page.evaluate((fragment) => {
    location.hash = fragment
  }, `#/${place}`)
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()
  await page.waitForFunction(
    (fragment) =>
      location.hash.startsWith(fragment) && document.querySelector('main .spinner, main .skeleton') === null,
    `#/${place}`,
  )
  await page.evaluate(settled)
}

/** The view that was left stays until the next one is there, and that comes in parts: waits until nothing changes any more. */
async function settled(): Promise<void> {
  const stillFrames = 12
  const maxFrames = 600
  let before = ''
  let still = 0
  for (let frame = 0; frame < maxFrames && still < stillFrames; frame += 1) {
    await new Promise(requestAnimationFrame)
    const now = document.querySelector('main')?.innerHTML ?? ''
    still = now === before ? still + 1 : 0
    before = now
  }
}
