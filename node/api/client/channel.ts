/**
 * What a connection to a node is to the client: text messages both ways, and an end. A framed socket is one as it is;
 * ports and WebSockets are made into one.
 */
import { isResponseMessage } from './envelope.ts'

export interface ClientChannel {
  addEventListener(event: 'message', listener: (event: { readonly data: string | Uint8Array }) => void): void
  addEventListener(event: 'close', listener: () => void): void
  /** Throws, or drops the message, after the end. */
  postMessage(message: string | Uint8Array | ArrayBufferLike): void
  /** What is written may still go out. */
  close(): void
  /** Ends it now, where close() would wait for the other side. */
  destroy?(): void
}

type MessageListener = (event: { readonly data: string }) => void

/** The listeners of a channel, and its end, which comes once. */
export function createChannelEvents() {
  const messageListeners: MessageListener[] = []
  const closeListeners: (() => void)[] = []
  let isOver = false
  return {
    get isOver() {
      return isOver
    },
    /** False where the text is no answer of a node: the connection has no meaning any more. */
    receive(data: unknown): boolean {
      if (isOver) return true
      if (typeof data !== 'string' || !isResponseMessage(data)) return false
      for (const listener of messageListeners) listener({ data })
      return true
    },
    end(): void {
      if (isOver) return
      isOver = true
      for (const listener of closeListeners) listener()
    },
    addEventListener(event: 'message' | 'close', listener: MessageListener | (() => void)): void {
      if (event === 'message') messageListeners.push(listener as MessageListener)
      else closeListeners.push(listener as () => void)
    },
  }
}
