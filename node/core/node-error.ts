/**
 * The one error class that I/O throws. Its code is stable and documented where it is raised; nobody matches on a message.
 */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  /** Stable, upper snake case; reaches REST, the command line and the audit log. */
  readonly code: string
  /** What the person can do next, in one sentence; never holds a secret. */
  readonly hint: string | undefined
  /** Machine-readable facts (amounts as decimal strings, delays in ms); never holds a secret. */
  readonly details: Readonly<Record<string, string | number | boolean>>

  constructor(
    code: string,
    message: string,
    options: {
      hint?: string | undefined
      details?: Readonly<Record<string, string | number | boolean>>
      cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? {}
  }
}

/** A broken invariant of our own: never caused by input, so it stops the operation with a stack trace. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${message}`)
}
