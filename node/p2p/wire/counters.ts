/** What went over the wire, by kind of message. Who wires the links says how a message's kind is called. */
export interface WireCount {
  readonly sentMessages: number
  /** As sent: compressed where that paid, with the frames' heads; of gossip what this node said itself, to each peer. */
  readonly sentBytes: number
  /** Of gossip every copy, those included that were known already; without what gossipsub itself has to say. */
  readonly receivedMessages: number
  readonly receivedBytes: number
  /** Left out since a queue was full. */
  readonly droppedMessages: number
}

export type WireStats = Readonly<Record<string, WireCount>>

export interface WireCounters {
  sent(kind: string, bytes: number, messages?: number): void
  received(kind: string, bytes: number): void
  dropped(kind: string): void
  stats(): WireStats
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export function createWireCounters(): WireCounters {
  const counts = new Map<string, Mutable<WireCount>>()
  const of = (kind: string): Mutable<WireCount> => {
    let count = counts.get(kind)
    if (count === undefined) {
      count = { sentMessages: 0, sentBytes: 0, receivedMessages: 0, receivedBytes: 0, droppedMessages: 0 }
      counts.set(kind, count)
    }
    return count
  }
  return {
    sent(kind, bytes, messages = 1) {
      const count = of(kind)
      count.sentMessages += messages
      count.sentBytes += bytes
    },
    received(kind, bytes) {
      const count = of(kind)
      count.receivedMessages += 1
      count.receivedBytes += bytes
    },
    dropped(kind) {
      of(kind).droppedMessages += 1
    },
    stats: () => Object.fromEntries([...counts].map(([kind, count]) => [kind, { ...count }])),
  }
}
