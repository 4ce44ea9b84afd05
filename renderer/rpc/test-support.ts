/** Stand-ins for tests of the connection. */
import type { NodeEventMessage } from '../../node/api/contract/index.ts'

export function eventOf(sequence: number, run = 'r'): NodeEventMessage {
  return {
    specversion: '1.0',
    id: `${run}.${sequence}`,
    source: '/chains/c',
    subject: 'vault',
    time: '2026-11-22T14:00:00.000Z',
    datacontenttype: 'application/json',
    sequence,
    type: 'vault.changed',
    data: { exists: true, locked: false },
  }
}

/** Timers that run when a test says so. */
export function manualTimers() {
  let waiting: (() => void)[] = []
  return {
    later(callback: () => void): () => void {
      waiting.push(callback)
      return () => {
        waiting = waiting.filter((other) => other !== callback)
      }
    },
    run(): void {
      const due = waiting
      waiting = []
      for (const callback of due) callback()
    },
    get count(): number {
      return waiting.length
    },
  }
}

/** What has been promised so far has happened when this resolves. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
