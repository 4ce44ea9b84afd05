import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { type CipherState, createCipherState } from './cipher-state.ts'
import { createFrameReader, lengthPrefixed, maxPlaintextBytes, sealFrame } from './frames.ts'
import { defaultPrimitives } from './select-primitives.ts'

const cipher = (maxFrames = 1_000) =>
  createCipherState(new Uint8Array(32).fill(5), defaultPrimitives(), { rekeyAfterFrames: 4, maxFrames })

/** Hands in the wire cut at these places; gives the plaintexts and the code it ended with. */
function readIn(pieces: readonly Uint8Array[], receive: CipherState = cipher()) {
  const reader = createFrameReader(receive)
  const frames: Uint8Array[] = []
  try {
    for (const piece of pieces) {
      reader.push(piece, (plaintext) => frames.push(Uint8Array.from(plaintext)))
    }
    return { frames, code: undefined }
  } catch (error) {
    return { frames, code: error instanceof NodeError ? error.code : String(error) }
  }
}

function cut(wire: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let offset = 0
  for (const length of lengths) {
    pieces.push(wire.subarray(offset, offset + length))
    offset += length
  }
  return [...pieces, wire.subarray(offset)]
}

const plaintexts = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 })

describe('frames', () => {
  it('come out as they went in, however the wire is cut (property)', () => {
    fc.assert(
      fc.property(plaintexts, fc.array(fc.nat(400), { maxLength: 40 }), (messages, lengths) => {
        const send = cipher()
        const wire = concatBytes(...messages.map((message) => sealFrame(send, message)))
        expect(readIn(cut(wire, lengths))).toEqual({ frames: messages, code: undefined })
      }),
    )
  })

  it('of the largest size fit the two bytes of their length', () => {
    const send = cipher()
    const largest = new Uint8Array(maxPlaintextBytes).fill(3)
    const wire = sealFrame(send, largest)
    expect(wire.length).toBe(2 + 65_535)
    expect(
      readIn(
        cut(
          wire,
          Array.from({ length: 700 }, () => 99),
        ),
      ),
    ).toEqual({ frames: [largest], code: undefined })
  })

  it('that were changed anywhere end the channel, and nothing of them or after them comes out (property)', () => {
    fc.assert(
      fc.property(
        plaintexts.filter((list) => list.length > 0),
        fc.nat(),
        fc.nat(7),
        (messages, at, bit) => {
          const send = cipher()
          const sealed = messages.map((message) => sealFrame(send, message))
          const wire = concatBytes(...sealed)
          const index = at % wire.length
          wire[index] = (wire[index] as number) ^ (1 << bit)
          const { frames, code } = readIn([wire])
          // A changed length can leave the reader waiting for what never comes; it opens nothing that was not sent.
          expect(code === undefined || code === 'CHANNEL_FRAME_INVALID').toBe(true)
          let wholeBefore = 0
          for (let end = 0; wholeBefore < sealed.length; wholeBefore++) {
            end += (sealed[wholeBefore] as Uint8Array).length
            if (end > index) break
          }
          expect(frames).toEqual(messages.slice(0, wholeBefore))
        },
      ),
    )
  })

  it('too short for a tag are refused before more is waited for', () => {
    for (const length of [0, 1, 15]) {
      expect(readIn([lengthPrefixed(new Uint8Array(length)).subarray(0, 2)]).code).toBe('CHANNEL_FRAME_INVALID')
    }
  })

  it('of random bytes never come to anything (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const { frames, code } = readIn([bytes])
        expect(frames).toEqual([])
        expect(code === undefined || code === 'CHANNEL_FRAME_INVALID').toBe(true)
      }),
    )
  })

  it('are not made beyond the number that a channel may carry', () => {
    const send = cipher(2)
    sealFrame(send, new Uint8Array(1))
    sealFrame(send, new Uint8Array(1))
    expect(() => sealFrame(send, new Uint8Array(1))).toThrow(expect.objectContaining({ code: 'CHANNEL_EXHAUSTED' }))
  })
})
