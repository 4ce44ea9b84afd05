/**
 * Counts the bytes of a connection, and holds it back where a cap says so. Both at the connection's public surface: what it
 * sends goes through `send`, what it delivers through a `message` event.
 *
 * Sending is held back by saying what a full socket says: `send` answers false, everything above it sees back-pressure, and a
 * `drain` event lets it go on. What was handed over meanwhile waits here, in pieces; the windows of the streams above bound it.
 * Reading is held back by `pause`, where the transport passes that on (a plain socket, a stream with a window): then the sender
 * is slowed by the network itself.
 */
import type { MessageStream } from '@libp2p/interface'
import { peerLimits } from './limits.ts'
import type { SharedCap } from './shared-cap.ts'

export interface ByteCounter {
  received: number
  sent: number
}

/** What a stream sends: bytes, or a list of them. */
type Sendable = Parameters<MessageStream['send']>[0]

export interface ShapeOptions {
  readonly counters: readonly ByteCounter[]
  /** Undefined: counted only. */
  readonly sending: SharedCap | undefined
  readonly receiving: SharedCap | undefined
  /** Whether a pause slows the other side. Where it does not, what comes would pile up here: it is charged, and taken. */
  readonly canPause: boolean
  /** More came than the cap has left. */
  readonly onExcess?: () => void
}

export function shape(stream: MessageStream, { counters, sending, receiving, canPause, onExcess }: ShapeOptions): void {
  const send = stream.send.bind(stream)
  const dispatchEvent = stream.dispatchEvent.bind(stream)
  const cancels = new Set<() => void>()

  const wait = (bucket: SharedCap, turn: () => void): void => {
    const cancel = bucket.whenOpen(() => {
      cancels.delete(cancel)
      turn()
    })
    cancels.add(cancel)
  }

  const count = (direction: keyof ByteCounter, bytes: number): void => {
    for (const counter of counters) counter[direction] += bytes
  }

  const sender = sending === undefined ? undefined : createSender(stream, send, dispatchEvent, sending, wait)
  const reader = receiving === undefined || !canPause ? undefined : createReader(stream, receiving, wait)

  stream.send = (data) => {
    const { byteLength } = data
    const canSendMore = sender === undefined ? send(data) : sender.send(data)
    count('sent', byteLength)
    return canSendMore
  }

  stream.dispatchEvent = (event) => {
    if (event.type === 'message') {
      const bytes = (event as { data?: { byteLength: number } }).data?.byteLength ?? 0
      count('received', bytes)
      receiving?.charge(bytes)
      if (onExcess !== undefined && receiving?.isOpen === false) onExcess()
      reader?.took()
    } else if (event.type === 'drain' && sender?.onTransportDrain() === true) {
      return true
    } else if (event.type === 'close') {
      for (const cancel of cancels) cancel()
      cancels.clear()
    }
    return dispatchEvent(event)
  }

  // What is put back, after a handshake has read too far, comes by a second time.
  const unshift = stream.unshift.bind(stream)
  stream.unshift = (data) => {
    count('received', -data.byteLength)
    receiving?.charge(-data.byteLength)
    unshift(data)
  }
}

/** Lets through what the bucket has, and says when there is room again. */
function createSender(
  stream: MessageStream,
  send: MessageStream['send'],
  dispatchEvent: MessageStream['dispatchEvent'],
  bucket: SharedCap,
  wait: (bucket: SharedCap, turn: () => void) => void,
) {
  const pending: Uint8Array[] = []
  let isWaiting = false
  /** The transport can take no more, and will say when it can. */
  let isFull = false
  /** Somebody was told to wait for a drain. */
  let owesDrain = false

  const pass = (data: Sendable): void => {
    bucket.charge(data.byteLength)
    isFull = !send(data)
  }

  /** At most a piece of what waits; a turn's worth. */
  const passSome = (mostBytes: number): void => {
    let passed = 0
    while (passed < mostBytes && !isFull) {
      const first = pending.shift()
      if (first === undefined) return
      const part = first.subarray(0, mostBytes - passed)
      if (part.length < first.length) pending.unshift(first.subarray(part.length))
      passed += part.length
      pass(part)
    }
  }

  /** One piece a turn, so that connections take turns. */
  const pump = (): void => {
    isWaiting = false
    if (stream.status !== 'open') return
    if (!isFull && bucket.isOpen) passSome(peerLimits.sentPieceBytes)
    if (pending.length > 0) {
      if (isFull) return
      isWaiting = true
      wait(bucket, pump)
    } else if (owesDrain && !isFull) {
      owesDrain = false
      dispatchEvent(new Event('drain'))
    }
  }

  const close = stream.close.bind(stream)
  stream.close = (options) => {
    // A connection that ends in order owes the other side what it was given; its cap is charged all the same.
    if (stream.status === 'open') for (const part of pending) pass(part)
    pending.length = 0
    return close(options)
  }

  return {
    send(data: Sendable): boolean {
      const isFree = pending.length === 0
      if (bucket.rate === null && isFree) return send(data)
      if (isFree && bucket.isOpen && data.byteLength <= peerLimits.sentPieceBytes) {
        pass(data)
        owesDrain ||= isFull
        return !isFull
      }
      pending.push(...(data instanceof Uint8Array ? [data] : data))
      owesDrain = true
      if (!isWaiting) pump()
      return !owesDrain
    },
    /** @returns whether those above are to hear nothing of it */
    onTransportDrain(): boolean {
      isFull = false
      if (pending.length === 0) {
        owesDrain = false
        return false
      }
      // The transport goes on with what it holds; ours comes behind it.
      stream.writableNeedsDrain = false
      isFull = !send(new Uint8Array(0))
      if (!isFull && !isWaiting) pump()
      return true
    },
  }
}

/** Pauses where more came than the cap allows, on top of the pauses of those above: neither ends the other's. */
function createReader(stream: MessageStream, bucket: SharedCap, wait: (bucket: SharedCap, turn: () => void) => void) {
  const pause = stream.pause.bind(stream)
  const resume = stream.resume.bind(stream)
  let isHeld = false
  let isPausedAbove = false

  /** A stream that ends already throws, and is held back for good. */
  const safely = (action: () => void): void => {
    try {
      action()
    } catch {
      // As said above.
    }
  }

  stream.pause = () => {
    isPausedAbove = true
    if (!isHeld) pause()
  }
  stream.resume = () => {
    isPausedAbove = false
    if (!isHeld) resume()
  }

  return {
    took(): void {
      if (isHeld || bucket.isOpen || stream.status !== 'open') return
      isHeld = true
      // Later: a stream that resumes hands out what it holds before it tells its transport to go on, and would undo a pause
      // that came in between.
      queueMicrotask(() => {
        if (!isPausedAbove) safely(pause)
        wait(bucket, () => {
          isHeld = false
          if (!isPausedAbove) safely(resume)
        })
      })
    },
  }
}
