import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../core/bytes.ts'
import { createFrameReader, encodeFrame, type Frame, type FrameKind } from './frame.ts'

const anyFrame = fc.record({
  kind: fc.constantFrom<FrameKind>('greeting', 'text', 'binary'),
  body: fc.uint8Array({ maxLength: 300 }),
})

/** Cuts the stream at the given places, in order. */
function cut(stream: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (stream.length + 1))), stream.length].sort((a, b) => a - b)
  const pieces: Uint8Array[] = []
  let start = 0
  for (const end of ends) {
    pieces.push(stream.slice(start, end))
    start = end
  }
  return pieces
}

describe('createFrameReader', () => {
  it('gives back every frame, however the stream is cut (property)', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 40 }), (frames, places) => {
        const stream = concatBytes(...frames.map(({ kind, body }) => encodeFrame(kind, body)))
        const reader = createFrameReader(1_000)
        const read: Frame[] = []
        for (const piece of cut(stream, places)) {
          expect(
            reader.push(piece, (frame) => read.push({ kind: frame.kind, body: frame.body.slice() })),
          ).toBeUndefined()
        }
        expect(read).toEqual(frames)
        expect(reader.heldBytes).toBe(0)
      }),
    )
  })

  it('never throws and never holds more than a frame, whatever arrives (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 40 }), (chunks) => {
        const maxBytes = 100
        const reader = createFrameReader(maxBytes)
        let failed = false
        for (const chunk of chunks) {
          const error = reader.push(chunk, (frame) => {
            expect(failed).toBe(false)
            expect(frame.body.length).toBeLessThan(maxBytes)
          })
          if (failed) expect(error).toBeDefined()
          failed = error !== undefined
          expect(reader.heldBytes).toBeLessThan(4 + maxBytes + 64)
        }
      }),
    )
  })

  it('refuses a giant length at its fourth byte, before anything of it has come', () => {
    const reader = createFrameReader(1_000)
    expect(reader.push(Uint8Array.of(0xff, 0xff, 0xff), () => undefined)).toBeUndefined()
    const error = reader.push(Uint8Array.of(0xff), () => undefined)
    expect(error).toEqual({ code: 'FRAME_LENGTH', lengthBytes: 0xffff_ffff, maxBytes: 1_000 })
    expect(reader.heldBytes).toBe(0)
  })

  it('takes a frame at the limit and refuses one above it', () => {
    const frames: Frame[] = []
    const reader = createFrameReader(11)
    expect(reader.push(encodeFrame('text', new Uint8Array(10)), (frame) => frames.push(frame))).toBeUndefined()
    expect(frames).toHaveLength(1)
    expect(reader.push(encodeFrame('text', new Uint8Array(11)), (frame) => frames.push(frame))?.code).toBe(
      'FRAME_LENGTH',
    )
    expect(frames).toHaveLength(1)
  })

  it('refuses an empty frame and an unknown kind', () => {
    expect(createFrameReader(10).push(Uint8Array.of(0, 0, 0, 0), () => undefined)?.code).toBe('FRAME_LENGTH')
    expect(createFrameReader(10).push(Uint8Array.of(0, 0, 0, 1, 9), () => undefined)).toEqual({
      code: 'FRAME_KIND',
      kind: 9,
    })
  })

  it('gives nothing out after an error, also of what would be sound', () => {
    const reader = createFrameReader(10)
    reader.push(Uint8Array.of(0, 0, 0, 0), () => undefined)
    let calls = 0
    expect(reader.push(encodeFrame('text', Uint8Array.of(1)), () => (calls += 1))?.code).toBe('FRAME_LENGTH')
    expect(calls).toBe(0)
  })
})
