import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePins, encodePins, maxPinFrameBytes, ticketBytes } from '../../core/pin-protocol.ts'
import { hsmErrorCodes } from './errors.ts'
import { answers, fromProcess } from './messages.ts'
import { knownReturns, meaningOfReturn } from './return-values.ts'

describe('PIN frames', () => {
  const pin = fc.uint8Array({ maxLength: 512 })
  const ticket = fc.uint8Array({ minLength: ticketBytes, maxLength: ticketBytes })

  it('come back as they were written (property)', () =>
    fc.assert(
      fc.property(ticket, fc.array(pin, { maxLength: 2 }), (ticket, pins) => {
        const frame = decodePins(encodePins(ticket, pins))
        expect(frame).toEqual({ kind: 'pins', ticket, pins })
      }),
    ))

  it('are partial until their last byte is there, and malformed with one more (property)', () =>
    fc.assert(
      fc.property(ticket, fc.array(pin, { minLength: 1, maxLength: 2 }), fc.nat(), (ticket, pins, at) => {
        const whole = encodePins(ticket, pins)
        expect(decodePins(whole.subarray(0, at % whole.length)).kind).toBe('partial')
        expect(decodePins(Uint8Array.of(...whole, 0)).kind).toBe('malformed')
      }),
    ))

  it('takes any bytes without falling over, and none beyond the limit (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2 * maxPinFrameBytes }), (bytes) => {
        expect(['partial', 'malformed', 'pins']).toContain(decodePins(bytes).kind)
      }),
    )
    expect(decodePins(new Uint8Array(maxPinFrameBytes + 1)).kind).toBe('malformed')
  })
})

describe('messages of a module’s process', () => {
  it('are refused where they are none, whatever they are (property)', () =>
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(fromProcess.safeParse(value).success).toBe(false)
      }),
    ))

  it('carry only codes of ours', () => {
    const fault = (code: string) => ({ kind: 'fault', id: 1, fault: { code, details: {} } })
    expect(fromProcess.safeParse(fault('HSM_BUSY')).success).toBe(true)
    expect(fromProcess.safeParse(fault('INTERNAL')).success).toBe(false)
    expect(fromProcess.safeParse(fault('toString')).success).toBe(false)
  })

  it('are bounded', () => {
    expect(answers.sign.safeParse({ signature: new Uint8Array(8_193) }).success).toBe(false)
    expect(answers.sign.safeParse({ signature: new Uint8Array(3_309) }).success).toBe(true)
    expect(answers.mechanisms.safeParse({ mechanisms: new Array(1_025).fill(1) }).success).toBe(false)
  })
})

describe('return values', () => {
  it('has a code for each, and no number twice', () => {
    expect(knownReturns.length).toBeGreaterThan(90)
    for (const [value, { code }] of knownReturns) {
      expect(hsmErrorCodes).toContain(code)
      expect(meaningOfReturn(value).code).toBe(code)
    }
    expect(new Set(knownReturns.map(([value]) => value)).size).toBe(knownReturns.length)
  })

  it('takes any other number for a fault of the module, and says which (property)', () =>
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), (value) => {
        const { code, name } = meaningOfReturn(value)
        expect(hsmErrorCodes).toContain(code)
        if (knownReturns.every(([known]) => known !== value) && value !== 0x100)
          expect(name).toContain(value.toString(16))
      }),
    ))
})
