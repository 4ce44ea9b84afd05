/**
 * One stream of a link, from the hellos to its end: what goes out waits in the outbox until the stream takes it, what comes in
 * is charged to the peer's budget, and the stream is not read while the peer is in debt. `stream.send` would buffer without
 * limit and reading by iteration has no back-pressure, hence `writableNeedsDrain`, `pause` and `resume`.
 */
import type { Stream } from '@libp2p/interface'
import { concatBytes, equalBytes } from '../../core/bytes.ts'
import type { Clock, Scheduler } from '../../core/clock.ts'
import type { TrafficClass } from '../types.ts'
import { createAssembler } from './assembler.ts'
import type { WireFault } from './codes.ts'
import type { Compression } from './compression.ts'
import { createFrameDecoder, encodeFrame, type Frame, frameHeaderBytes, frameTypes } from './frame.ts'
import { decodeHello, encodeHello, type Hello } from './hello.ts'
import type { InboundBudget } from './inbound-budget.ts'
import { wireLimits } from './limits.ts'
import { createOutbox, type Queued } from './outbox.ts'
import { trafficRules } from './traffic-classes.ts'

export interface LinkSession {
  /** What the peer says of itself; null until it has. */
  readonly hello: Hello | null
  send(trafficClass: TrafficClass, bytes: Uint8Array, isCompressed: boolean): Queued
  /** Ends it, with the fault of the peer where that is why. */
  end(fault: WireFault | null): void
  /** Ends it where the peer stands still. */
  watch(): void
  /** What waits for the peer here and in the stream, bytes. */
  readonly waitingBytes: number
}

export interface LinkSessionDeps {
  readonly compression: Compression | null
  readonly budget: InboundBudget
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** The peer's hello came. */
  readonly established: (session: LinkSession) => void
  readonly message: (trafficClass: TrafficClass, bytes: Uint8Array, wireBytes: number) => void
  /** Once, however it ends. */
  readonly ended: (fault: WireFault | null) => void
  /** It sends more than its budget: it goes on, later. */
  readonly exceeded: () => void
}

/** @param takesAll every class of messages, since both sides are proven validators */
export function createLinkSession(
  { stream, own, takesAll }: { readonly stream: Stream; readonly own: Hello; readonly takesAll: boolean },
  deps: LinkSessionDeps,
): LinkSession {
  const { compression, budget, clock, scheduler } = deps
  const outbox = createOutbox()
  const decoder = createFrameDecoder()
  const assembler = createAssembler({
    compression,
    mayReceive: (name) => takesAll || !trafficRules[name].needsValidator,
  })
  let hello: Hello | null = null
  let isEnded = false
  let isPumpDue = false
  let movedAtMs = clock.nowMs()
  let readAtMs = movedAtMs
  /** Bytes of the message under way in each class, as they came. */
  const wireBytes = new Map<TrafficClass, number>()
  let cancelResume: (() => void) | undefined

  const end = (fault: WireFault | null): void => {
    if (isEnded) return
    isEnded = true
    cancelHello()
    cancelResume?.()
    outbox.clear()
    stream.removeEventListener('message', onMessage)
    stream.removeEventListener('drain', onDrain)
    // Not closed in order: that would wait for a peer that may never read.
    if (stream.status === 'open' || stream.status === 'closing') stream.abort(new Error(fault ?? 'link ended'))
    deps.ended(fault)
  }
  const cancelHello = scheduler.after(wireLimits.helloTimeoutMs, () => end('LINK_HELLO_TIMEOUT'))

  /** Small frames go together; a long one by itself. */
  const nextPiece = (): Uint8Array | null => {
    const first = outbox.next()
    if (first === null || first.length >= wireLimits.coalescedBytes) return first
    const parts = [first]
    let bytes = first.length
    while (bytes < wireLimits.coalescedBytes) {
      const part = outbox.next()
      if (part === null) break
      parts.push(part)
      bytes += part.length
    }
    return parts.length === 1 ? first : concatBytes(...parts)
  }

  const pump = (): void => {
    isPumpDue = false
    try {
      for (let sent = 0; sent < wireLimits.framesATurn; sent++) {
        if (isEnded || stream.writableNeedsDrain || stream.writeStatus !== 'writable') return
        const piece = nextPiece()
        if (piece === null) return
        movedAtMs = clock.nowMs()
        stream.send(piece)
      }
    } catch {
      return end(null)
    }
    // A stream that takes everything would keep the loop from turning.
    isPumpDue = true
    scheduler.after(0, pump)
  }

  /** In the end of this turn: what is sent in one turn goes out together, the most urgent first. */
  const schedulePump = (): void => {
    if (isPumpDue) return
    isPumpDue = true
    queueMicrotask(pump)
  }

  const onDrain = (): void => {
    movedAtMs = clock.nowMs()
    // After the stream's own listener has put out what it had kept.
    schedulePump()
  }

  const takeHello = (frame: Frame): WireFault | null => {
    const said = frame.type === frameTypes.hello ? decodeHello(frame.payload) : null
    if (said === null) return 'LINK_HELLO_INVALID'
    if (!equalBytes(said.chainId, own.chainId)) return 'LINK_WRONG_CHAIN'
    hello = said
    cancelHello()
    deps.established(session)
    return null
  }

  const rest = (waitMs: number): void => {
    deps.exceeded()
    if (isEnded || stream.readStatus !== 'readable') return
    stream.pause()
    cancelResume = scheduler.after(waitMs, () => {
      if (!isEnded && stream.readStatus === 'paused') stream.resume()
    })
  }

  const takeFrame = (frame: Frame): WireFault | null => {
    if (hello === null) return takeHello(frame)
    if (frame.type === frameTypes.hello) return 'LINK_HELLO_INVALID'
    const taken = assembler.take(frame)
    if (!taken.ok) return taken.error.code
    const { trafficClass, message, isFirst } = taken.value
    const frameBytes = frameHeaderBytes + frame.payload.length
    const bytes = (wireBytes.get(trafficClass) ?? 0) + frameBytes
    wireBytes.set(trafficClass, message === null ? bytes : 0)
    // What was compressed is charged as what came of it: a few hundred bytes may become as much work as two million.
    const unpackedBytes = message === null ? 0 : Math.max(0, message.length - bytes)
    const waitMs = budget.charge(trafficClass, frameBytes + unpackedBytes, isFirst ? 1 : 0)
    if (waitMs > 0) rest(waitMs)
    if (message !== null) deps.message(trafficClass, message, bytes)
    return null
  }

  const onMessage = ({ data }: { readonly data: Uint8Array | Iterable<Uint8Array> }): void => {
    readAtMs = clock.nowMs()
    let fault: WireFault | null = null
    const take = (frame: Frame): boolean => {
      fault = takeFrame(frame)
      return fault === null && !isEnded
    }
    for (const part of data instanceof Uint8Array ? [data] : data) {
      if (isEnded) return
      if (!decoder.push(part, take)) return end(fault ?? 'LINK_FRAME_INVALID')
    }
  }

  const session: LinkSession = {
    get hello() {
      return hello
    },
    send(trafficClass, bytes, isCompressed) {
      if (isEnded || (!takesAll && trafficRules[trafficClass].needsValidator)) return 'refused'
      if (outbox.size === 0 && stream.writeBufferLength === 0) movedAtMs = clock.nowMs()
      const queued = outbox.push(trafficClass, bytes, isCompressed)
      if (queued === 'overflow') end('LINK_TOO_SLOW')
      else schedulePump()
      return queued
    },
    end,
    watch() {
      const nowMs = clock.nowMs()
      const isStuck = outbox.size > 0 || stream.writeBufferLength > 0
      if (isStuck && nowMs - movedAtMs > wireLimits.stalledAfterMs) return end('LINK_STALLED')
      const isCutShort = assembler.open > 0 || decoder.heldBytes > 0
      if (isCutShort && nowMs - readAtMs > wireLimits.stalledAfterMs) return end('LINK_STALLED')
      if (isStuck) schedulePump()
    },
    get waitingBytes() {
      return outbox.bytes + stream.writeBufferLength
    },
  }

  stream.addEventListener('drain', onDrain)
  stream.addEventListener('close', () => end(null))
  stream.addEventListener('remoteCloseWrite', () => end(null))
  try {
    stream.send(encodeFrame(frameTypes.hello, 0, encodeHello(own)))
  } catch {
    queueMicrotask(() => end(null))
    return session
  }
  stream.addEventListener('message', onMessage)
  return session
}
