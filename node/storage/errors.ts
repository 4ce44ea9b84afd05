/**
 * How a fault of SQLite or the file system is told: which write it concerns, and whether anything may follow it.
 * Codes raised by the storage as a whole (docs/errors.md):
 * STORAGE_FULL no space left; STORAGE_FAILED any other fault of disk or database; STORAGE_DAMAGED the file is not sound;
 * STORAGE_NOT_OURS another program's database; STORAGE_NEWER_VERSION written by a newer program;
 * STORAGE_ROW_INVALID one row is out of range; STORAGE_BUSY too much outstanding; STORAGE_CLOSED after close().
 */
import { NodeError } from '../core/node-error.ts'

/** A NodeError as it crosses from the worker. */
export interface ErrorMessage {
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, string | number | boolean>>
}

export function toErrorMessage(error: NodeError): ErrorMessage {
  return { code: error.code, message: error.message, hint: error.hint, details: { ...error.details } }
}

export function fromErrorMessage({ code, message, hint, details }: ErrorMessage): NodeError {
  return new NodeError(code, message, { hint, details })
}

export const restoreHint =
  'Move the data folder aside and restore the wallet from its recovery phrase or a backup; keep the old folder until that has worked.'
const freeSpaceHint =
  'Free some space on the disk that holds the data folder, then start again; nothing acknowledged is lost.'
const checkDiskHint =
  'Check the disk and the permissions of the data folder, then start again; nothing acknowledged is lost.'

function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** True where the fault lies in one row, so that only its write is undone; anything else ends the storage. */
export function concernsOneWrite(cause: unknown): boolean {
  if (cause instanceof NodeError) return cause.code !== 'STORAGE_FAILED' && cause.code !== 'STORAGE_DAMAGED'
  const code = codeOf(cause)
  return !code.startsWith('SQLITE_') || code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_TOOBIG'
}

/** A NodeError passes as it is. */
export function storageError(cause: unknown): NodeError {
  if (cause instanceof NodeError) return cause
  const code = codeOf(cause)
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new NodeError('STORAGE_FULL', 'the disk is full', { hint: freeSpaceHint, cause })
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(reason, {}, cause)
  return new NodeError('STORAGE_FAILED', `the database cannot be used: ${reason}`, {
    hint: checkDiskHint,
    details: code === '' ? {} : { cause: code },
    cause,
  })
}

/** Why one write was refused while the others go on. */
export function writeError(cause: unknown): NodeError {
  if (cause instanceof NodeError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new NodeError('STORAGE_ROW_INVALID', `a row cannot be stored: ${reason}`, { cause })
}

export function damaged(
  reason: string,
  details: Readonly<Record<string, string | number | boolean>> = {},
  cause?: unknown,
): NodeError {
  return new NodeError('STORAGE_DAMAGED', `the database is damaged: ${reason}`, { hint: restoreHint, details, cause })
}

export function invalidRow(reason: string): NodeError {
  return new NodeError('STORAGE_ROW_INVALID', `a row cannot be stored: ${reason}`)
}
