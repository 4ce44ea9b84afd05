import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameDecoder, encodeFrame, type Frame, frameFlags, frameHeaderBytes, frameTypes } from './frame.ts'
import { wireLimits } from './limits.ts'

const anyFrame = fc.oneof(
  fc.record({
    type: fc.constant(frameTypes.hello),
    flags: fc.constant(0),
    payload: fc.uint8Array({ maxLength: wireLimits.maxHelloBytes }),
  }),
  fc.record({
    type: fc.constant(frameTypes.begin),
    flags: fc.constantFrom(0, frameFlags.zstd),
    payload: fc.uint8Array({ maxLength: 2_000 }),
  }),
  fc.record({
    type: fc.constant(frameTypes.more),
    flags: fc.constant(0),
    payload: fc.uint8Array({ maxLength: 2_000 }),
  }),
)

/** The bytes in pieces that end at these places. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length))
}

function decode(pieces: readonly Uint8Array[]): { readonly frames: Frame[]; readonly isSound: boolean } {
  const decoder = createFrameDecoder()
  const frames: Frame[] = []
  for (const piece of pieces)
    if (!decoder.push(piece, (frame) => frames.push(frame) > 0)) return { frames, isSound: false }
  return { frames, isSound: true }
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

describe('frames', () => {
  it('come out as they went in, wherever their bytes are cut (property)', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }), (frames, at) => {
        const bytes = joined(frames.map(({ type, flags, payload }) => encodeFrame(type, flags, payload)))
        expect(decode(cut(bytes, at))).toEqual({ frames, isSound: true })
      }),
    )
  })

  it('are refused alike however their bytes are cut, and no more memory is taken than a frame may have (fuzz)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(), { maxLength: 10 }), (bytes, at) => {
        const whole = decode([bytes])
        const pieces = decode(cut(bytes, at))
        expect(pieces).toEqual(whole)
        const decoder = createFrameDecoder()
        decoder.push(bytes, () => true)
        expect(decoder.heldBytes).toBeLessThanOrEqual(frameHeaderBytes + wireLimits.maxFramePayloadBytes)
      }),
    )
  })

  it.each([
    ['one byte over the limit', [0, 0, 0xfa, 0x11, 1, 2, 0]],
    ['as long as can be written', [0xff, 0xff, 0xff, 0xff, 1, 2, 0]],
    ['a hello over its limit', [0, 0, 0, 129, 1, 1, 0]],
    ['another version', [0, 0, 0, 1, 2, 2, 0]],
    ['an unknown type', [0, 0, 0, 1, 1, 4, 0]],
    ['an unknown flag', [0, 0, 0, 1, 1, 2, 2]],
    ['compression where none may be', [0, 0, 0, 1, 1, 3, 1]],
  ])('are refused by their head alone: %s', (_, head) => {
    const decoder = createFrameDecoder()
    expect(decoder.push(Uint8Array.from(head), () => true)).toBe(false)
    expect(decoder.heldBytes).toBeLessThanOrEqual(frameHeaderBytes)
  })

  it('are taken at the limit', () => {
    const payload = new Uint8Array(wireLimits.maxFramePayloadBytes)
    expect(decode([encodeFrame(frameTypes.more, 0, payload)])).toEqual({
      frames: [{ type: frameTypes.more, flags: 0, payload }],
      isSound: true,
    })
  })
})
