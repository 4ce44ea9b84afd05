/**
 * Between a PIN window and a node that runs in another process: a window has ports and no sockets, and the app's main process
 * must not have the PIN. Takes one frame over a port, hands it to the socket that it was told of, gives the answer back, and
 * ends. Nothing is kept, and there is no output.
 */
import { sendPinFrame } from '../send-pin.ts'
import { frameOf, type PinPort } from './pin-door.ts'

interface ParentPort {
  on(event: 'message', listener: (message: { data: unknown; ports: readonly PinPort[] }) => void): void
}

const stopped = { ok: false, code: 'HSM_STOPPED', details: {} }

const { parentPort } = process as unknown as { parentPort: ParentPort }
parentPort.on('message', ({ data, ports: [port] }) => {
  const socket = (data as { socket?: unknown } | null)?.socket
  if (port === undefined || typeof socket !== 'string') process.exit(1)
  port.on('message', (message) => {
    const frame = frameOf(message)
    const answer = frame === undefined ? Promise.resolve(stopped) : sendPinFrame(socket, frame).catch(() => stopped)
    void answer.then((outcome) => {
      port.postMessage(outcome)
      // After the answer has left.
      setTimeout(() => process.exit(0), 1_000)
    })
  })
  // A window that was closed without a PIN.
  ;(port as unknown as { on(event: 'close', listener: () => void): void }).on('close', () => process.exit(0))
  port.start()
})
