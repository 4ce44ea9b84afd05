/**
 * The node's events, one after the other, over losses of the connection and restarts of the node: it resumes after the
 * last event that was taken, and says so where some are gone for good. Events are acknowledged when the next is asked for.
 */
import { ORPCError } from '@orpc/client'
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { pause } from '../../core/pause.ts'
import {
  contractLimits,
  type EventMessage,
  type EventSubscription,
  type GapNotice,
  isNodeEvent,
  type NodeEventMessage,
} from '../contract/index.ts'
import { clientLimits } from './limits.ts'
import type { NodeClient } from './node-client.ts'

/** An event, or the notice that some are missing for good: then what is shown must be asked for anew. */
export type FollowedEvent = NodeEventMessage | GapNotice

export interface FollowOptions {
  /** Ends the sequence. */
  readonly signal?: AbortSignal | undefined
  /** Told of each loss, and of the delay before the next try, ms. Undefined where the node ended the stream in order. */
  readonly onLoss?: ((error: unknown, delayMs: number) => void) | undefined
}

export interface FollowDeps {
  readonly api: NodeClient
  /** Gives up a connection that has gone silent. */
  readonly dropConnection: () => void
  readonly scheduler: Scheduler
  readonly reconnect: boolean
}

/** Failures that trying again does not mend. */
const finalCodes: ReadonlySet<string> = new Set(['TOKEN_INVALID', 'PROTOCOL_MISMATCH', 'PROTOCOL_UNKNOWN'])

function isFinal(error: unknown): boolean {
  if (error instanceof ORPCError) return error.status < 500 && error.status !== 429
  return error instanceof NodeError && finalCodes.has(error.code)
}

export async function* followEvents(
  query: EventSubscription,
  { signal, onLoss }: FollowOptions,
  deps: FollowDeps,
): AsyncGenerator<FollowedEvent, void, void> {
  const { scheduler } = deps
  let after = query.after
  let failures = 0
  const isOver = (): boolean => signal?.aborted === true
  while (!isOver()) {
    const attempt = openStream({ ...query, ...(after === undefined ? {} : { after }) }, signal, deps)
    let loss: unknown
    let canResumeAtOnce = false
    try {
      for (;;) {
        const message = await attempt.next()
        if (message === undefined) break
        if (isNodeEvent(message)) {
          failures = 0
          after = message.id
          yield message
          attempt.taken(message)
        } else if (message.type === 'gap') {
          canResumeAtOnce = message.ended
          if (message.ended) continue
          after = before(message.next)
          yield message
        } else {
          // Not at `subscribed`: a node that accepts and then drops must not be asked without a pause.
          if (message.type === 'heartbeat') failures = 0
          after = message.position
        }
      }
    } catch (error) {
      if (isOver()) return
      if (isFinal(error) || !deps.reconnect) throw error
      loss = error
    } finally {
      attempt.close()
    }
    if (canResumeAtOnce) continue
    if (!deps.reconnect) return
    const delayMs = Math.min(
      clientLimits.maxReconnectDelayMs,
      clientLimits.reconnectDelayMs * 2 ** Math.min(failures, 16),
    )
    failures += 1
    onLoss?.(loss, delayMs)
    await pause(delayMs, scheduler, signal)
  }
}

/** The cursor that a stream starting with this event resumes after. */
function before(next: string): string {
  const point = next.lastIndexOf('.')
  return `${next.slice(0, point)}.${Math.max(0, Number(next.slice(point + 1)) - 1)}`
}

/** One subscription on the node. Silence for too long ends it, and the connection with it. */
function openStream(query: EventSubscription, signal: AbortSignal | undefined, deps: FollowDeps) {
  const { api, scheduler, dropConnection } = deps
  const credit = query.credit ?? contractLimits.maxUnacknowledgedEvents
  const acknowledgeEvery = Math.max(1, Math.min(clientLimits.acknowledgeEvery, Math.floor(credit / 4)))
  const over = new AbortController()
  const end = (): void => over.abort()
  let stream: AsyncIterator<EventMessage> | undefined
  let subscription = ''
  let silenceMs: number | undefined
  let taken = 0
  signal?.addEventListener('abort', end, { once: true })
  if (signal?.aborted === true) end()

  const quietly = async <T>(work: Promise<T>): Promise<T> => {
    if (silenceMs === undefined) return work
    const cancel = scheduler.after(silenceMs, dropConnection)
    try {
      return await work
    } finally {
      cancel()
    }
  }

  return {
    async next(): Promise<EventMessage | undefined> {
      stream ??= await api.events.subscribe(query, { signal: over.signal })
      const step = await quietly(stream.next())
      if (step.done === true) return undefined
      if (step.value.type === 'subscribed') {
        subscription = step.value.subscription
        // A connection that cannot be made again is not given up for a machine that slept.
        if (deps.reconnect) silenceMs = step.value.heartbeatMs * clientLimits.missedHeartbeats
      }
      return step.value
    },
    taken({ id }: NodeEventMessage): void {
      taken += 1
      if (taken % acknowledgeEvery !== 0) return
      // Without it the stream ends and is resumed; its failure shows there.
      api.events.acknowledge({ subscription, id }, { signal: over.signal }).catch(() => undefined)
    },
    close(): void {
      signal?.removeEventListener('abort', end)
      end()
      stream?.return?.().catch(() => undefined)
    },
  }
}
