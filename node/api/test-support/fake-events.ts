/** For tests only: the events of a node that has none, published by the test; numbered, kept and filtered as the real ones. */
import { createEventHub, type EventHubLimits } from '../../core/event-hub.ts'
import { NodeError } from '../../core/node-error.ts'
import type { EventDelivery, EventView, NodeServices } from '../../services/types.ts'

export interface FakeEvents {
  readonly services: NodeServices['events']
  /** Tells the subscribers. @param parties addresses it concerns; none is for those who listen to all accounts */
  publish(event: EventView, parties?: readonly string[]): void
  /** As many `checkpoint.created`, one after the other. */
  publishCheckpoints(count: number): void
  /** Another run of the node: sequence numbers start anew. */
  restart(): void
  readonly subscribers: number
  readonly run: string
}

interface Entry {
  readonly atMs: number
  readonly event: EventView
  readonly parties: readonly string[]
}

const startMs = 1_750_000_000_000

export function checkpointEvent(seq: number): EventView {
  return {
    type: 'checkpoint.created',
    subject: String(seq),
    data: { seq, hash: seq.toString(16).padStart(64, '0'), commitIndex: seq * 10 },
  }
}

export function transactionEvent(state: string, account: string, end: Record<string, unknown> = {}): EventView {
  const txId = 'ab'.repeat(32)
  return {
    type: `transaction.${state.toLowerCase()}`,
    subject: txId,
    data: { txId, state, account, nonce: 1, ...end },
  }
}

export function createFakeEvents(
  limits: EventHubLimits = { history: 10_000, unread: 1_000, subscribers: 1_000 },
): FakeEvents {
  let hub = createEventHub<Entry>(limits)
  let runs = 1
  let published = 0
  const run = (): string => `run${runs}`

  const matches = (pattern: string, type: string): boolean =>
    pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type

  const publish: FakeEvents['publish'] = (event, parties = []) => {
    hub.publish({ atMs: startMs + published++, event, parties })
  }

  return {
    publish,
    publishCheckpoints(count) {
      for (let i = 0; i < count; i++) publish(checkpointEvent(hub.lastSequence + 1))
    },
    restart() {
      hub.close()
      hub = createEventHub<Entry>(limits)
      runs += 1
    },
    get subscribers() {
      return hub.subscriberCount
    },
    get run() {
      return run()
    },
    services: {
      position: () => ({ run: run(), sequence: hub.lastSequence }),
      async *subscribe({ after, types, accounts, onEstablished }, signal) {
        // As the real ones, which look names up first.
        for (const _ of accounts ?? []) await Promise.resolve()
        const isOtherRun = after !== undefined && after.run !== run()
        const subscription = hub.subscribe({
          afterSequence: isOtherRun ? undefined : after?.sequence,
          wanted: ({ event, parties }) =>
            (types === undefined || types.some((pattern) => matches(pattern, event.type))) &&
            (accounts === undefined || parties.some((party) => accounts.includes(party))),
        })
        if (subscription === undefined) throw new NodeError('TOO_MANY_SUBSCRIBERS', 'too many')
        onEstablished?.()
        const ofRun = run()
        signal?.addEventListener('abort', () => subscription.close(), { once: true })
        if (isOtherRun) {
          yield { kind: 'gap', run: ofRun, nextSequence: hub.lastSequence + 1 } satisfies EventDelivery
        }
        for await (const delivery of subscription) {
          if (delivery.kind === 'gap') {
            yield { kind: 'gap', run: ofRun, nextSequence: delivery.nextSequence } satisfies EventDelivery
            continue
          }
          const { sequence, event } = delivery
          yield {
            kind: 'event',
            run: ofRun,
            sequence,
            atMs: event.atMs,
            event: event.event,
          } satisfies EventDelivery
        }
      },
    },
  }
}
