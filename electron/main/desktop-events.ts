/**
 * What the shell tells its pages: its state, commands of menu and tray, links. Every listener holds the newest state only and
 * a bounded queue of the rest. A command or link that comes while no page listens waits for the first that does.
 */
import type { DesktopCommand, DesktopEvent, DesktopState } from '../../node/api/contract/index.ts'
import { isNetworkLink } from './arguments.ts'
import { shellLimits } from './limits.ts'

export interface DesktopEvents {
  /** The state may have changed: every listener gets it as it then is. */
  stateChanged(): void
  command(command: DesktopCommand): void
  link(link: string): void
  /** The state first, then whatever happens, until the signal. @param takes commands and links too: of a page, not of a secret window */
  listen(takes: 'all' | 'state', signal: AbortSignal | undefined): AsyncGenerator<DesktopEvent, void, void>
}

interface Listener {
  readonly takesAll: boolean
  isStateDue: boolean
  readonly waiting: DesktopEvent[]
  wake: () => void
}

export function createDesktopEvents(readState: () => DesktopState): DesktopEvents {
  const listeners = new Set<Listener>()
  let unclaimed: DesktopEvent[] = []

  const push = (queue: DesktopEvent[], event: DesktopEvent): void => {
    queue.push(event)
    if (queue.length > shellLimits.maxWaitingEvents) queue.shift()
  }
  const publish = (event: DesktopEvent): void => {
    const takers = [...listeners].filter(({ takesAll }) => takesAll)
    if (takers.length === 0) push(unclaimed, event)
    for (const taker of takers) {
      push(taker.waiting, event)
      taker.wake()
    }
  }

  return {
    stateChanged() {
      for (const listener of listeners) {
        listener.isStateDue = true
        listener.wake()
      }
    },
    command: (command) => publish({ kind: 'command', command }),
    link: (link) => publish({ kind: isNetworkLink(link) ? 'network-link' : 'payment-link', link }),
    async *listen(takes, signal) {
      const takesAll = takes === 'all'
      const listener: Listener = { takesAll, isStateDue: true, waiting: [], wake: () => undefined }
      const onAbort = (): void => listener.wake()
      const isOver = (): boolean => signal?.aborted === true
      signal?.addEventListener('abort', onAbort, { once: true })
      listeners.add(listener)
      if (takesAll) {
        listener.waiting.push(...unclaimed)
        unclaimed = []
      }
      try {
        while (!isOver()) {
          if (listener.isStateDue) {
            listener.isStateDue = false
            yield { kind: 'state', state: readState() }
            continue
          }
          const event = listener.waiting.shift()
          if (event !== undefined) {
            yield event
            continue
          }
          await new Promise<void>((resolve) => {
            listener.wake = resolve
          })
          listener.wake = () => undefined
        }
      } finally {
        listeners.delete(listener)
        signal?.removeEventListener('abort', onAbort)
      }
    },
  }
}
