/**
 * Where libp2p keeps what it knows of peers and the DHT: in memory, bounded, and in one file that is replaced as a whole. After
 * a crash the last half minute is missing; a file that is not sound is left behind and the store begins anew, since all of it
 * can be learnt again from the network.
 *
 * File: `qudag-peer-store-1\n`, SHA-256 of what follows, then for each entry the lengths of key and value (u32 each, big-endian),
 * the key in UTF-8 and the value.
 */
import { NotFoundError } from '@libp2p/interface'
import { BaseDatastore } from 'datastore-core/base'
import { Key, type KeyQuery, type Pair, type Query } from 'interface-datastore'
import { concatBytes, equalBytes, utf8 } from '../../core/bytes.ts'
import type { Scheduler } from '../../core/clock.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { sha256 } from '../../crypto/index.ts'
import type { PrivateFiles } from '../peers/private-files.ts'
import { hostLimits } from './limits.ts'

export const peerStoreFileName = 'peers.store'
const magic = utf8('qudag-peer-store-1\n')
const hashBytes = 32
const headBytes = 8

export interface PeerDatastoreDeps {
  readonly files: PrivateFiles
  readonly scheduler: Scheduler
  /** Told what went wrong with the file; the node goes on. */
  readonly note: (note: PeerStoreNote) => void
}

export type PeerStoreNote =
  | { readonly code: 'PEER_STORE_DAMAGED'; readonly reason: string }
  | { readonly code: 'PEER_STORE_WRITE_FAILED'; readonly reason: string }

export interface PeerDatastore extends BaseDatastore {
  readonly size: number
  /** Writes what is not on disk yet. Never throws. */
  close(): Promise<void>
}

/**
 * Who provides what, of the DHT: nothing is published in ours, so that whoever says it has something fills the store and drives out
 * addresses of peers.
 */
const providerPrefix = '/dht/provider'
/** Most bytes of the file: every entry with its head. */
const maxFileBytes = hostLimits.maxStoreBytes + headBytes * hostLimits.maxStoreEntries + magic.length + hashBytes

export async function openPeerDatastore(deps: PeerDatastoreDeps): Promise<PeerDatastore> {
  const read = await deps.files.read(peerStoreFileName, maxFileBytes)
  if (!read.ok) {
    deps.note({ code: 'PEER_STORE_DAMAGED', reason: read.error.fault })
    return new FileBackedDatastore(new Map(), deps)
  }
  if (read.value === null) return new FileBackedDatastore(new Map(), deps)
  const entries = decodeStore(read.value)
  if (entries.ok) return new FileBackedDatastore(entries.value, deps)
  deps.note({ code: 'PEER_STORE_DAMAGED', reason: entries.error })
  return new FileBackedDatastore(new Map(), deps)
}

class FileBackedDatastore extends BaseDatastore implements PeerDatastore {
  /** Oldest first: a value that is written again goes to the end. */
  readonly #entries = new Map<string, Uint8Array>()
  readonly #deps: PeerDatastoreDeps
  #bytes = 0
  #isDirty = false
  #isClosed = false
  #cancelTimer: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(entries: ReadonlyMap<string, Uint8Array>, deps: PeerDatastoreDeps) {
    super()
    this.#deps = deps
    for (const [key, value] of entries) this.#set(key, value)
  }

  get size(): number {
    return this.#entries.size
  }

  override put(key: Key, value: Uint8Array): Key {
    const name = key.toString()
    if (name.startsWith(providerPrefix)) return key
    // What is too long for the store is not kept, as if it had been dropped for its age.
    if (utf8(name).length > hostLimits.maxStoreKeyBytes || value.length > hostLimits.maxStoreValueBytes) {
      this.delete(key)
      return key
    }
    // A copy: what the caller does to its bytes later is not ours.
    this.#set(name, Uint8Array.from(value))
    this.#changed()
    return key
  }

  override get(key: Key): Uint8Array {
    const value = this.#entries.get(key.toString())
    if (value === undefined) throw new NotFoundError('not in the peer store')
    return value
  }

  override has(key: Key): boolean {
    return this.#entries.has(key.toString())
  }

  override delete(key: Key): void {
    if (this.#drop(key.toString())) this.#changed()
  }

  override *_all({ prefix }: Query): Generator<Pair> {
    // Anybody may ask for them, as often as it likes: a search in all there is would be dear.
    if (prefix?.startsWith(providerPrefix) === true) return
    for (const [key, value] of [...this.#entries]) yield { key: new Key(key), value }
  }

  override *_allKeys(_query: KeyQuery): Generator<Key> {
    for (const key of [...this.#entries.keys()]) yield new Key(key)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#write()
  }

  #set(key: string, value: Uint8Array): void {
    this.#drop(key)
    this.#entries.set(key, value)
    this.#bytes += key.length + value.length
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= hostLimits.maxStoreEntries && this.#bytes <= hostLimits.maxStoreBytes) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): boolean {
    const value = this.#entries.get(key)
    if (value === undefined) return false
    this.#entries.delete(key)
    this.#bytes -= key.length + value.length
    return true
  }

  #changed(): void {
    this.#isDirty = true
    if (this.#isClosed) return
    this.#cancelTimer ??= this.#deps.scheduler.after(hostLimits.storeDelayMs, () => void this.#write())
  }

  #write(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (!this.#isDirty) return this.#writing
    this.#isDirty = false
    this.#writing = this.#writing.then(async () => {
      const written = await this.#deps.files.replace(peerStoreFileName, encodeStore(this.#entries))
      if (written.ok) return
      this.#isDirty = true
      const reason = 'systemCode' in written.error ? written.error.systemCode : written.error.fault
      this.#deps.note({ code: 'PEER_STORE_WRITE_FAILED', reason })
    })
    return this.#writing
  }
}

export function encodeStore(entries: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = []
  for (const [name, value] of entries) {
    const key = utf8(name)
    const head = new Uint8Array(headBytes)
    const view = new DataView(head.buffer)
    view.setUint32(0, key.length)
    view.setUint32(4, value.length)
    parts.push(head, key, value)
  }
  const body = concatBytes(...parts)
  return concatBytes(magic, sha256(body), body)
}

/** The error says what is wrong with it. */
export function decodeStore(
  bytes: Uint8Array,
): Result<Map<string, Uint8Array>, 'too-large' | 'kind' | 'altered' | 'form'> {
  if (bytes.length > maxFileBytes) return err('too-large')
  const bodyAt = magic.length + hashBytes
  if (bytes.length < bodyAt || !equalBytes(bytes.subarray(0, magic.length), magic)) return err('kind')
  const body = bytes.subarray(bodyAt)
  if (!equalBytes(sha256(body), bytes.subarray(magic.length, bodyAt))) return err('altered')
  const entries = new Map<string, Uint8Array>()
  const view = new DataView(body.buffer, body.byteOffset, body.length)
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  for (let at = 0; at < body.length; ) {
    if (body.length - at < headBytes) return err('form')
    const keyLength = view.getUint32(at)
    const valueLength = view.getUint32(at + 4)
    at += headBytes
    if (keyLength > hostLimits.maxStoreKeyBytes || valueLength > hostLimits.maxStoreValueBytes) return err('form')
    if (body.length - at < keyLength + valueLength) return err('form')
    let key: string
    try {
      key = decoder.decode(body.subarray(at, at + keyLength))
    } catch {
      return err('form')
    }
    if (!key.startsWith('/') || entries.has(key)) return err('form')
    entries.set(key, body.slice(at + keyLength, at + keyLength + valueLength))
    at += keyLength + valueLength
  }
  return ok(entries)
}
