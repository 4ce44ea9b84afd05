/**
 * Errors as values. Pure code returns a Result; code that does I/O throws a NodeError with the same codes.
 */

export type Ok<T> = { readonly ok: true; readonly value: T }
export type Err<E> = { readonly ok: false; readonly error: E }
export type Result<T, E> = Ok<T> | Err<E>

/** An error with a stable code: what REST, the command line and the audit log show. */
export interface CodedError {
  readonly code: string
}

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value }
}

export function err<E>(error: E): Err<E> {
  return { ok: false, error }
}
