/**
 * The token travels as a subprotocol (RFC 6455, 11.3.4), since a page can set no other header: `bearer.<token>` beside
 * the protocol that is meant. Only the latter is ever echoed.
 */
import type { IncomingMessage } from 'node:http'
import { bearerPrefix } from '../../client/index.ts'
import { type Problem, problem } from '../http/index.ts'

export interface Offer {
  readonly token: string
  /** The protocol to echo. */
  readonly protocol: string
}

/** Problems: TOKEN_REQUIRED, TOKEN_INVALID, INPUT_INVALID. */
export function readOffer(
  request: IncomingMessage,
  wanted: readonly string[],
  maxSubprotocols: number,
): Offer | Problem {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim())
  const tokens = offered.filter((text) => text.startsWith(bearerPrefix))
  const [token] = tokens
  if (token === undefined) {
    return problem('TOKEN_REQUIRED', { hint: `Offer the subprotocols ${wanted[0]} and ${bearerPrefix}<token>.` })
  }
  if (tokens.length > 1 || token.length === bearerPrefix.length) return problem('TOKEN_INVALID')
  const protocol = offered.find((text) => wanted.includes(text))
  if (protocol === undefined || offered.length > maxSubprotocols) {
    return problem('INPUT_INVALID', {
      detail: `The subprotocol ${wanted[0]} is not offered.`,
      details: { field: 'Sec-WebSocket-Protocol', reason: `${wanted[0]} is missing` },
    })
  }
  return { token: token.slice(bearerPrefix.length), protocol }
}
