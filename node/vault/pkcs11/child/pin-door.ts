/**
 * Where PINs come in: a socket of this process's own, in a folder that is its user's alone, or ports that a window's port
 * was handed to. Each PIN is for one ticket, and is overwritten when it has been used.
 */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { decodePins, maxPinFrameBytes } from '../../../core/pin-protocol.ts'
import type { Fault } from '../messages.ts'

export type PinOutcome = { readonly ok: true } | ({ readonly ok: false } & Fault)

/** Uses the PINs, and must not keep them. */
export type TakePins = (ticket: Uint8Array, pins: readonly Uint8Array[]) => Promise<PinOutcome>

/** Somebody who connects has the PIN typed already. */
const idleMs = 10_000
const maxConnections = 4

const malformed: PinOutcome = { ok: false, code: 'HSM_PIN_NOT_GIVEN', details: { reason: 'malformed' } }

export function listenForPins(path: string, take: TakePins): Promise<void> {
  const server = createServer((socket) => void serve(socket, take))
  server.maxConnections = maxConnections
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      if (process.platform !== 'win32') chmodSync(path, 0o600)
      resolve()
    })
    process.once('exit', () => {
      if (process.platform !== 'win32') rmSync(path, { force: true })
    })
  })
}

async function serve(socket: Socket, take: TakePins): Promise<void> {
  const buffer = Buffer.alloc(maxPinFrameBytes + 1)
  let length = 0
  socket.setTimeout(idleMs, () => socket.destroy())
  socket.on('error', () => undefined)
  socket.on('close', () => buffer.fill(0))
  socket.on('data', (chunk: Buffer) => {
    const room = buffer.length - length
    chunk.copy(buffer, length, 0, room)
    length = Math.min(buffer.length, length + chunk.length)
    chunk.fill(0)
    const frame = decodePins(buffer.subarray(0, length))
    if (frame.kind === 'partial') return
    socket.removeAllListeners('data')
    // A token with a keypad, or a person at a slow one, takes longer than somebody who only connects.
    socket.setTimeout(0)
    const outcome = frame.kind === 'malformed' ? Promise.resolve(malformed) : take(frame.ticket, frame.pins)
    void outcome.then((answer) => {
      buffer.fill(0)
      socket.end(JSON.stringify(answer))
    })
  })
}

/** The part of a message port that is used, of Electron's and of Node's kind. */
export interface PinPort {
  on(event: 'message', listener: (message: unknown) => void): unknown
  postMessage(message: unknown): void
  start(): void
}

/** The bytes of a frame that came over a port; undefined for anything else. */
export function frameOf(message: unknown): Uint8Array | undefined {
  const data: unknown = message instanceof Uint8Array ? message : (message as { data?: unknown } | null)?.data
  return data instanceof Uint8Array && data.length <= maxPinFrameBytes ? data : undefined
}

export function takePinsFrom(port: PinPort, take: TakePins): void {
  port.on('message', (message) => {
    const data = frameOf(message)
    const frame = data === undefined ? undefined : decodePins(data)
    if (frame?.kind !== 'pins') return port.postMessage(malformed)
    void take(frame.ticket, frame.pins).then((outcome) => {
      data?.fill(0)
      port.postMessage(outcome)
    })
  })
  port.start()
}
