/**
 * Which of several siblings (transactions of one account with one nonce) a validator proposes: Snowball over polls of
 * other validators. Advisory: it decides what is proposed and what a wallet shows as contested, never what is final, so
 * whatever others answer can at most change a preference among siblings that were seen with valid signatures anyway.
 *
 * Pure: time comes in with every call, chance by an Rng, and what is to be sent goes out as a value.
 * Sources: docs/protocol.md, "Snow preference"; Avalanche (arXiv 1906.08936, Figure 3), with the two thresholds of
 * Snowflake+ (Frosty, arXiv 2404.14250). Departure: what settles a set is the colour of the last β successes, as in
 * avalanchego, and not the one with most successes over all.
 */
import { bytesKey, bytesOfKey, equalBytes } from '../core/bytes.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Rng, randomUint32 } from '../core/rng.ts'
import type { Validator } from './committee.ts'
import { conflictKey } from './conflict.ts'
import { consensusLimits } from './limits.ts'
import type { ConflictSet, PollReply, PollRequest } from './snow-messages.ts'
import { sampleByStake } from './stake-sample.ts'

type SnowLimitName = Extract<keyof typeof consensusLimits, `snow${string}`>
export type SnowLimits = Readonly<Record<SnowLimitName, number>>

export interface SnowOptions {
  /** Of the epoch; zero stakes are never asked. */
  readonly validators: readonly Pick<Validator, 'id' | 'stakeMicroRuv'>[]
  /** Own validator id; one that is no validator asks all the same. */
  readonly self: Uint8Array
  readonly rng: Rng
  /** Says what a finished poll says, whatever was replied. Only in the simulator. */
  readonly oracle?: PreferenceOracle
  /** For tests. */
  readonly limits?: Partial<SnowLimits>
}

/** The sibling that all who were asked are taken to prefer; undefined where they prefer none. */
export type PreferenceOracle = (set: ConflictSet, siblings: readonly Uint8Array[]) => Uint8Array | undefined

/** To be sent to each of them over an authenticated channel. */
export interface SnowPoll {
  readonly to: readonly Uint8Array[]
  readonly request: PollRequest
}

export interface SnowTick {
  readonly poll: SnowPoll | null
  /** Time at which there may be something to do; null while nothing is contested. */
  readonly wakeAtMs: number | null
}

/**
 * - first: the set's first sibling, and so its preference.
 * - contested: a further sibling.
 * - known: seen before.
 * - dropped: a sibling or a conflict too many; the preference stays.
 */
export type SiblingNews = 'first' | 'contested' | 'known' | 'dropped'

/** Why a reply counts nothing. None of them is proof of ill will: replies are late, too. */
export type SnowReplyError =
  /** No open poll has that number: never asked, settled, or timed out. */
  | { readonly code: 'SNOW_POLL_UNKNOWN' }
  /** That validator was not asked. */
  | { readonly code: 'SNOW_NOT_ASKED' }
  /** It has answered this poll. */
  | { readonly code: 'SNOW_REPEATED' }
  /** Another number of preferences than sets asked about. */
  | { readonly code: 'SNOW_REPLY_LENGTH' }

export interface Snow {
  /** Tells of a transaction whose form and signature have been checked. */
  noteSibling(set: ConflictSet, txId: Uint8Array, nowMs: number): SiblingNews
  /** Ends what has timed out and says whom to poll. To be called at `wakeAtMs`, and after `noteSibling` said contested. */
  tick(nowMs: number): SnowTick
  /** Own preferences for somebody else's poll. */
  answer(request: PollRequest): PollReply
  /** @param from validator id, as the channel proved it */
  takeReply(from: Uint8Array, reply: PollReply, nowMs: number): Result<undefined, SnowReplyError>
  /** Id of the sibling to propose, null where none is known. */
  preferenceOf(set: ConflictSet): Uint8Array | null
  /** True from the second sibling on, until forgotten. */
  isContested(set: ConflictSet): boolean
  /** One of the siblings was executed, or all have expired. */
  forget(set: ConflictSet): void
  readonly status: {
    readonly known: number
    readonly contested: number
    readonly polled: number
    readonly open: number
  }
}

interface Conflict {
  readonly contestedAtMs: number
  /** Successful polls by sibling; its keys are the siblings. */
  readonly successes: Map<string, number>
  /** Sibling of the newest poll at α_conf. */
  last: string
  /** Polls at α_conf for it in a row. */
  confidence: number
  isSettled: boolean
}

interface KnownSet {
  readonly set: ConflictSet
  preference: string
  conflict: Conflict | null
  isForgotten: boolean
}

interface OpenPoll {
  readonly sets: readonly KnownSet[]
  /** By set: votes of a sibling, or `done`, its result having been taken. */
  readonly votes: Map<string, number>[]
  readonly done: boolean[]
  undone: number
  readonly waiting: Set<string>
  readonly answered: Set<string>
  readonly endsAtMs: number
}

export function createSnow({ validators, self, rng, oracle, limits: given = {} }: SnowOptions): Snow {
  const limits: SnowLimits = { ...consensusLimits, ...given }
  const others = validators.filter(({ id, stakeMicroRuv }) => stakeMicroRuv > 0n && !equalBytes(id, self))
  const k = Math.min(limits.snowSampleSize, others.length)
  const alphaPreference = Math.floor(k / 2) + 1
  const alphaConfidence = Math.ceil((3 * k) / 4)

  /** In the order in which their first siblings came. */
  const known = new Map<string, KnownSet>()
  /** Those that are contested and not settled, in the order in which they will be asked about. */
  const pollable = new Map<string, KnownSet>()
  let contested = 0
  const polls = new Map<number, OpenPoll>()
  // A restart begins elsewhere, so that late replies to a former run fit no poll.
  let nextPollId = randomUint32(rng)
  let nextPollAtMs = Number.NEGATIVE_INFINITY

  const forgetKey = (key: string, entry: KnownSet): void => {
    entry.isForgotten = true
    if (entry.conflict !== null) contested--
    known.delete(key)
    pollable.delete(key)
  }

  const settle = (entry: KnownSet, conflict: Conflict): void => {
    conflict.isSettled = true
    pollable.delete(conflictKey(entry.set))
  }

  /** What a finished poll says of a set. @param best the sibling with most votes */
  const takeResult = (entry: KnownSet, best: string | null, votes: number): void => {
    const { conflict } = entry
    if (entry.isForgotten || conflict === null || conflict.isSettled) return
    if (best === null || votes < alphaPreference) {
      conflict.confidence = 0
      return
    }
    const successes = (conflict.successes.get(best) ?? 0) + 1
    conflict.successes.set(best, successes)
    if (successes > (conflict.successes.get(entry.preference) ?? 0)) entry.preference = best
    if (votes < alphaConfidence) {
      conflict.confidence = 0
      return
    }
    conflict.confidence = conflict.last === best ? conflict.confidence + 1 : 1
    conflict.last = best
    if (conflict.confidence < limits.snowConfidence) return
    entry.preference = best
    settle(entry, conflict)
  }

  /** Takes the result of each set that no further reply can change; of all, where none is to come. */
  const takeResults = (poll: OpenPoll, isOver: boolean): void => {
    const toCome = isOver ? 0 : poll.waiting.size
    for (let i = 0; i < poll.sets.length; i++) {
      if (poll.done[i] === true) continue
      let best: string | null = null
      let most = 0
      for (const [sibling, count] of poll.votes[i] as Map<string, number>) {
        if (count > most) [best, most] = [sibling, count]
      }
      const isConfident = most >= alphaConfidence
      const isHopeless = most + toCome < alphaPreference
      const isPreferenceOnly = most >= alphaPreference && most + toCome < alphaConfidence
      if (!isConfident && !isHopeless && !isPreferenceOnly && toCome > 0) continue
      poll.done[i] = true
      poll.undone--
      const entry = poll.sets[i] as KnownSet
      if (oracle === undefined) takeResult(entry, best, most)
      else takeResult(entry, askOracle(oracle, entry), k)
    }
  }

  const endPolls = (nowMs: number): void => {
    for (const [pollId, poll] of polls) {
      if (poll.endsAtMs > nowMs) continue
      takeResults(poll, true)
      polls.delete(pollId)
    }
  }

  const settleOverdue = (nowMs: number): void => {
    for (const entry of pollable.values()) {
      const conflict = entry.conflict as Conflict
      if (nowMs >= conflict.contestedAtMs + limits.snowSettleMs) settle(entry, conflict)
    }
  }

  const startPoll = (nowMs: number): SnowPoll => {
    const turn = [...pollable].slice(0, limits.snowMaxPollSets)
    // To the end of the queue: with more sets than a poll carries, they take turns.
    for (const [key, entry] of turn) {
      pollable.delete(key)
      pollable.set(key, entry)
    }
    const sets = turn.map(([, entry]) => entry)
    const to = sampleByStake(others, k, rng).map(({ id }) => id)
    const pollId = nextPollId
    nextPollId++
    nextPollAtMs = nowMs + limits.snowPollIntervalMs
    polls.set(pollId, {
      sets,
      votes: sets.map(() => new Map()),
      done: sets.map(() => false),
      undone: sets.length,
      waiting: new Set(to.map(bytesKey)),
      answered: new Set(),
      endsAtMs: nowMs + limits.snowPollTimeoutMs,
    })
    return { to, request: { pollId, sets: sets.map(({ set }) => set) } }
  }

  const nextWake = (nowMs: number): number | null => {
    let wakeAtMs = Number.POSITIVE_INFINITY
    for (const { endsAtMs } of polls.values()) wakeAtMs = Math.min(wakeAtMs, endsAtMs)
    if (pollable.size > 0) {
      if (polls.size < limits.snowMaxOpenPolls) wakeAtMs = Math.min(wakeAtMs, nextPollAtMs)
      for (const { conflict } of pollable.values()) {
        wakeAtMs = Math.min(wakeAtMs, (conflict as Conflict).contestedAtMs + limits.snowSettleMs)
      }
    }
    return wakeAtMs === Number.POSITIVE_INFINITY ? null : Math.max(wakeAtMs, nowMs)
  }

  /** Room for one more set: the oldest that nobody disputes goes. False where all are contested. */
  const makeRoom = (): boolean => {
    if (known.size < limits.snowMaxKnownSets) return true
    for (const [key, entry] of known) {
      if (entry.conflict !== null) continue
      forgetKey(key, entry)
      return true
    }
    return false
  }

  return {
    noteSibling(set, txId, nowMs) {
      const key = conflictKey(set)
      const sibling = bytesKey(txId)
      const entry = known.get(key)
      if (entry === undefined) {
        if (!makeRoom()) return 'dropped'
        const { account, nonce } = set
        known.set(key, { set: { account, nonce }, preference: sibling, conflict: null, isForgotten: false })
        return 'first'
      }
      const { conflict } = entry
      if (conflict === null) {
        if (entry.preference === sibling) return 'known'
        if (contested >= limits.snowMaxContestedSets) return 'dropped'
        entry.conflict = {
          contestedAtMs: nowMs,
          successes: new Map([
            [entry.preference, 0],
            [sibling, 0],
          ]),
          last: entry.preference,
          confidence: 0,
          // With nobody to ask, the first seen stands.
          isSettled: k === 0,
        }
        contested++
        if (k > 0) pollable.set(key, entry)
        return 'contested'
      }
      if (conflict.successes.has(sibling)) return 'known'
      if (conflict.successes.size >= limits.snowMaxSiblings) return 'dropped'
      conflict.successes.set(sibling, 0)
      return 'contested'
    },

    tick(nowMs) {
      endPolls(nowMs)
      settleOverdue(nowMs)
      const isDue = pollable.size > 0 && nowMs >= nextPollAtMs && polls.size < limits.snowMaxOpenPolls
      const poll = isDue ? startPoll(nowMs) : null
      return { poll, wakeAtMs: nextWake(nowMs) }
    },

    answer({ pollId, sets }) {
      const preferences = sets.slice(0, limits.snowMaxPollSets).map((set) => {
        const entry = known.get(conflictKey(set))
        return entry === undefined ? null : bytesOfKey(entry.preference)
      })
      return { pollId, preferences }
    },

    takeReply(from, { pollId, preferences }, nowMs) {
      endPolls(nowMs)
      settleOverdue(nowMs)
      const poll = polls.get(pollId)
      if (poll === undefined) return err({ code: 'SNOW_POLL_UNKNOWN' })
      const voter = bytesKey(from)
      if (poll.answered.has(voter)) return err({ code: 'SNOW_REPEATED' })
      if (!poll.waiting.has(voter)) return err({ code: 'SNOW_NOT_ASKED' })
      if (preferences.length !== poll.sets.length) return err({ code: 'SNOW_REPLY_LENGTH' })
      poll.waiting.delete(voter)
      poll.answered.add(voter)
      for (let i = 0; i < preferences.length; i++) {
        const preference = preferences[i]
        if (preference === null || preference === undefined || poll.done[i] === true) continue
        const sibling = bytesKey(preference)
        // What is not known here cannot be proposed here: no vote, and no memory for it.
        if (poll.sets[i]?.conflict?.successes.has(sibling) !== true) continue
        const votes = poll.votes[i] as Map<string, number>
        votes.set(sibling, (votes.get(sibling) ?? 0) + 1)
      }
      takeResults(poll, poll.waiting.size === 0)
      if (poll.undone === 0) polls.delete(pollId)
      return ok(undefined)
    },

    preferenceOf(set) {
      const entry = known.get(conflictKey(set))
      return entry === undefined ? null : bytesOfKey(entry.preference)
    },

    isContested(set) {
      return known.get(conflictKey(set))?.conflict != null
    },

    forget(set) {
      const key = conflictKey(set)
      const entry = known.get(key)
      if (entry !== undefined) forgetKey(key, entry)
    },

    get status() {
      return { known: known.size, contested, polled: pollable.size, open: polls.size }
    },
  }
}

/** Null where it prefers none. */
function askOracle(oracle: PreferenceOracle, { set, conflict }: KnownSet): string | null {
  const siblings = [...(conflict?.successes.keys() ?? [])]
  const preferred = oracle(set, siblings.map(bytesOfKey))
  return preferred === undefined ? null : bytesKey(preferred)
}
