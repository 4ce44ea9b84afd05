/**
 * Problem documents (RFC 9457): what every refusal and failure looks like, whichever part of the listener it comes from.
 * `code` is the stable word of the contract's table; `type` leads to its meaning in the list that /docs/errors shows.
 */
import type { ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { NodeError } from '../../../core/node-error.ts'
import { type ErrorCode, type ErrorData, errorTable, meaningOf } from '../../contract/index.ts'
import { securityHeaders } from './security-headers.ts'

export const problemMediaType = 'application/problem+json'

/** One thing wrong with the input: `pointer` into the body (RFC 6901, as a fragment), or the name of a parameter. */
export interface InputIssue {
  readonly pointer?: string
  readonly parameter?: string
  readonly detail: string
}

export interface Problem {
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly hint?: string | undefined
  readonly details?: ErrorData['details'] | undefined
  readonly errors?: readonly InputIssue[] | undefined
  /** Beyond those that the status brings: Allow, Retry-After. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** As thrown where a refusal is found in the middle of something. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }
}

export function problem(code: ErrorCode, more: Partial<Omit<Problem, 'status' | 'code'>> = {}): Problem {
  const { status, meaning } = errorTable[code]
  return { status, code, detail: meaning, ...more }
}

/** Undefined for what is a fault of ours, whose text nobody gets. */
export function problemOfNodeError(error: unknown): Problem | undefined {
  if (!(error instanceof NodeError) || meaningOf(error.code) === undefined) return undefined
  const code = error.code as ErrorCode
  return problem(code, { detail: error.message, hint: error.hint, details: error.details })
}

/** Where the meaning of a code stands: a reference that every client resolves against the address it asked. */
export function problemType(code: ErrorCode): string {
  return `/docs/errors#${code}`
}

/** The document itself. `title` is the same for every occurrence of a code, `detail` is of this one. */
export function problemBody({ status, code, detail, hint, details, errors }: Problem): Record<string, unknown> {
  return {
    type: problemType(code),
    title: errorTable[code].meaning,
    status,
    detail: detail === '' ? errorTable[code].meaning : detail,
    code,
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined || Object.keys(details).length === 0 ? {} : { details }),
    ...(errors === undefined || errors.length === 0 ? {} : { errors }),
  }
}

function headersOf({ status, code, headers, details }: Problem): Record<string, string> {
  const all: Record<string, string> = { 'Content-Type': problemMediaType, ...securityHeaders }
  if (status === 401) {
    // RFC 6750, 3: the error word only where a token was given.
    all['WWW-Authenticate'] =
      code === 'TOKEN_REQUIRED' ? 'Bearer realm="qudag"' : 'Bearer realm="qudag", error="invalid_token"'
  }
  if (status === 429 || status === 503) all['Retry-After'] = String(retryAfterSeconds(details))
  return { ...all, ...headers }
}

/** Where the code says when, that; else a second, after which trying again costs nobody much. */
function retryAfterSeconds(details: Problem['details']): number {
  const ms = details?.retryAfterMs
  return typeof ms === 'number' && ms > 0 ? Math.min(3_600, Math.ceil(ms / 1_000)) : 1
}

/** @param closeConnection true where what follows on the connection cannot be read any more */
export function sendProblem(response: ServerResponse, refused: Problem, closeConnection = false): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const body = Buffer.from(JSON.stringify(problemBody(refused)))
  for (const [name, value] of Object.entries(headersOf(refused))) response.setHeader(name, value)
  if (closeConnection) response.setHeader('Connection', 'close')
  response.setHeader('Content-Length', body.length)
  response.statusCode = refused.status
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

/** The same where there is no response object: a request that could not be parsed, or one that wanted an upgrade. */
export function sendProblemOnSocket(socket: Duplex, refused: Problem): void {
  if (!socket.writable || socket.destroyed) {
    socket.destroy()
    return
  }
  const body = JSON.stringify(problemBody(refused))
  const headers = { ...headersOf(refused), 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status] ?? ''}\r\n${lines.join('')}\r\n${body}`, () =>
    socket.destroy(),
  )
}
