import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TrafficClass } from '../types.ts'
import { createAssembler } from './assembler.ts'
import { nodeCompression } from './compression.ts'
import { createFrameDecoder, type Frame, frameFlags, frameTypes } from './frame.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { trafficClasses, trafficRules } from './traffic-classes.ts'

const anyClass = fc.constantFrom(...trafficClasses)
const everything = { compression: null, mayReceive: () => true }

/** What the other side makes of everything that waits. */
function received(outbox: Outbox): { trafficClass: TrafficClass; message: Uint8Array }[] {
  const decoder = createFrameDecoder()
  const assembler = createAssembler(everything)
  const messages: { trafficClass: TrafficClass; message: Uint8Array }[] = []
  const take = (frame: Frame): boolean => {
    const taken = assembler.take(frame)
    if (!taken.ok) throw new Error(taken.error.code)
    const { trafficClass, message } = taken.value
    if (message !== null) messages.push({ trafficClass, message })
    return true
  }
  for (let frame = outbox.next(); frame !== null; frame = outbox.next()) {
    if (!decoder.push(frame, take)) throw new Error('no frame')
  }
  expect(assembler.open).toBe(0)
  return messages
}

describe('outbox', () => {
  it('hands out every message whole, each class in its order (property)', () => {
    const message = fc.tuple(anyClass, fc.uint8Array({ minLength: 1, maxLength: 200 }))
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), fc.integer({ min: 1, max: 64 }), (messages, chunkBytes) => {
        const outbox = createOutbox(chunkBytes)
        for (const [trafficClass, bytes] of messages) expect(outbox.push(trafficClass, bytes, false)).toBe('queued')
        const out = received(outbox)
        for (const name of trafficClasses) {
          expect(out.filter(({ trafficClass }) => trafficClass === name).map((one) => one.message)).toEqual(
            messages.filter(([trafficClass]) => trafficClass === name).map(([, bytes]) => bytes),
          )
        }
        expect([outbox.size, outbox.bytes]).toEqual([0, 0])
      }),
    )
  })

  it('lets a vote overtake an answer that is on its way, and the next proposal all of it', () => {
    const outbox = createOutbox(100)
    outbox.push('bulk', new Uint8Array(1_000), false)
    outbox.next()
    outbox.push('gossip', new Uint8Array(10), false)
    outbox.push('vote', new Uint8Array(20), false)
    outbox.push('proposal', new Uint8Array(30), false)
    expect(received(withHead(outbox)).map(({ trafficClass }) => trafficClass)).toEqual(['proposal', 'vote', 'gossip'])
  })

  it('never holds more than its classes may have, whatever is pushed and taken (property)', () => {
    const step = fc.oneof(fc.tuple(anyClass, fc.integer({ min: 1, max: 800_000 })), fc.constant(null))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const outbox = createOutbox()
        const most = trafficClasses.reduce((sum, name) => sum + trafficRules[name].queuedBytes, 0)
        for (const one of steps) {
          if (one === null) outbox.next()
          else outbox.push(one[0], new Uint8Array(one[1]), false)
          expect(outbox.bytes).toBeLessThanOrEqual(most)
        }
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    ['proposal', 'overflow'],
    ['vote', 'overflow'],
    ['fetch', 'overflow'],
    ['gossip', 'dropped-oldest'],
    ['bulk', 'refused'],
  ] as const)('has a bound for %s, and at it: %s', (trafficClass, result) => {
    const outbox = createOutbox()
    const { queuedMessages } = trafficRules[trafficClass]
    for (let index = 0; index < queuedMessages; index++) {
      expect(outbox.push(trafficClass, Uint8Array.of(index & 255), false)).toBe('queued')
    }
    expect(outbox.push(trafficClass, Uint8Array.of(7), false)).toBe(result)
    expect(outbox.size).toBe(queuedMessages)
  })

  it('drops the oldest gossip that has not begun, and none that has', () => {
    const outbox = createOutbox(100)
    const fill = (first: number): Uint8Array => new Uint8Array(2_000_000).fill(first)
    outbox.push('gossip', fill(1), false)
    outbox.next()
    outbox.push('gossip', fill(2), false)
    expect(outbox.push('gossip', fill(3), false)).toBe('dropped-oldest')
    expect(received(withHead(outbox)).map(({ message }) => message[0])).toEqual([3])
  })
})

/** An outbox whose first message has begun, with that message ended unseen. */
function withHead(outbox: Outbox): Outbox {
  const frames: Uint8Array[] = []
  for (let frame = outbox.next(); frame !== null; frame = outbox.next()) {
    const isBegin = frame[5] === frameTypes.begin
    const wire = frame[7] as number
    if (isBegin) begun.add(wire)
    if (isBegin || begun.has(wire)) frames.push(frame)
  }
  begun.clear()
  return { ...outbox, next: () => frames.shift() ?? null }
}
const begun = new Set<number>()

describe('assembler', () => {
  const begin = (wire: number, total: number, chunk: Uint8Array, flags = 0): Frame => {
    const head = new Uint8Array(5)
    head[0] = wire
    new DataView(head.buffer).setUint32(1, total)
    return { type: frameTypes.begin, flags, payload: new Uint8Array(Buffer.concat([head, chunk])) }
  }
  const more = (wire: number, chunk: Uint8Array): Frame => ({
    type: frameTypes.more,
    flags: 0,
    payload: new Uint8Array(Buffer.concat([Uint8Array.of(wire), chunk])),
  })
  const { bulk, vote } = trafficRules

  it.each([
    ['a class nobody has', [begin(9, 1, Uint8Array.of(1))]],
    ['nothing in it', [begin(bulk.wire, 1, new Uint8Array(0))]],
    ['longer than its class may be', [begin(vote.wire, vote.maxMessageBytes + 1, Uint8Array.of(1))]],
    ['a part of none', [more(bulk.wire, Uint8Array.of(1))]],
    ['two at once', [begin(bulk.wire, 2, Uint8Array.of(1)), begin(bulk.wire, 2, Uint8Array.of(1))]],
    ['more than it said', [begin(bulk.wire, 2, Uint8Array.of(1)), more(bulk.wire, Uint8Array.of(2, 3))]],
    ['an empty part', [begin(bulk.wire, 2, Uint8Array.of(1)), more(bulk.wire, new Uint8Array(0))]],
  ])('refuses %s', (_, frames) => {
    const assembler = createAssembler(everything)
    const results = frames.map((frame) => assembler.take(frame))
    expect(results.at(-1)).toEqual({ ok: false, error: { code: 'LINK_MESSAGE_INVALID' } })
  })

  it('keeps what has come and not what was said, for any frames (fuzz)', () => {
    const anyFrame = fc.record({
      type: fc.constantFrom(frameTypes.begin, frameTypes.more),
      flags: fc.constantFrom(0, frameFlags.zstd),
      payload: fc.uint8Array({ maxLength: 40 }),
    })
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 30 }), (frames) => {
        const assembler = createAssembler({ compression: nodeCompression(), mayReceive: () => true })
        let bytes = 0
        for (const frame of frames) {
          bytes += frame.payload.length
          if (!assembler.take(frame).ok) return
          expect(assembler.openBytes).toBeLessThanOrEqual(bytes)
        }
      }),
    )
  })

  describe.skipIf(nodeCompression() === null)('with zstd (this Node has none where this is skipped)', () => {
    const compression = nodeCompression() as NonNullable<ReturnType<typeof nodeCompression>>
    const words = new Uint8Array(Buffer.from('rent for the machine in the cellar, '.repeat(4_000)))

    it('compresses what gets shorter by it and nothing else', () => {
      const short = compression.compress(words)
      expect(short?.length).toBeLessThan(words.length / 2)
      expect(compression.compress(words.subarray(0, 100))).toBeNull()
      const noise = new Uint8Array(100_000)
      for (let at = 0; at < noise.length; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536))
      expect(compression.compress(noise)).toBeNull()
    })

    it('gives back what went in', () => {
      const short = compression.compress(words) as Uint8Array
      const assembler = createAssembler({ compression, mayReceive: () => true })
      const taken = assembler.take(begin(bulk.wire, short.length, short, frameFlags.zstd))
      expect(taken.ok && taken.value.message !== null && Buffer.compare(taken.value.message, words)).toBe(0)
    })

    it.each([
      ['damaged', (short: Uint8Array) => short.map((byte, index) => (index < 4 ? 0 : byte)), bulk.wire],
      ['longer than its class may be once it is expanded', (short: Uint8Array) => short, vote.wire],
    ])('refuses what is %s', (_, change, wire) => {
      const short = change(compression.compress(words) as Uint8Array)
      const assembler = createAssembler({ compression, mayReceive: () => true })
      expect(assembler.take(begin(wire, short.length, short, frameFlags.zstd))).toEqual({
        ok: false,
        error: { code: 'LINK_COMPRESSION_INVALID' },
      })
    })

    it('is refused by whoever did not offer it', () => {
      const short = compression.compress(words) as Uint8Array
      expect(createAssembler(everything).take(begin(bulk.wire, short.length, short, frameFlags.zstd))).toEqual({
        ok: false,
        error: { code: 'LINK_COMPRESSION_INVALID' },
      })
    })
  })
})
