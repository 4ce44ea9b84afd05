import fc from 'fast-check'
import { Key } from 'interface-datastore'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../core/clock.ts'
import { hostLimits } from './limits.ts'
import { decodeStore, encodeStore, openPeerDatastore, type PeerStoreNote, peerStoreFileName } from './peer-datastore.ts'
import { memoryFiles } from './testing/memory-files.ts'

async function opened(files = memoryFiles()) {
  const clock = new ManualClock()
  const notes: PeerStoreNote[] = []
  const store = await openPeerDatastore({ files, scheduler: clock, note: (note) => notes.push(note) })
  return { files, clock, notes, store }
}

const value = (byte: number, length = 10): Uint8Array => new Uint8Array(length).fill(byte)
const key = (name: string): Key => new Key(name)

describe('the peer store', () => {
  it('keeps what it is given, over a restart', async () => {
    const first = await opened()
    first.store.put(key('/peers/a'), value(1))
    first.store.put(key('/peers/b'), value(2))
    await first.store.delete(key('/peers/b'))
    await first.store.close()
    const { store, notes } = await opened(first.files)
    expect(store.get(key('/peers/a'))).toEqual(value(1))
    expect(store.has(key('/peers/b'))).toBe(false)
    expect(() => store.get(key('/peers/b'))).toThrow(expect.objectContaining({ name: 'NotFoundError' }))
    expect(notes).toEqual([])
  })

  it('answers what libp2p asks: all below a prefix', async () => {
    const { store } = await opened()
    for (const name of ['/peers/a', '/peers/b', '/dht/c']) store.put(key(name), value(1))
    const found: string[] = []
    for await (const { key: name } of store.query({ prefix: '/peers' })) found.push(name.toString())
    expect(found.sort()).toEqual(['/peers/a', '/peers/b'])
  })

  it('keeps nothing of what others say they provide, and does not search for it', async () => {
    const { store } = await opened()
    store.put(key('/peers/a'), value(1))
    for (let index = 0; index < 20_000; index++) store.put(key(`/dht/provider/${index}`), value(1))
    expect(store.size).toBe(1)
    expect(store.has(key('/peers/a'))).toBe(true)
    const found: string[] = []
    for await (const { key: name } of store.query({ prefix: '/dht/provider/1' })) found.push(name.toString())
    expect(found).toEqual([])
  })

  it('is written once for many changes, half a minute after the first', async () => {
    const { store, files, clock } = await opened()
    for (let index = 0; index < 100; index++) store.put(key(`/peers/${index}`), value(1))
    clock.advance(hostLimits.storeDelayMs - 1)
    expect(files.writes).toBe(0)
    clock.advance(1)
    await store.close()
    expect(files.writes).toBe(1)
  })

  it('drops the oldest where there are too many, and what is too long', async () => {
    const { store } = await opened()
    for (let index = 0; index < hostLimits.maxStoreEntries + 5; index++) store.put(key(`/peers/${index}`), value(1, 1))
    expect(store.size).toBe(hostLimits.maxStoreEntries)
    expect(store.has(key('/peers/4'))).toBe(false)
    expect(store.has(key('/peers/5'))).toBe(true)
    store.put(key('/peers/long'), value(1, hostLimits.maxStoreValueBytes + 1))
    expect(store.has(key('/peers/long'))).toBe(false)
    for (let index = 0; index < 200; index++) store.put(key(`/big/${index}`), value(1, hostLimits.maxStoreValueBytes))
    let bytes = 0
    for await (const pair of store.query({})) bytes += pair.key.toString().length + pair.value.length
    expect(bytes).toBeLessThanOrEqual(hostLimits.maxStoreBytes)
  })

  it('begins anew where its file is damaged, and says so', async () => {
    const first = await opened()
    first.store.put(key('/peers/a'), value(1))
    await first.store.close()
    const bytes = first.files.content.get(peerStoreFileName) ?? new Uint8Array()
    // What a crash leaves of a file that is not replaced in one step: its beginning.
    first.files.content.set(peerStoreFileName, bytes.slice(0, -3))
    const { store, notes } = await opened(first.files)
    expect(notes).toEqual([{ code: 'PEER_STORE_DAMAGED', reason: 'altered' }])
    expect(store.size).toBe(0)
    store.put(key('/peers/b'), value(2))
    await store.close()
    expect((await opened(first.files)).notes).toEqual([])
  })

  it('goes on in memory where it cannot be written, and tries again', async () => {
    const { store, files, notes, clock } = await opened()
    files.fault = { fault: 'write', systemCode: 'ENOSPC' }
    store.put(key('/peers/a'), value(1))
    clock.advance(hostLimits.storeDelayMs)
    await Promise.resolve()
    await Promise.resolve()
    expect(store.get(key('/peers/a'))).toEqual(value(1))
    await store.close()
    expect(notes[0]).toEqual({ code: 'PEER_STORE_WRITE_FAILED', reason: 'ENOSPC' })
  })
})

describe('its file', () => {
  const entries = fc
    .array(fc.tuple(fc.string({ maxLength: 20 }), fc.uint8Array({ maxLength: 40 })), { maxLength: 20 })
    .map((pairs) => new Map(pairs.map(([name, bytes]) => [`/${name}`, bytes])))

  it('comes back as it was written (property)', () => {
    fc.assert(
      fc.property(entries, (map) => {
        const decoded = decodeStore(encodeStore(map))
        expect(decoded.ok && [...decoded.value]).toEqual([...map])
      }),
    )
  })

  it('is refused where any byte of it is another (property)', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (map, position, change) => {
        const bytes = encodeStore(map)
        const at = position % bytes.length
        bytes[at] = (bytes[at] ?? 0) ^ change
        expect(decodeStore(bytes).ok).toBe(false)
      }),
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void decodeStore(bytes)))
  })

  it('is refused where its hash is right and its form is not', async () => {
    const { sha256 } = await import('../../crypto/index.ts')
    const head = encodeStore(new Map()).subarray(0, -32)
    const forged = (body: Uint8Array): Uint8Array => Uint8Array.from([...head, ...sha256(body), ...body])
    for (const body of [
      [0, 0, 0, 1, 0, 0, 0, 0],
      [0, 0, 0, 1, 0, 0, 0, 0, 0x61],
      [0, 0, 0, 1, 255, 255, 255, 255, 0x2f],
      [0, 0, 0, 2, 0, 0, 0, 0, 0x2f, 0xff],
      [0, 0, 0, 1, 0, 0, 0, 0, 0x2f, 0, 0, 0, 1, 0, 0, 0, 0, 0x2f],
    ]) {
      expect(decodeStore(forged(Uint8Array.from(body)))).toEqual({ ok: false, error: 'form' })
    }
    expect(decodeStore(forged(new Uint8Array()))).toMatchObject({ ok: true })
  })
})
