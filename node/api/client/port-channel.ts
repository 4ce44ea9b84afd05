/**
 * Message ports of every kind, alike: those of browsers and of worker threads have addEventListener, Electron's main
 * process has one with `on`. Ports keep back what arrives until start() is called, on both ends.
 */
import { type ClientChannel, createChannelEvents } from './channel.ts'

export type PortLike = {
  postMessage(message: unknown): void
  start?(): void
  close?(): void
} & (
  | { addEventListener(event: 'message' | 'close', listener: (event: unknown) => void): void }
  | { on(event: 'message' | 'close', listener: (event: unknown) => void): unknown }
)

/** Calls back for each message with its data, and once at the port's end; then starts the port. */
export function listenToPort(port: PortLike, onMessage: (data: unknown) => void, onClose: () => void): void {
  // Electron hands over {data}, a port of worker threads with `on` the value itself.
  const dataOf = (event: unknown): unknown =>
    typeof event === 'object' && event !== null && 'data' in event ? event.data : event
  const receive = (event: unknown): void => onMessage(dataOf(event))
  if ('addEventListener' in port) {
    port.addEventListener('message', receive)
    port.addEventListener('close', onClose)
  } else {
    port.on('message', receive)
    port.on('close', onClose)
  }
  port.start?.()
}

export function createPortChannel(port: PortLike): ClientChannel {
  const events = createChannelEvents()
  const close = (): void => {
    port.close?.()
    events.end()
  }
  listenToPort(
    port,
    (data) => {
      if (!events.receive(data)) close()
    },
    () => events.end(),
  )
  return {
    addEventListener: events.addEventListener,
    postMessage(message) {
      if (!events.isOver) port.postMessage(message)
    },
    close,
  }
}
