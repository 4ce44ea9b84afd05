/** What the desktop shell says: the state of the node's process, and commands of its menus. */
import type { DesktopEvent } from '../../../node/api/contract/index.ts'
import type { DesktopClient } from '../../rpc/index.ts'
import { limits } from './limits.ts'

export interface DesktopSyncDeps {
  readonly desktop: Pick<DesktopClient, 'events'>
  readonly onEvent: (event: DesktopEvent) => void
  readonly after: (delayMs: number, callback: () => void) => () => void
}

/** @returns ends it */
export function followDesktop({ desktop, onEvent, after }: DesktopSyncDeps): () => void {
  const over = new AbortController()
  let cancel: (() => void) | undefined
  const again = (): void => {
    if (!over.signal.aborted) cancel = after(limits.desktopRetryMs, run)
  }
  async function follow(): Promise<void> {
    const events = await desktop.events(undefined, { signal: over.signal })
    for await (const event of events) onEvent(event)
  }
  function run(): void {
    follow().then(again, again)
  }
  run()
  return () => {
    over.abort()
    cancel?.()
  }
}
