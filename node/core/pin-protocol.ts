/**
 * How a PIN reaches the module's process without passing the node: over a socket that the process itself listens on, or
 * over a message port that a window's port was handed to (docs/hardware-keys.md, "Where a PIN goes"). The same few bytes
 * travel over both.
 *
 * The page of a window encodes them, and the process of a module reads them, so they are described here, where both may look.
 *
 * From whoever has the PIN: ticket (16 bytes) ‖ PIN count (1) ‖ for each its length (2, big-endian) and its bytes. Back:
 * one JSON value, `{"ok":true}` or `{"ok":false,"code":…,"details":{…}}`.
 */
import { fromHex } from './bytes.ts'

export const ticketBytes = 16

/** As the contract names a ticket, in hex. Another text is a ticket that nobody waits for. */
export function ticketOf(hex: string): Uint8Array {
  const bytes = fromHex(hex)
  return bytes?.length === ticketBytes ? bytes : new Uint8Array(ticketBytes)
}
const maxPins = 2

/** CK_TOKEN_INFO reports 255 at most in known tokens; "user:password" of a network module is longer. */
export const maxPinBytes = 512

/** For a PIN, or for the security officer's and the new one. The caller zeroes both its PINs and the answer. */
export function encodePins(ticket: Uint8Array, pins: readonly Uint8Array[]): Uint8Array {
  const length = ticketBytes + 1 + pins.reduce((sum, pin) => sum + 2 + pin.length, 0)
  const frame = new Uint8Array(length)
  frame.set(ticket)
  frame[ticketBytes] = pins.length
  let at = ticketBytes + 1
  for (const pin of pins) {
    frame[at] = pin.length >> 8
    frame[at + 1] = pin.length & 0xff
    frame.set(pin, at + 2)
    at += 2 + pin.length
  }
  return frame
}

export const maxPinFrameBytes = ticketBytes + 1 + maxPins * (2 + maxPinBytes)

export type PinFrame =
  /** More has to come. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'malformed' }
  /** The PINs are parts of the buffer that was handed in. */
  | { readonly kind: 'pins'; readonly ticket: Uint8Array; readonly pins: readonly Uint8Array[] }

export function decodePins(bytes: Uint8Array): PinFrame {
  if (bytes.length > maxPinFrameBytes) return { kind: 'malformed' }
  const count = bytes[ticketBytes]
  if (count === undefined) return { kind: 'partial' }
  if (count > maxPins) return { kind: 'malformed' }
  const pins: Uint8Array[] = []
  let at = ticketBytes + 1
  for (let i = 0; i < count; i++) {
    const [high, low] = [bytes[at], bytes[at + 1]]
    if (high === undefined || low === undefined) return { kind: 'partial' }
    const length = (high << 8) | low
    if (length > maxPinBytes) return { kind: 'malformed' }
    if (at + 2 + length > bytes.length) return { kind: 'partial' }
    pins.push(bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return at === bytes.length ? { kind: 'pins', ticket: bytes.subarray(0, ticketBytes), pins } : { kind: 'malformed' }
}
