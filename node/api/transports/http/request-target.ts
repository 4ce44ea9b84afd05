/** The target of a request, as it was asked: nothing is normalised, so that what is matched is what was sent. */
import type { IncomingMessage } from 'node:http'
import type { HttpLimits } from './limits.ts'
import { type Problem, problem } from './problem.ts'

export interface RequestTarget {
  readonly path: string
  readonly query: URLSearchParams
}

/** Names under which programs put tokens into addresses (RFC 6750, 2.3, and habits). */
const tokenNames: ReadonlySet<string> = new Set([
  'access_token',
  'token',
  'bearer',
  'authorization',
  'auth',
  'api_key',
  'apikey',
])

/** The path as it was asked, and the query. */
export function targetOf({ url = '' }: IncomingMessage, limits: HttpLimits): RequestTarget | Problem {
  if (url.length > limits.maxUrlBytes) return problem('URL_TOO_LONG', { details: { maxBytes: limits.maxUrlBytes } })
  // Origin form only (RFC 9112, 3.2.1), but for `OPTIONS *`.
  if (!url.startsWith('/') && url !== '*') {
    return problem('REQUEST_MALFORMED', { detail: 'The target of a request begins with a slash.' })
  }
  const end = url.indexOf('?')
  const query = new URLSearchParams(end === -1 ? '' : url.slice(end + 1))
  if (query.size > limits.maxQueryParameters) {
    return problem('INPUT_INVALID', { detail: 'The query has too many parameters.' })
  }
  return { path: end === -1 ? url : url.slice(0, end), query }
}

/** True where a parameter is named like one that carries a token. */
export function hasTokenInQuery({ query }: RequestTarget): boolean {
  return [...query.keys()].some((name) => tokenNames.has(name.toLowerCase()))
}
