/** What went wrong, in the words of this program: from the stable code, never from the text that came with it. */
import { ORPCError } from '@orpc/client'
import { NodeError } from '../../node/core/node-error.ts'
import { isMessageKey, type MessageKey, translate } from '../i18n/index.ts'

export type FailureDetails = Readonly<Record<string, string | number | boolean>>

export interface Failure {
  /** Of the contract's table, or one of the client's own: CONNECTION_LOST, NODE_NOT_REACHABLE, TOKEN_INVALID. */
  readonly code: string
  /** What happened, and what it means for the money. */
  readonly message: string
  /** What to do. */
  readonly hint?: string
  readonly details: FailureDetails
}

/** Of anything that was thrown. What has no code of ours is INTERNAL: its own text may hold anything. */
export function failureOf(error: unknown): Failure {
  return failureOfCode(codeOf(error), detailsOf(error))
}

/** The same for a code that came as data: of a rejected transaction, of a node that could not start. */
export function failureOfCode(code: string, details: FailureDetails = {}): Failure {
  const known = isMessageKey(`errors.${code}`) ? code : 'UNKNOWN'
  const hintKey = `errors.${known}.hint`
  const values = { code, ...wordsOf(details) }
  return {
    code,
    message: translate(`errors.${known}` as MessageKey, values),
    ...(isMessageKey(hintKey) ? { hint: translate(hintKey, values) } : {}),
    details,
  }
}

export function codeOf(error: unknown): string {
  if (error instanceof NodeError) return error.code
  if (error instanceof ORPCError) return String(error.code)
  return 'INTERNAL'
}

function detailsOf(error: unknown): FailureDetails {
  if (error instanceof NodeError) return error.details
  if (!(error instanceof ORPCError)) return {}
  const data: unknown = error.data
  if (typeof data !== 'object' || data === null || !('details' in data)) return {}
  const { details } = data
  if (typeof details !== 'object' || details === null) return {}
  return Object.fromEntries(
    Object.entries(details).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  )
}

function wordsOf(details: FailureDetails): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, typeof value === 'boolean' ? String(value) : value]),
  )
}
