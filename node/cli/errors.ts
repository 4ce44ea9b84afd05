/**
 * Failures as a person and a script see them: what happened, what it means for the money, what to do next; a stable code;
 * an exit code. Nothing here prints a stack: that takes QUDAG_DEBUG=1.
 */
import { ORPCError } from '@orpc/client'
import { CommanderError } from 'commander'
import { type FailureKind, meaningOf } from '../api/contract/index.ts'
import { NodeError } from '../core/node-error.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

export interface Failure {
  readonly code: string
  /** What happened and what it means for the money: whole sentences. */
  readonly message: string
  /** What to do next; empty where there is nothing to say. */
  readonly hint: string
  readonly exitCode: ExitCode
}

/** A failure found by the command line itself, with its exit code. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: string
  readonly hint: string
  readonly exitCode: ExitCode

  constructor(
    code: string,
    message: string,
    options: { hint?: string; kind?: FailureKind | 'interrupted'; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint ?? ''
    this.exitCode = exitCodes[options.kind ?? 'failed']
  }
}

/** Something on the command line is wrong: exit code 2. */
export function usageError(message: string, hint = '', code = 'USAGE'): CliError {
  return new CliError(code, message, { hint, kind: 'usage' })
}

/** Codes that never cross the contract: of the socket, and of starting a node. */
const localKinds: Readonly<Record<string, FailureKind>> = {
  NODE_NOT_RUNNING: 'unreachable',
  NODE_NOT_ANSWERING: 'unreachable',
  CONNECTION_LOST: 'unreachable',
  MESSAGE_MALFORMED: 'unreachable',
  PROTOCOL_MISMATCH: 'unreachable',
  PROTOCOL_UNKNOWN: 'unreachable',
  SOCKET_FOLDER_UNSAFE: 'locked',
  DATA_FOLDER_PERMISSIONS: 'locked',
  VALIDATOR_KEY_PERMISSIONS: 'locked',
  PEER_KEY_PERMISSIONS: 'locked',
  VALIDATOR_KEY_LOCKED: 'locked',
  CONFIG_INVALID: 'usage',
  // A typing error, where it comes from a command line. In signed bytes it is the ledger's refusal: `tx submit` says so.
  ADDRESS_INVALID: 'usage',
}

/** What to do next, where the error itself does not say. */
const hints: Readonly<Record<string, string>> = {
  NODE_NOT_RUNNING: 'Start it with: qudag node start --detach',
  CONNECTION_LOST: 'Look whether the node still runs with: qudag node status',
  VAULT_LOCKED: 'Unlock it with: qudag vault unlock',
  VAULT_MISSING: 'Create one with: qudag vault init; or bring one back with: qudag vault restore',
  VAULT_WRONG_PASSWORD: 'Try again; after three wrong passwords each further try has to wait.',
  VAULT_RETRY_LATER: 'Wait, then try again; trying earlier neither counts nor helps.',
  MEMPOOL_FULL: 'Try again in a moment.',
  STORAGE_BUSY: 'Try again in a moment.',
  VAULT_BUSY: 'Try again in a moment.',
  ACCOUNT_UNKNOWN: 'See the accounts of this vault with: qudag account list',
  TOKEN_UNKNOWN: 'See the tokens there are with: qudag token list',
  TRANSACTION_UNKNOWN: 'See what this node knows with: qudag tx list',
  STORAGE_FULL: 'Make room on the disk, then start the node again.',
  INTERNAL: "Look at the node's log.",
}

const nothingMoved = 'Nothing was sent and nothing was charged.'

/** What a refused payment means for the money; undefined where money has no part in it, or the hint says it already. */
function moneySentence(code: string, kind: FailureKind, hint: string): string | undefined {
  if (kind !== 'rejected' && code !== 'MEMPOOL_FULL') return undefined
  return hint.startsWith('Nothing was sent') ? undefined : nothingMoved
}

type Details = Readonly<Record<string, string | number | boolean>>

/** Facts that came with a code, in words. */
function detailSentence(details: Details): string | undefined {
  const { retryAfterMs, position, minChars, maxBytes } = details
  if (typeof retryAfterMs === 'number') return `The next try is possible in ${Math.ceil(retryAfterMs / 1_000)} s.`
  if (typeof position === 'number') return `It is word ${position}.`
  if (typeof minChars === 'number') return `It needs at least ${minChars} characters.`
  if (typeof maxBytes === 'number') return `At most ${maxBytes} bytes are possible.`
  return undefined
}

/** "the vault is locked" → "The vault is locked." */
function sentence(text: string): string {
  const trimmed = text.trim()
  const ended = /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
  return ended.charAt(0).toUpperCase() + ended.slice(1)
}

/** Whatever was thrown, as it is told. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CliError) {
    const { code, message, hint, exitCode } = error
    return { code, message: sentence(message), hint, exitCode }
  }
  if (error instanceof CommanderError) return usageFailure(error)
  if (error instanceof ORPCError) {
    const { hint, details } = (error.data ?? {}) as { hint?: string; details?: Details }
    const code = meaningOf(error.code) === undefined ? 'INTERNAL' : error.code
    return codedFailure(code, error.message, hint, details)
  }
  if (error instanceof NodeError) return codedFailure(error.code, error.message, error.hint, error.details)
  // The RPC library's word for "the connection ended under this call".
  if (error instanceof Error && error.name === 'AbortError') {
    return codedFailure('CONNECTION_LOST', 'The connection to the node ended before it answered', undefined, {})
  }
  return {
    code: 'UNEXPECTED',
    message: 'The program met a fault of its own.',
    hint: 'Set QUDAG_DEBUG=1 to see where.',
    exitCode: exitCodes.failed,
  }
}

function codedFailure(code: string, message: string, hint: string | undefined, details: Details = {}): Failure {
  const kind = localKinds[code] ?? meaningOf(code)?.kind ?? 'failed'
  // A command that can be typed helps more than a general sentence, so ours comes first.
  const next = hints[code] ?? hint ?? ''
  const parts = [sentence(message), detailSentence(details), moneySentence(code, kind, next)]
  return {
    code,
    message: parts.filter((part) => part !== undefined).join(' '),
    hint: next,
    exitCode: exitCodes[kind],
  }
}

function usageFailure({ message }: CommanderError): Failure {
  return {
    code: 'USAGE',
    message: sentence(message.replace(/^error: /, '')),
    hint: 'See: qudag --help',
    exitCode: exitCodes.usage,
  }
}
