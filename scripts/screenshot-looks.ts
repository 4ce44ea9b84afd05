/** How pictures of the interface are looked at: sizes, themes and languages. */
import type { Page } from 'playwright-core'
import { wear } from '../e2e/interface-quality/wear.ts'

export interface Look {
  readonly name: string
  readonly theme: 'light' | 'dark'
  readonly language: 'en' | 'de'
  readonly width: number
  readonly height: number
}

/** At 150 % a page has two thirds of the room: of the first look, and of the smallest window. */
export const looks: readonly Look[] = [
  { name: 'light', theme: 'light', language: 'en', width: 1_280, height: 800 },
  { name: 'dark-small', theme: 'dark', language: 'en', width: 900, height: 600 },
  { name: 'dark-de', theme: 'dark', language: 'de', width: 1_280, height: 800 },
  { name: 'light-de-small', theme: 'light', language: 'de', width: 900, height: 600 },
  { name: 'light-150', theme: 'light', language: 'en', width: 853, height: 533 },
  { name: 'dark-de-small-150', theme: 'dark', language: 'de', width: 600, height: 400 },
]

/** For what moves at a change, ms: transitions take 150. */
export const settleMs = 350

export async function wearLook(page: Page, { theme, language, width, height }: Look): Promise<void> {
  await page.setViewportSize({ width, height })
  await wear(page, { theme, language })
  await page.waitForTimeout(settleMs)
}
