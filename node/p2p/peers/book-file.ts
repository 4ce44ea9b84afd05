/**
 * The file of what is remembered of peers: `peers.json`, readable for people. Foreign bytes, as far as this program is
 * concerned: whatever is not as it should be makes the whole worthless, and nothing is guessed.
 */
import { utf8 } from '../../core/bytes.ts'
import type { BanView } from '../types.ts'
import { peerLimits } from './limits.ts'

export interface BookContent {
  /** Peer id, value, when it had that value. */
  readonly scores: readonly (readonly [string, number, number])[]
  readonly bans: readonly BanView[]
  /** Peer id, how many that led to bans, the last one's time. */
  readonly offences: readonly (readonly [string, number, number])[]
  readonly added: readonly string[]
  /** Peer id, whether we called it, when it was seen last: peers met with the post-quantum handshake. */
  readonly pins: readonly (readonly [string, boolean, number])[]
  /** Validator id as hex, the peer id that it has proven to have, when it was met last. */
  readonly validators: readonly (readonly [string, string, number])[]
}

const kind = 'qudag-peer-book'
const version = 1

export function encodeBook(content: BookContent): Uint8Array {
  return utf8(`${JSON.stringify({ kind, version, ...content })}\n`)
}

/** Undefined where it is no such file. */
export function decodeBook(bytes: Uint8Array): BookContent | undefined {
  if (bytes.length > peerLimits.maxBookBytes) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
  if (!isRecord(parsed) || parsed.kind !== kind || parsed.version !== version) return undefined
  const scores = listOf(parsed.scores, 2 * peerLimits.maxScores, triple)
  const bans = listOf(parsed.bans, 2 * peerLimits.maxBans, banOf)
  const offences = listOf(parsed.offences, 2 * peerLimits.maxBans, triple)
  const added = listOf(parsed.added, peerLimits.maxAddedAddresses, (value) =>
    isText(value, peerLimits.maxAddressLength) ? value : undefined,
  )
  const pins = listOf(parsed.pins, peerLimits.maxPins, pinOf)
  // A book of before has none.
  const validators = listOf(parsed.validators ?? [], peerLimits.maxValidators, validatorOf)
  return scores && bans && offences && added && pins && validators
    ? { scores, bans, offences, added, pins, validators }
    : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf<T>(value: unknown, most: number, itemOf: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value) || value.length > most) return undefined
  const items: T[] = []
  for (const given of value) {
    const item = itemOf(given)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

/** Longest peer id, address of a household or reason. */
const maxTextLength = 128

function isText(value: unknown, most = maxTextLength): value is string {
  return typeof value === 'string' && value !== '' && value.length <= most
}

function triple(value: unknown): readonly [string, number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [id, first, second] = value as unknown[]
  return isText(id) && Number.isFinite(first) && Number.isFinite(second)
    ? [id, first as number, second as number]
    : undefined
}

function pinOf(value: unknown): readonly [string, boolean, number] | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [id, isDialled, seenAtMs] = value as unknown[]
  return isText(id) && typeof isDialled === 'boolean' && Number.isFinite(seenAtMs)
    ? [id, isDialled, seenAtMs as number]
    : undefined
}

function validatorOf(value: unknown): readonly [string, string, number] | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined
  const [validator, peerId, seenAtMs] = value as unknown[]
  return isText(validator) && isText(peerId) && Number.isFinite(seenAtMs)
    ? [validator, peerId, seenAtMs as number]
    : undefined
}

function banOf(value: unknown): BanView | undefined {
  if (!isRecord(value)) return undefined
  const { id, address, reason, atMs, untilMs } = value
  if (!isText(id) || !isText(reason) || !Number.isFinite(atMs)) return undefined
  if (address !== null && !isText(address, peerLimits.maxAddressLength)) return undefined
  if (untilMs !== null && !Number.isFinite(untilMs)) return undefined
  return { id, address, reason, atMs: atMs as number, untilMs: untilMs as number | null }
}
