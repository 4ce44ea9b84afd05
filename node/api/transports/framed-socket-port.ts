/**
 * A socket that behaves like a MessagePort: `postMessage` of text or bytes is one frame, each frame one 'message' event,
 * and the end of the connection one 'close' event. Greetings are exchanged first; messages posted before are kept back.
 *
 * What is written and not taken is bounded: a reader that stays away is dropped with READER_TOO_SLOW.
 */
import type { Socket } from 'node:net'
import type { Scheduler } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { createFrameReader, encodeFrame, type Frame, type FrameKind } from './frame.ts'
import {
  decodeGreeting,
  encodeGreeting,
  type Greeting,
  protocolVersion,
  type Side,
  versionMismatch,
} from './greeting.ts'
import { transportLimits } from './limits.ts'

export interface FramedSocketPortOptions {
  /** Which side this end is. */
  readonly side: Side
  /** Checked before a text message is delivered; false ends the connection with MESSAGE_MALFORMED. */
  readonly accepts?: (text: string) => boolean
  /** Deliver binary messages too; without it they end the connection, since no procedure sends any. */
  readonly binary?: boolean
  readonly version?: number
  /** False asks the node for a connection without secrets. */
  readonly secrets?: boolean
  readonly maxFrameBytes?: number
  readonly maxUnsentBytes?: number
  readonly greetingTimeoutMs?: number
}

type MessageListener = (event: { readonly data: string | Uint8Array }) => void
type CloseListener = () => void

/** The part of MessagePort that RPC links and handlers use, and what a socket has besides. */
export interface FramedSocketPort {
  addEventListener(event: 'message', listener: MessageListener): void
  addEventListener(event: 'close', listener: CloseListener): void
  /**
   * One frame; over the limit the connection ends. After the end a node's message is dropped, since its caller is gone,
   * and a client's throws CONNECTION_LOST, since its answer would never come.
   */
  postMessage(data: string | Uint8Array | ArrayBufferLike): void
  /**
   * Resolves when both greetings are out; rejects with PROTOCOL_MISMATCH, PROTOCOL_UNKNOWN (no greeting of ours),
   * GREETING_TIMEOUT or CONNECTION_LOST.
   */
  readonly greeted: Promise<void>
  /** What the other side greeted with; undefined before. Every message comes after it. */
  readonly theirGreeting: Greeting | undefined
  /** Resolves at the end of the connection: with the reason where this side gave it up, else undefined. */
  readonly closed: Promise<NodeError | undefined>
  /** Lets what is written go out, then ends the connection. */
  close(): void
  /** Ends it now. */
  destroy(reason?: NodeError): void
}

export function createFramedSocketPort(
  socket: Socket,
  options: FramedSocketPortOptions,
  { scheduler }: { scheduler: Scheduler },
): FramedSocketPort {
  const maxFrameBytes = options.maxFrameBytes ?? transportLimits.maxFrameBytes
  const maxUnsentBytes = options.maxUnsentBytes ?? transportLimits.maxUnsentBytes
  const version = options.version ?? protocolVersion
  const messageListeners: MessageListener[] = []
  const closeListeners: CloseListener[] = []
  const reader = createFrameReader(transportLimits.maxGreetingBytes)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const encoder = new TextEncoder()
  const greeting = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<NodeError | undefined>()
  // Whoever does not ask for the greeting learns of its failure by the end of the connection.
  greeting.promise.catch(() => undefined)
  let state: 'greeting' | 'open' | 'ended' = 'greeting'
  let theirGreeting: Greeting | undefined
  let reason: NodeError | undefined
  let heldBack: Uint8Array[] = []

  const destroy = (why?: NodeError): void => {
    if (state === 'ended') return
    reason ??= why
    socket.destroy()
    end()
  }

  const end = (): void => {
    if (state === 'ended') return
    state = 'ended'
    cancelTimeout()
    heldBack = []
    greeting.reject(reason ?? new NodeError('CONNECTION_LOST', 'The connection to the node ended before it began.'))
    ended.resolve(reason)
    for (const listener of closeListeners) listener()
  }

  const send = (frame: Uint8Array): void => {
    socket.write(frame)
    if (socket.writableLength > maxUnsentBytes) {
      destroy(
        new NodeError('READER_TOO_SLOW', 'The other side does not read; the connection was dropped.', {
          details: { unsentBytes: socket.writableLength, maxUnsentBytes },
        }),
      )
    }
  }

  const onGreeting = ({ kind, body }: Frame): void => {
    const theirs = kind === 'greeting' ? decodeGreeting(body) : undefined
    if (theirs === undefined) {
      destroy(new NodeError('PROTOCOL_UNKNOWN', 'What answers on this socket is not a QuDAG node.'))
      return
    }
    const mismatch = versionMismatch(options.side, theirs.version, version)
    if (mismatch !== undefined) {
      // Ended, not destroyed: our own greeting must reach the other side, so that it can say who is older.
      reason = mismatch
      greeting.reject(mismatch)
      socket.end()
      return
    }
    state = 'open'
    theirGreeting = theirs
    cancelTimeout()
    reader.setMaxBytes(maxFrameBytes)
    greeting.resolve()
    for (const frame of heldBack) send(frame)
    heldBack = []
  }

  const malformed = (): void =>
    destroy(new NodeError('MESSAGE_MALFORMED', 'The other side sent something that is not a message.'))

  const onMessage = ({ kind, body }: Frame): void => {
    let data: string | Uint8Array
    if (kind === 'text') {
      try {
        data = decoder.decode(body)
      } catch {
        return malformed()
      }
      if (options.accepts?.(data) === false) return malformed()
    } else if (kind === 'binary' && options.binary === true) {
      data = body
    } else {
      return malformed()
    }
    for (const listener of messageListeners) listener({ data })
  }

  const cancelTimeout = scheduler.after(options.greetingTimeoutMs ?? transportLimits.greetingTimeoutMs, () =>
    destroy(new NodeError('GREETING_TIMEOUT', 'The other side of the socket does not answer.')),
  )

  socket.on('data', (chunk: Uint8Array) => {
    if (reason !== undefined) return
    const error = reader.push(chunk, (frame) => {
      if (reason !== undefined || state === 'ended') return
      if (state === 'greeting') onGreeting(frame)
      else onMessage(frame)
    })
    if (error === undefined || reason !== undefined) return
    if (state === 'greeting')
      destroy(new NodeError('PROTOCOL_UNKNOWN', 'What answers on this socket is not a QuDAG node.'))
    else malformed()
  })
  // An error is always followed by 'close'; which one it was tells the caller nothing it can act on.
  socket.on('error', () => undefined)
  socket.on('close', end)
  socket.write(encodeFrame('greeting', encodeGreeting({ version, secrets: options.secrets ?? true })))

  const encode = (data: string | Uint8Array | ArrayBufferLike): [FrameKind, Uint8Array] => {
    if (typeof data === 'string') return ['text', encoder.encode(data)]
    return ['binary', data instanceof Uint8Array ? data : new Uint8Array(data)]
  }

  return {
    addEventListener(event: 'message' | 'close', listener: MessageListener | CloseListener) {
      if (event === 'message') messageListeners.push(listener as MessageListener)
      else closeListeners.push(listener as CloseListener)
    },
    postMessage(data) {
      if (state === 'ended' || reason !== undefined) {
        if (options.side === 'node') return
        throw reason ?? new NodeError('CONNECTION_LOST', 'The connection to the node has ended.')
      }
      const [kind, body] = encode(data)
      if (body.length + 1 > maxFrameBytes) {
        destroy(
          new NodeError('MESSAGE_TOO_LARGE', 'A message is larger than the connection carries.', {
            details: { sizeBytes: body.length, maxBytes: maxFrameBytes },
          }),
        )
        return
      }
      const frame = encodeFrame(kind, body)
      if (state === 'greeting') heldBack.push(frame)
      else send(frame)
    },
    greeted: greeting.promise,
    get theirGreeting() {
      return theirGreeting
    },
    closed: ended.promise,
    close: () => socket.end(),
    destroy,
  }
}
