/**
 * What waits to be sent to one peer: a queue a class, each bounded in messages and bytes, handed out a frame at a time. Between
 * two frames of a long message whatever is more urgent goes first, so that an answer of 2 MB delays a vote by one frame.
 */
import { BoundedQueue } from '../../core/bounded-queue.ts'
import type { TrafficClass } from '../types.ts'
import { encodeFrame, frameFlags, frameTypes } from './frame.ts'
import { wireLimits } from './limits.ts'
import { type TrafficRules, trafficClasses, trafficRules } from './traffic-classes.ts'

/** What became of a message: it waits, something older went for it, it was left out itself, or the peer is too slow. */
export type Queued = 'queued' | 'dropped-oldest' | 'refused' | 'overflow'

export interface Outbox {
  /** @param isCompressed the bytes are the message by zstd */
  push(trafficClass: TrafficClass, bytes: Uint8Array, isCompressed: boolean): Queued
  /** The next frame, the most urgent there is; null where nothing waits. */
  next(): Uint8Array | null
  /** Of everything that waits, what of a message was handed out already included. */
  readonly bytes: number
  readonly size: number
  clear(): void
}

interface Waiting {
  readonly bytes: Uint8Array
  readonly isCompressed: boolean
}

interface Lane {
  readonly rules: TrafficRules
  readonly queue: BoundedQueue<Waiting>
  bytes: number
  /** Begun and not ended; counted in `bytes`, not in the queue. */
  current: (Waiting & { offset: number }) | null
}

export function createOutbox(chunkBytes: number = wireLimits.maxChunkBytes): Outbox {
  const makeLane = (name: TrafficClass): Lane => {
    const rules = trafficRules[name]
    return { rules, queue: new BoundedQueue(rules.queuedMessages), bytes: 0, current: null }
  }
  const lanes = new Map(trafficClasses.map((name) => [name, makeLane(name)]))

  const isFull = ({ rules, queue, bytes }: Lane, length: number): boolean =>
    queue.size >= rules.queuedMessages || bytes + length > rules.queuedBytes

  const begin = (lane: Lane, { bytes, isCompressed }: Waiting): Uint8Array => {
    const head = new Uint8Array(5)
    head[0] = lane.rules.wire
    new DataView(head.buffer).setUint32(1, bytes.length)
    const chunk = bytes.subarray(0, chunkBytes)
    return encodeFrame(frameTypes.begin, isCompressed ? frameFlags.zstd : 0, head, chunk)
  }

  const nextOf = (lane: Lane): Uint8Array | null => {
    let frame: Uint8Array
    if (lane.current === null) {
      const waiting = lane.queue.shift()
      if (waiting === undefined) return null
      lane.current = { ...waiting, offset: Math.min(chunkBytes, waiting.bytes.length) }
      frame = begin(lane, waiting)
    } else {
      const { bytes, offset } = lane.current
      const chunk = bytes.subarray(offset, offset + chunkBytes)
      lane.current.offset += chunk.length
      frame = encodeFrame(frameTypes.more, 0, Uint8Array.of(lane.rules.wire), chunk)
    }
    const { bytes, offset } = lane.current
    if (offset >= bytes.length) {
      lane.bytes -= bytes.length
      lane.current = null
    }
    return frame
  }

  return {
    push(trafficClass, bytes, isCompressed) {
      const lane = lanes.get(trafficClass) as Lane
      let result: Queued = 'queued'
      while (isFull(lane, bytes.length)) {
        if (lane.rules.whenFull === 'cut-off') return 'overflow'
        // The one that is begun has to be ended: what is left of the room is too little then, and the new one goes.
        const oldest = lane.rules.whenFull === 'drop-oldest' ? lane.queue.shift() : undefined
        if (oldest === undefined) return 'refused'
        lane.bytes -= oldest.bytes.length
        result = 'dropped-oldest'
      }
      lane.queue.push({ bytes, isCompressed })
      lane.bytes += bytes.length
      return result
    },
    next() {
      for (const lane of lanes.values()) {
        const frame = nextOf(lane)
        if (frame !== null) return frame
      }
      return null
    },
    get bytes() {
      let bytes = 0
      for (const lane of lanes.values()) bytes += lane.bytes
      return bytes
    },
    get size() {
      let size = 0
      for (const { queue, current } of lanes.values()) size += queue.size + (current === null ? 0 : 1)
      return size
    },
    clear() {
      for (const lane of lanes.values()) {
        lane.queue.drain()
        lane.bytes = 0
        lane.current = null
      }
    },
  }
}
