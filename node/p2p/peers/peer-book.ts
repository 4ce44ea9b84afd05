/**
 * What is remembered of peers across restarts: their scores, bans with reason and end, and the addresses that a person has
 * added. In memory it is the truth; the file follows.
 */
import type { Clock, Scheduler } from '../../core/clock.ts'
import type { BanView } from '../types.ts'
import { type BookContent, decodeBook, encodeBook } from './book-file.ts'
import { peerLimits } from './limits.ts'
import { pointsOf } from './misconduct.ts'
import type { PrivateFiles } from './private-files.ts'
import { banLengthMs, changedScore, type Score, scoreAt } from './score.ts'

export interface PeerBookDeps {
  readonly files: PrivateFiles
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Told what went wrong with the file; the node goes on. */
  readonly note: (note: BookNote) => void
}

export type BookNote =
  /** It was no book of ours: all scores and bans begin anew, and the file is replaced. */
  | { readonly code: 'PEER_BOOK_DAMAGED'; readonly reason: string }
  /** What is new is in memory only. */
  | { readonly code: 'PEER_BOOK_WRITE_FAILED'; readonly reason: string }

/** By hand, as a reason of a ban. */
export const byHand = 'BY_HAND'
/** Too many banned ids came from one address. */
export const addressReason = 'ADDRESS_OF_BANNED_PEERS'

/** A peer that came with the post-quantum handshake, and is not believed without it any more (node/p2p/secure-channel). */
export interface PeerPin {
  readonly peerId: string
  readonly isDialled: boolean
  readonly seenAtMs: number
}

/** Where the channel keeps them. */
export interface PinStore {
  list(): readonly PeerPin[]
  put(pin: PeerPin): void
  remove(peerId: string): void
}

/** By which name on the wire each validator was met last: by that it is looked for where its address is another now. */
export interface ValidatorNames {
  /** @returns peer ids by validator, of those met in the last 30 days */
  list(): ReadonlyMap<string, string>
  /** A connection has proven it. @param validator hex of its id */
  put(validator: string, peerId: string): void
}

export interface PeerBook {
  readonly pins: PinStore
  readonly validators: ValidatorNames
  score(id: string): number
  bans(): readonly BanView[]
  isBanned(id: string): boolean
  /** @param host from `bannableHost` */
  isAddressBanned(host: string): boolean
  /**
   * Counts it, and bans where that is due.
   *
   * @param host of the connection, where it can be banned
   * @returns the bans that came of it: the peer's, and that of its address where it is not the first from there
   */
  misconduct(id: string, code: string, address: string | null, host: string | undefined): readonly BanView[]
  /** An uneventful time of connection. */
  reward(id: string, points: number): void
  /** @param untilMs null: until it is lifted */
  ban(id: string, reason: string, address: string | null, untilMs: number | null): BanView
  /** Of a peer or an address; its score begins anew. @returns false where there is none */
  unban(id: string): boolean
  /** Addresses to dial at the start, oldest first. */
  added(): readonly string[]
  /** The oldest goes where there are too many. */
  addAddress(address: string): void
  /** All that is known is on disk when this resolves, or noted as lost. */
  flush(): Promise<void>
  close(): Promise<void>
}

interface Offences {
  count: number
  lastMs: number
}

interface Host {
  /** Banned ids that came from there, and when they were. */
  readonly ids: Map<string, number>
  bannedUntilMs: number
}

export const bookFileName = 'peers.json'

/** Reads the book, or begins one. Never throws: a node without a past is still a node. */
export async function openPeerBook({ files, clock, scheduler, note }: PeerBookDeps): Promise<PeerBook> {
  const scores = new Map<string, Score>()
  const bans = new Map<string, BanView>()
  const offences = new Map<string, Offences>()
  const hosts = new Map<string, Host>()
  const pins = new Map<string, PeerPin>()
  const validators = new Map<string, { readonly peerId: string; readonly seenAtMs: number }>()
  let added: string[] = []

  const read = await files.read(bookFileName, peerLimits.maxBookBytes)
  if (!read.ok) {
    note({ code: 'PEER_BOOK_DAMAGED', reason: read.error.fault })
  } else if (read.value !== null) {
    const content = decodeBook(read.value)
    if (content === undefined) note({ code: 'PEER_BOOK_DAMAGED', reason: 'content' })
    else take(content)
  }

  function take(content: BookContent): void {
    for (const [id, value, atMs] of content.scores) scores.set(id, { value, atMs })
    for (const ban of content.bans) bans.set(ban.id, ban)
    for (const [id, count, lastMs] of content.offences) offences.set(id, { count, lastMs })
    added = [...content.added]
    for (const [peerId, isDialled, seenAtMs] of content.pins) pins.set(peerId, { peerId, isDialled, seenAtMs })
    for (const [validator, peerId, seenAtMs] of content.validators) validators.set(validator, { peerId, seenAtMs })
  }

  let isDirty = false
  let isClosed = false
  let cancelTimer: (() => void) | undefined
  let writing: Promise<void> = Promise.resolve()

  const write = (): Promise<void> => {
    cancelTimer?.()
    cancelTimer = undefined
    if (!isDirty) return writing
    isDirty = false
    // One at a time, each with what is known when its turn comes.
    writing = writing.then(async () => {
      prune()
      const done = await files.replace(bookFileName, encodeBook(contentNow()))
      if (done.ok) return
      isDirty = true
      const reason = 'systemCode' in done.error ? done.error.systemCode : done.error.fault
      note({ code: 'PEER_BOOK_WRITE_FAILED', reason })
    })
    return writing
  }

  const contentNow = (): BookContent => ({
    scores: [...scores].map(([id, { value, atMs }]) => [id, value, atMs]),
    bans: [...bans.values()],
    offences: [...offences].map(([id, { count, lastMs }]) => [id, count, lastMs]),
    added,
    pins: [...pins.values()].map(({ peerId, isDialled, seenAtMs }) => [peerId, isDialled, seenAtMs]),
    validators: [...validators].map(([validator, { peerId, seenAtMs }]) => [validator, peerId, seenAtMs]),
  })

  const changed = (urgent: boolean): void => {
    isDirty = true
    if (isClosed) return
    if (urgent) void write()
    else cancelTimer ??= scheduler.after(peerLimits.bookDelayMs, () => void write())
  }

  /** Drops what has no meaning any more, and the least of what is too much. */
  function prune(): void {
    const nowMs = clock.nowMs()
    for (const [id, ban] of bans) if (ban.untilMs !== null && ban.untilMs <= nowMs) bans.delete(id)
    for (const [id, score] of scores) if (Math.abs(scoreAt(score, nowMs)) < peerLimits.forgottenScore) scores.delete(id)
    for (const [id, { lastMs }] of offences) if (lastMs + peerLimits.offenceMemoryMs <= nowMs) offences.delete(id)
    for (const [host, { ids, bannedUntilMs }] of hosts) {
      for (const [id, atMs] of ids) if (atMs + peerLimits.addressMemoryMs <= nowMs) ids.delete(id)
      if (ids.size === 0 && bannedUntilMs <= nowMs) hosts.delete(host)
    }
    dropLeast(scores, peerLimits.maxScores, (score) => Math.abs(scoreAt(score, nowMs)))
    dropLeast(bans, peerLimits.maxBans, ({ untilMs }) => untilMs ?? Number.POSITIVE_INFINITY)
    dropLeast(offences, peerLimits.maxBans, ({ lastMs }) => lastMs)
    dropLeast(hosts, peerLimits.maxAddresses, ({ bannedUntilMs, ids }) => bannedUntilMs + ids.size)
  }

  const isInForce = (ban: BanView | undefined): boolean =>
    ban !== undefined && (ban.untilMs === null || ban.untilMs > clock.nowMs())

  const setBan = (id: string, reason: string, address: string | null, untilMs: number | null): BanView => {
    const ban: BanView = { id, address, reason, atMs: clock.nowMs(), untilMs }
    bans.set(id, ban)
    prune()
    changed(true)
    return ban
  }

  /** Ids cost nothing; addresses do. */
  const countAddress = (host: string, id: string): BanView | undefined => {
    const nowMs = clock.nowMs()
    const entry: Host = hosts.get(host) ?? { ids: new Map(), bannedUntilMs: 0 }
    hosts.set(host, entry)
    entry.ids.set(id, nowMs)
    for (const [known, atMs] of entry.ids) if (atMs + peerLimits.addressMemoryMs <= nowMs) entry.ids.delete(known)
    if (entry.ids.size < peerLimits.bannedIdsUntilAddressBan) return undefined
    entry.ids.clear()
    entry.bannedUntilMs = nowMs + peerLimits.addressBanMs
    return setBan(host, addressReason, host, entry.bannedUntilMs)
  }

  return {
    score(id) {
      const score = scores.get(id)
      return score === undefined ? 0 : Math.round(scoreAt(score, clock.nowMs()) * 10) / 10 + 0
    },

    bans: () => [...bans.values()].filter(isInForce),
    isBanned: (id) => isInForce(bans.get(id)),
    isAddressBanned: (host) => isInForce(bans.get(host)),

    misconduct(id, code, address, host) {
      const nowMs = clock.nowMs()
      const score = changedScore(scores.get(id), -pointsOf(code), nowMs)
      scores.set(id, score)
      if (score.value > peerLimits.banScore || isInForce(bans.get(id))) {
        if (scores.size > 2 * peerLimits.maxScores) prune()
        changed(false)
        return []
      }
      const before = offences.get(id)
      const count = before !== undefined && before.lastMs + peerLimits.offenceMemoryMs > nowMs ? before.count + 1 : 1
      offences.set(id, { count, lastMs: nowMs })
      // What it is banned for is paid by the ban.
      scores.delete(id)
      const ban = setBan(id, code, address, nowMs + banLengthMs(count))
      const addressBan = host === undefined ? undefined : countAddress(host, id)
      return addressBan === undefined ? [ban] : [ban, addressBan]
    },

    reward(id, points) {
      scores.set(id, changedScore(scores.get(id), points, clock.nowMs()))
      changed(false)
    },

    ban: setBan,

    unban(id) {
      const wasBanned = isInForce(bans.get(id))
      bans.delete(id)
      if (!wasBanned) return false
      scores.delete(id)
      offences.delete(id)
      hosts.delete(id)
      changed(true)
      return true
    },

    pins: {
      list: () => [...pins.values()],
      put(pin) {
        pins.set(pin.peerId, pin)
        dropLeast(pins, peerLimits.maxPins, ({ seenAtMs }) => seenAtMs)
        changed(false)
      },
      remove(peerId) {
        if (pins.delete(peerId)) changed(false)
      },
    },

    validators: {
      list() {
        const fromMs = clock.nowMs() - peerLimits.validatorMemoryMs
        for (const [validator, { seenAtMs }] of validators) if (seenAtMs < fromMs) validators.delete(validator)
        return new Map([...validators].map(([validator, { peerId }]) => [validator, peerId]))
      },
      put(validator, peerId) {
        validators.set(validator, { peerId, seenAtMs: clock.nowMs() })
        dropLeast(validators, peerLimits.maxValidators, ({ seenAtMs }) => seenAtMs)
        changed(false)
      },
    },

    added: () => added,

    addAddress(address) {
      if (added.includes(address)) return
      added = [...added, address].slice(-peerLimits.maxAddedAddresses)
      changed(true)
    },

    flush: write,

    async close() {
      isClosed = true
      await write()
    },
  }
}

function dropLeast<T>(map: Map<string, T>, most: number, weight: (value: T) => number): void {
  if (map.size <= most) return
  const sorted = [...map].sort(([, a], [, b]) => weight(a) - weight(b))
  for (const [key] of sorted.slice(0, map.size - most)) map.delete(key)
}
