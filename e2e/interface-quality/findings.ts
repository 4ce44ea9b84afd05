/** What axe has to say of a page, in one line each: empty where it finds nothing. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { wear } from './wear.ts'

async function findings(page: Page): Promise<string[]> {
  const builder = new AxeBuilder({ page })
    // Without frames of other origins, of which there are none: the other way opens a page, which Electron does not do.
    .setLegacyMode()
    // react-aria says here for seconds what is no more, by the id of an element that has gone: nothing is to be seen or reached.
    .exclude('[data-live-announcer]')
  const { violations } = await builder.analyze()
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target.join(' ')}: ${failureSummary}`),
  )
}

/** In both themes; each finding says where it was. Leaves the light one. */
export async function findingsInBothThemes(page: Page, where: string): Promise<string[]> {
  const found: string[] = []
  for (const theme of ['dark', 'light'] as const) {
    if (isSecretWindow(page))
      await page.evaluate((name) => Object.assign(document.documentElement.dataset, { theme: name }), theme)
    else await wear(page, { theme, language: 'en' })
    await ended(page)
    found.push(...(await findings(page)).map((finding) => `${where}, ${theme}: ${finding}`))
  }
  return found
}

/** It has the theme that the window which opened it had, for as long as it is open. */
function isSecretWindow(page: Page): boolean {
  return page.url().includes('/secret.html')
}

/** Colours are judged as they stay, not on their way there. */
async function ended(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity),
  )
}
