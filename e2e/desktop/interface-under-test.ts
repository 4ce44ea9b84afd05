import type { Page } from 'playwright-core'

/** What a flow drives, whichever program shows it. */
export interface InterfaceUnderTest {
  /** The page with everything but secrets. */
  readonly page: Page
  /** Where passwords are typed, once the page has asked for one: a window of its own, or a dialog of the page. */
  secretWindow(): Promise<Page>
  /** Ends it in order and removes the folders that it was given of its own. */
  close(): Promise<void>
  /** Kills the process that the node runs in, which cannot notice, and clears away what showed it. */
  kill(): Promise<void>
}
