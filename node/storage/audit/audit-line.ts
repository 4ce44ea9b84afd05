/**
 * One line of the audit log: `{seq, at, action, details, prev, hash}` as JSON, fields in this order, details sorted by
 * name. hash is SHA-256 over the line without its hash; prev is the hash of the line before. There is one spelling of
 * an entry: whatever reads otherwise has been edited.
 */
import { toHex, utf8 } from '../../core/bytes.ts'
import { invariant } from '../../core/node-error.ts'
import { sha256 } from '../../crypto/hash.ts'
import { auditLimits } from '../limits.ts'

export type AuditDetails = Readonly<Record<string, string | number | boolean>>

export interface AuditEntry {
  /** 1, 2, 3 … through all files. */
  readonly seq: number
  readonly atMs: number
  readonly action: string
  readonly details: AuditDetails
  /** 32 bytes as hex. */
  readonly hash: string
}

/** The last line so far: what the next one goes on from. */
export interface AuditLink {
  readonly seq: number
  readonly hash: string
}

/** Before the first line. The same for every log, so that a log can be checked without knowing whose it is. */
export const genesisLink: AuditLink = { seq: 0, hash: toHex(sha256(utf8('qudag/v1/audit-log\0'))) }

/** Everything in a line beside its details: numbers, two hashes, field names and a longest action. */
const frameBytes = 256 + auditLimits.maxActionLength

const actionPattern = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/
const namePattern = /^[a-z][a-zA-Z0-9]*$/
/** Words no fact may be named by: their values are secrets. */
const secretWords = new Set(['password', 'passphrase', 'phrase', 'mnemonic', 'seed', 'pin', 'secret'])

/**
 * Refuses what must never be written. A broken invariant: the caller's mistake, never a user's.
 * The check of names is a net under the callers' duty to log no secret, not a substitute for it.
 */
export function assertLoggable(action: string, details: AuditDetails): void {
  invariant(
    actionPattern.test(action) && action.length <= auditLimits.maxActionLength,
    'an audit action is words parted by dots',
  )
  const facts = Object.entries(details)
  invariant(facts.length <= auditLimits.maxDetails, 'an audit entry has too many details')
  const factsBytes = utf8(JSON.stringify(details)).length
  invariant(factsBytes + frameBytes <= auditLimits.maxLineBytes, 'an audit entry is short')
  for (const [name, value] of facts) {
    invariant(
      namePattern.test(name) && name.length <= auditLimits.maxDetailNameLength,
      'an audit detail has a plain name',
    )
    const words = name.split(/(?=[A-Z])/).map((word) => word.toLowerCase())
    invariant(!words.some((word) => secretWords.has(word)), `an audit detail named ${name} could be a secret`)
    invariant(
      typeof value === 'boolean' ||
        (typeof value === 'number' && Number.isFinite(value)) ||
        (typeof value === 'string' && value.length <= auditLimits.maxTextLength && value.isWellFormed()),
      `the audit detail ${name} is a short text, a number or a boolean`,
    )
  }
}

function body(seq: number, atMs: number, action: string, details: AuditDetails, prev: string): string {
  const sorted = Object.fromEntries(Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1)))
  return JSON.stringify({ seq, at: atMs, action, details: sorted, prev })
}

function hashOf(text: string): string {
  return toHex(sha256(utf8(text)))
}

/** The line after `last`, without its newline. */
export function formatLine(
  last: AuditLink,
  { atMs, action, details }: { atMs: number; action: string; details: AuditDetails },
): { line: string; entry: AuditEntry } {
  const seq = last.seq + 1
  const text = body(seq, atMs, action, details, last.hash)
  const hash = hashOf(text)
  return { line: `${text.slice(0, -1)},"hash":"${hash}"}`, entry: { seq, atMs, action, details, hash } }
}

/** Why a line is not the one after `last`. */
export type AuditFault =
  | 'not an entry'
  | 'edited'
  | 'entries missing'
  | 'entry out of place'
  | 'not linked to the entry before'

function isDetails(value: unknown): value is AuditDetails {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(
      (fact) => typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean',
    )
  )
}

/** The entry of a line, or what is wrong with it as the one after `last`. */
export function readLine(last: AuditLink, line: string): { entry: AuditEntry } | { fault: AuditFault } {
  let raw: unknown
  try {
    raw = JSON.parse(line)
  } catch {
    return { fault: 'not an entry' }
  }
  const { seq, at, action, details, prev, hash } = (raw ?? {}) as Record<string, unknown>
  if (
    typeof seq !== 'number' ||
    typeof at !== 'number' ||
    typeof action !== 'string' ||
    typeof prev !== 'string' ||
    typeof hash !== 'string' ||
    !isDetails(details)
  ) {
    return { fault: 'not an entry' }
  }
  const text = body(seq, at, action, details, prev)
  if (hashOf(text) !== hash || `${text.slice(0, -1)},"hash":"${hash}"}` !== line) return { fault: 'edited' }
  if (seq > last.seq + 1) return { fault: 'entries missing' }
  if (seq <= last.seq) return { fault: 'entry out of place' }
  if (prev !== last.hash) return { fault: 'not linked to the entry before' }
  return { entry: { seq, atMs: at, action, details, hash } }
}

/** The entry of a line known to be one, unchecked. */
export function parseEntry(line: string): AuditEntry {
  const { seq, at, action, details, hash } = JSON.parse(line) as Omit<AuditEntry, 'atMs'> & { at: number }
  return { seq, atMs: at, action, details, hash }
}
