/** PINs that are waited for, one a ticket, and what is done with each when it comes. */
import { toHex } from '../../../core/bytes.ts'
import { NodeError } from '../../../core/node-error.ts'
import { hsmError, isHsmErrorCode } from '../errors.ts'
import type { Fault } from '../messages.ts'
import type { PinOutcome } from './pin-door.ts'

/** Gets the PINs as text, since the binding takes nothing else, and uses them at once. */
export type UsePins = (pins: readonly string[]) => void

export interface Pins {
  /** Resolves once the PIN has been used; rejects with what came of it, or HSM_PIN_NOT_GIVEN after `timeoutMs`. */
  expect(ticket: Uint8Array, timeoutMs: number, use: UsePins): Promise<void>
  /** Nobody will give it: whoever waits is told HSM_PIN_NOT_GIVEN, and nothing is tried. */
  cancel(ticket: Uint8Array): void
  /** From a door. A ticket is good for one PIN: there is no second try with it. */
  take(ticket: Uint8Array, pins: readonly Uint8Array[]): Promise<PinOutcome>
}

export function createPins(): Pins {
  const awaited = new Map<string, { use: UsePins; giveUp: () => void }>()
  return {
    expect(ticket, timeoutMs, use) {
      const key = toHex(ticket)
      return new Promise<void>((resolve, reject) => {
        const giveUp = (): void => {
          clearTimeout(timer)
          awaited.delete(key)
          reject(hsmError('HSM_PIN_NOT_GIVEN'))
        }
        const timer = setTimeout(giveUp, timeoutMs)
        awaited.set(key, {
          giveUp,
          use(pins) {
            clearTimeout(timer)
            awaited.delete(key)
            try {
              use(pins)
              resolve()
            } catch (error) {
              reject(error)
              throw error
            }
          },
        })
      })
    },
    cancel: (ticket) => awaited.get(toHex(ticket))?.giveUp(),
    async take(ticket, pins) {
      const waiting = awaited.get(toHex(ticket))
      if (waiting === undefined) return { ok: false, code: 'HSM_PIN_NOT_GIVEN', details: { reason: 'ticket' } }
      // None at all would be tried as an empty one, and cost a try.
      if (pins.length === 0) {
        waiting.giveUp()
        return { ok: false, code: 'HSM_PIN_NOT_GIVEN', details: {} }
      }
      try {
        waiting.use(pins.map((pin) => Buffer.from(pin.buffer, pin.byteOffset, pin.length).toString('utf8')))
        return { ok: true }
      } catch (error) {
        return { ok: false, ...faultOf(error) }
      }
    },
  }
}

/** Of what was thrown: our codes as they are, anything else a fault of the module without its text. */
export function faultOf(error: unknown): Fault {
  if (error instanceof NodeError && isHsmErrorCode(error.code)) {
    return { code: error.code, details: { ...error.details } } as Fault
  }
  return { code: 'HSM_MODULE_FAULT', details: { answer: error instanceof Error ? error.name : 'unknown' } } as Fault
}
