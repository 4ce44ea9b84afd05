/**
 * A page's port and an attached node's socket, end to end: messages are passed on as they come, unread, and with either end
 * goes the other. What the page may do is the node's decision, from the greeting of the socket.
 */
import { listenToPort, type PortLike } from '../../node/api/client/index.ts'
import { shellLimits } from './limits.ts'

/** The part of a framed socket that a relay uses. */
export interface RelaySocket {
  addEventListener(event: 'message', listener: (event: { readonly data: string | Uint8Array }) => void): void
  addEventListener(event: 'close', listener: () => void): void
  postMessage(data: string): void
  close(): void
}

export interface Relay {
  readonly isOver: boolean
  close(): void
}

/** @param onEnd called once; where the socket could not be opened, with the reason */
export function relay(
  port: PortLike,
  openSocket: () => Promise<RelaySocket>,
  onEnd: (cause?: unknown) => void = () => undefined,
): Relay {
  let socket: RelaySocket | undefined
  let held: string[] = []
  let isOver = false

  const end = (cause?: unknown): void => {
    if (isOver) return
    isOver = true
    held = []
    socket?.close()
    port.close?.()
    onEnd(cause)
  }
  const pass = (data: string): void => {
    try {
      socket?.postMessage(data)
    } catch (cause) {
      // A client's end throws once it has ended: what was to be sent would never be answered.
      end(cause)
    }
  }

  listenToPort(
    port,
    (data) => {
      if (isOver) return
      if (typeof data !== 'string' || data.length > shellLimits.maxRelayedMessageCharacters) end()
      else if (socket !== undefined) pass(data)
      else if (held.length >= shellLimits.maxHeldMessages) end()
      else held.push(data)
    },
    () => end(),
  )
  openSocket().then((opened) => {
    if (isOver) return opened.close()
    socket = opened
    opened.addEventListener('message', ({ data }) => {
      if (!isOver && typeof data === 'string') port.postMessage(data)
    })
    opened.addEventListener('close', () => end())
    for (const message of held.splice(0)) pass(message)
  }, end)

  return {
    get isOver() {
      return isOver
    },
    close: () => end(),
  }
}
