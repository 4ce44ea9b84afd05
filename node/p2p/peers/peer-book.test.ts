import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../core/bytes.ts'
import { ManualClock } from '../../core/clock.ts'
import { memoryFiles } from '../host/testing/memory-files.ts'
import { decodeBook, encodeBook } from './book-file.ts'
import { peerLimits } from './limits.ts'
import { misconductPoints, pointsOf, unknownMisconductPoints } from './misconduct.ts'
import { addressReason, type BookNote, bookFileName, byHand, openPeerBook } from './peer-book.ts'
import { banLengthMs } from './score.ts'

const hour = 3_600_000

async function book(files = memoryFiles(), clock = new ManualClock()) {
  const notes: BookNote[] = []
  const opened = await openPeerBook({ files, clock, scheduler: clock, note: (note) => notes.push(note) })
  return { files, clock, notes, book: opened }
}

describe('score', () => {
  it('falls by what a misdeed costs, and half of it is forgotten in an hour', async () => {
    const { book: peers, clock } = await book()
    peers.misconduct('a', 'REQUEST_QUOTA', null, undefined)
    expect(peers.score('a')).toBe(-misconductPoints.REQUEST_QUOTA)
    clock.advance(peerLimits.scoreHalfLifeMs)
    expect(peers.score('a')).toBe(-misconductPoints.REQUEST_QUOTA / 2)
    expect(peers.score('stranger')).toBe(0)
  })

  it('never rises above what one grave offence takes away', async () => {
    const { book: peers } = await book()
    for (let hours = 0; hours < 1_000; hours++) peers.reward('a', peerLimits.goodHourPoints)
    expect(peers.score('a')).toBe(peerLimits.maxScore)
    expect(peers.misconduct('a', 'VERTEX_SIGNATURE', null, undefined)).toEqual([])
    expect(peers.misconduct('a', 'VERTEX_SIGNATURE', null, undefined)).toHaveLength(1)
  })

  it('bans at once for what only malice does, and in a few times for what is grave', async () => {
    const { book: peers, clock } = await book()
    expect(peers.misconduct('evil', 'LINK_FRAME_INVALID', '/ip4/45.79.1.2/tcp/1', '45.79.1.2')).toEqual([
      {
        id: 'evil',
        address: '/ip4/45.79.1.2/tcp/1',
        reason: 'LINK_FRAME_INVALID',
        atMs: clock.nowMs(),
        untilMs: clock.nowMs() + hour,
      },
    ])
    expect([1, 2, 3].map(() => peers.misconduct('odd', 'RESPONSE_INVALID', null, undefined).length)).toEqual([0, 0, 1])
  })

  it('does not ban a peer that errs a little once an hour', async () => {
    const { book: peers, clock } = await book()
    for (let hours = 0; hours < 24 * 30; hours++) {
      expect(peers.misconduct('clumsy', 'REQUEST_QUOTA', null, undefined)).toEqual([])
      clock.advance(hour)
    }
  })

  it('counts a code that it does not know, and bans nobody for one', () => {
    expect(pointsOf('NEVER_HEARD_OF')).toBe(unknownMisconductPoints)
    expect(pointsOf('constructor')).toBe(unknownMisconductPoints)
    expect(unknownMisconductPoints).toBeLessThan(-peerLimits.banScore)
    for (const points of Object.values(misconductPoints)) expect(points).toBeGreaterThanOrEqual(0)
  })
})

describe('bans', () => {
  it('last longer each time, to a limit, and end', async () => {
    const { book: peers, clock } = await book()
    const lengths = [1, 2, 3, 4, 5, 6].map(() => {
      const [ban] = peers.misconduct('evil', 'LINK_FRAME_INVALID', null, undefined)
      const lengthMs = Number(ban?.untilMs) - clock.nowMs()
      clock.advance(lengthMs - 1)
      expect(peers.isBanned('evil')).toBe(true)
      clock.advance(1)
      expect(peers.isBanned('evil')).toBe(false)
      return lengthMs / hour
    })
    expect(lengths).toEqual([1, 4, 16, 64, 168, 168])
    expect(banLengthMs(0)).toBe(peerLimits.firstBanMs)
    clock.advance(peerLimits.offenceMemoryMs)
    const [ban] = peers.misconduct('evil', 'LINK_FRAME_INVALID', null, undefined)
    expect(Number(ban?.untilMs) - clock.nowMs()).toBe(hour)
  })

  it('fall on an address from which banned ids keep coming, for a short time', async () => {
    const { book: peers, clock } = await book()
    const host = '45.79.1.2'
    const bansOf = (id: string) => peers.misconduct(id, 'LINK_FRAME_INVALID', null, host).map(({ reason }) => reason)
    expect(bansOf('one')).toEqual(['LINK_FRAME_INVALID'])
    expect(bansOf('two')).toEqual(['LINK_FRAME_INVALID'])
    expect(peers.isAddressBanned(host)).toBe(false)
    expect(bansOf('three')).toEqual(['LINK_FRAME_INVALID', addressReason])
    expect(peers.isAddressBanned(host)).toBe(true)
    clock.advance(peerLimits.addressBanMs)
    expect(peers.isAddressBanned(host)).toBe(false)
  })

  it('leave an address alone whose offenders are days apart', async () => {
    const { book: peers, clock } = await book()
    for (const id of ['one', 'two', 'three', 'four']) {
      expect(peers.misconduct(id, 'LINK_FRAME_INVALID', null, '45.79.1.2')).toHaveLength(1)
      clock.advance(peerLimits.addressMemoryMs)
    }
  })

  it('are lifted by hand, and what led to them is forgotten', async () => {
    const { book: peers } = await book()
    peers.ban('a', byHand, null, null)
    expect(peers.bans()).toMatchObject([{ id: 'a', reason: byHand, untilMs: null }])
    expect(peers.unban('a')).toBe(true)
    expect(peers.unban('a')).toBe(false)
    expect(peers.isBanned('a')).toBe(false)
    expect(peers.score('a')).toBe(0)
  })

  it('stay within bounds', async () => {
    const { book: peers } = await book()
    peers.ban('for ever', byHand, null, null)
    for (let index = 0; index < peerLimits.maxBans + 10; index++)
      peers.ban(`id ${index}`, byHand, null, Date.now() * 2 + index)
    expect(peers.bans()).toHaveLength(peerLimits.maxBans)
    expect(peers.isBanned('for ever')).toBe(true)
  })
})

describe('the file', () => {
  it('brings scores, bans and addresses over a restart', async () => {
    const first = await book()
    first.book.misconduct('slow', 'REQUEST_QUOTA', null, undefined)
    first.book.misconduct('evil', 'LINK_FRAME_INVALID', null, undefined)
    first.book.addAddress('/ip4/45.79.1.2/tcp/4001/p2p/x')
    await first.book.close()
    const second = await book(first.files, first.clock)
    expect(second.book.score('slow')).toBe(-misconductPoints.REQUEST_QUOTA)
    expect(second.book.bans()).toEqual(first.book.bans())
    expect(second.book.added()).toEqual(['/ip4/45.79.1.2/tcp/4001/p2p/x'])
    // Also how often it was banned before.
    first.clock.advance(hour)
    const [again] = second.book.misconduct('evil', 'LINK_FRAME_INVALID', null, undefined)
    expect(Number(again?.untilMs) - first.clock.nowMs()).toBe(4 * hour)
  })

  it('remembers who came with the post-quantum handshake', async () => {
    const first = await book()
    first.book.pins.put({ peerId: 'a', isDialled: true, seenAtMs: 1 })
    first.book.pins.put({ peerId: 'b', isDialled: false, seenAtMs: 2 })
    first.book.pins.put({ peerId: 'a', isDialled: true, seenAtMs: 3 })
    first.book.pins.remove('b')
    await first.book.close()
    expect((await book(first.files)).book.pins.list()).toEqual([{ peerId: 'a', isDialled: true, seenAtMs: 3 }])
    for (let index = 0; index < peerLimits.maxPins + 1; index++) {
      first.book.pins.put({ peerId: `id ${index}`, isDialled: false, seenAtMs: index })
    }
    expect(first.book.pins.list()).toHaveLength(peerLimits.maxPins)
  })

  it('has a ban at once, and a score soon', async () => {
    const { book: peers, files, clock } = await book()
    peers.misconduct('slow', 'REQUEST_QUOTA', null, undefined)
    await Promise.resolve()
    expect(files.writes).toBe(0)
    clock.advance(peerLimits.bookDelayMs)
    await peers.flush()
    expect(files.writes).toBe(1)
    peers.ban('a', byHand, null, null)
    await peers.flush()
    expect(decodeBook(files.content.get(bookFileName) ?? new Uint8Array())?.bans).toHaveLength(1)
  })

  it('that is damaged is noted, and begun anew', async () => {
    const files = memoryFiles()
    files.content.set(bookFileName, utf8('{"kind":"qudag-peer-book","version":1,"scores":[["a",'))
    const { book: peers, notes } = await book(files)
    expect(notes).toEqual([{ code: 'PEER_BOOK_DAMAGED', reason: 'content' }])
    expect(peers.bans()).toEqual([])
    peers.ban('a', byHand, null, null)
    await peers.close()
    expect((await book(files)).notes).toEqual([])
  })

  it('that cannot be written is noted, and tried again', async () => {
    const { book: peers, files, notes } = await book()
    files.fault = { fault: 'write', systemCode: 'ENOSPC' }
    peers.ban('a', byHand, null, null)
    await peers.flush()
    expect(notes).toEqual([{ code: 'PEER_BOOK_WRITE_FAILED', reason: 'ENOSPC' }])
    files.fault = undefined
    await peers.close()
    expect((await book(files)).book.isBanned('a')).toBe(true)
  })

  it('is refused whole where anything in it is not as it should be (property)', () => {
    const sound = encodeBook({
      scores: [['a', -3.5, 1]],
      bans: [{ id: 'b', address: null, reason: 'X', atMs: 1, untilMs: null }],
      offences: [['b', 1, 2]],
      added: ['/ip4/1.2.3.4/tcp/1'],
      pins: [['c', true, 3]],
      validators: [['d', 'e', 4]],
    })
    expect(decodeBook(sound)).toBeDefined()
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const altered = Uint8Array.from(sound)
        altered[at] = byte
        const decoded = decodeBook(altered)
        if (decoded === undefined) return
        for (const [id, value, atMs] of [...decoded.scores, ...decoded.offences]) {
          expect(typeof id).toBe('string')
          expect(Number.isFinite(value) && Number.isFinite(atMs)).toBe(true)
        }
        for (const ban of decoded.bans) expect(Number.isFinite(ban.atMs)).toBe(true)
      }),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeBook(bytes)))
    fc.assert(fc.property(fc.jsonValue(), (value) => void decodeBook(utf8(JSON.stringify(value)))))
    expect(decodeBook(new Uint8Array(peerLimits.maxBookBytes + 1))).toBeUndefined()
  })
})

describe('names of validators', () => {
  it('are remembered over a restart, the newest of each, and forgotten with their certificates', async () => {
    const { book: peers, files, clock } = await book()
    peers.validators.put('aa', 'peer-1')
    peers.validators.put('bb', 'peer-2')
    clock.advance(peerLimits.validatorMemoryMs / 2)
    peers.validators.put('aa', 'peer-3')
    await peers.close()
    const { book: again, notes } = await book(files, clock)
    expect([...again.validators.list()].sort()).toEqual([
      ['aa', 'peer-3'],
      ['bb', 'peer-2'],
    ])
    clock.advance(peerLimits.validatorMemoryMs / 2 + 1)
    expect([...again.validators.list()]).toEqual([['aa', 'peer-3']])
    expect(notes).toEqual([])
  })

  it('are few, the ones met last', async () => {
    const { book: peers, clock } = await book()
    for (let index = 0; index <= peerLimits.maxValidators; index++) {
      peers.validators.put(`v${index}`, `peer-${index}`)
      clock.advance(1)
    }
    expect(peers.validators.list().size).toBe(peerLimits.maxValidators)
    expect(peers.validators.list().has('v0')).toBe(false)
  })

  it('lack in a book of before, which is read all the same', () => {
    const empty = { scores: [], bans: [], offences: [], added: ['/ip4/10.0.0.1/tcp/1'], pins: [] }
    const text = JSON.stringify({ kind: 'qudag-peer-book', version: 1, ...empty })
    expect(decodeBook(utf8(text))).toEqual({ ...empty, validators: [] })
  })
})
