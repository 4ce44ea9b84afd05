/** Going through a page with Tab alone: what is reached, and whether one sees where one is. */
import type { Page } from 'playwright-core'

export interface Walk {
  /** What can be operated and was not reached: how its element begins. */
  readonly missed: readonly string[]
  /** What looks the same with and without the focus. */
  readonly unseen: readonly string[]
  readonly reached: number
}

/** More than any view has: a walk that is longer goes in circles. */
const maxSteps = 300

interface Kept {
  readonly parts: readonly Element[]
  readonly look: string
  readonly words: string
}

/**
 * From the page's beginning to where the focus leaves it, and back again. Groups that Tab enters once, and arrows go on in
 * (tabs, rows, radio buttons), count as reached where one of theirs was.
 */
export async function walk(page: Page): Promise<{ readonly forth: Walk; readonly back: Walk }> {
  // Looks are compared as they stay, not on their way there.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  // The walk before ended outside the page: a press on its empty corner brings the keys back to it.
  await page.mouse.click(1, 1)
  await page.evaluate(startAtTop)
  const forth = await walkOn(page, 'Tab')
  return { forth, back: await walkOn(page, 'Shift+Tab') }
}

async function walkOn(page: Page, key: 'Tab' | 'Shift+Tab'): Promise<Walk> {
  await page.evaluate(forget)
  const unseen: string[] = []
  let reached = 0
  for (let step = 0; step < maxSteps; step += 1) {
    await page.keyboard.press(key)
    const { isNew, lookedTheSame } = await page.evaluate(arrive)
    if (lookedTheSame !== undefined) unseen.push(lookedTheSame)
    if (!isNew) break
    reached += 1
  }
  return { unseen, reached, missed: await page.evaluate(missed) }
}

function startAtTop(): void {
  const { body } = document
  body.tabIndex = -1
  body.focus()
  body.removeAttribute('tabindex')
}

function forget(): void {
  for (const one of document.querySelectorAll('[data-walked]')) one.removeAttribute('data-walked')
  Reflect.deleteProperty(globalThis, 'keptFocus')
}

/** Of the place that was left: whether it looked any different with the focus. Of the new one: what it looks like. */
async function arrive(): Promise<{ isNew: boolean; lookedTheSame: string | undefined }> {
  const look = (parts: readonly Element[]): string =>
    parts
      .map((part) => {
        const { outline, boxShadow, borderColor, backgroundColor, textDecoration, top } = getComputedStyle(part)
        return [outline, boxShadow, borderColor, backgroundColor, textDecoration, top].join('|')
      })
      .join('\n')
  const store = globalThis as unknown as { keptFocus?: Kept }
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  const before = store.keptFocus
  // A field goes on showing it while a button within it has it: the way back judges that field.
  const box = before?.parts[0]?.closest('.field-box')
  const isStillInside = box?.contains(document.activeElement) === true
  const lookedTheSame =
    before !== undefined && !isStillInside && look(before.parts) === before.look ? before.words : undefined
  const element = document.activeElement as HTMLElement | null
  const isNew = element !== null && element !== document.body && element.dataset.walked === undefined
  if (element === null || !isNew) return { isNew, lookedTheSame }
  element.dataset.walked = ''
  // A field shows it on its box, a switch on its track: around or beside an input that may itself be out of sight.
  const label = element.closest('label')
  const around = [element, element.parentElement, element.parentElement?.parentElement]
  const parts = [...around, ...(label?.querySelectorAll('*') ?? []), label].filter((one) => one != null)
  store.keptFocus = { parts, look: look(parts), words: element.outerHTML.slice(0, 200) }
  return { isNew, lookedTheSame }
}

/** What a mouse could press and the walk did not come to. */
function missed(): string[] {
  const operable =
    'a[href], button, input, textarea, select, summary, [role="button"], [role="switch"], [role="slider"], [role="tab"], [role="radio"]'
  // The button of a field with choices is for the mouse: the arrow keys open them from the field.
  const groups = '[role="tablist"], [role="radiogroup"], .tx-list ul, .field-box:has([role="combobox"])'
  const isReached = (one: Element): boolean =>
    one.matches('[data-walked]') || one.querySelector('[data-walked]') !== null
  return [...document.querySelectorAll<HTMLElement>(operable)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(':disabled'))
    .filter((one) => one.closest('[aria-hidden="true"], [inert]') === null)
    .filter((one) => {
      const group = one.closest(groups)
      return !isReached(one) && (group === null || !isReached(group))
    })
    .map((one) => one.outerHTML.slice(0, 200))
}
