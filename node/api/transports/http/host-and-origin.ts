/**
 * Which page may talk to this listener. Host must be a name of the listener itself: a foreign name that was made to
 * resolve to this machine (DNS rebinding) is refused. Origin, which every browser sends with what a page asks of another
 * site, must be the listener's own; only programs, which carry a bearer token instead, may leave it out.
 * RFC 9110, 7.2 (Host), RFC 6454, 7 (Origin: "null" is what sandboxed and local pages send).
 */
import type { IncomingMessage } from 'node:http'
import { type Problem, problem } from './problem.ts'

export interface OwnAddress {
  readonly scheme: 'http' | 'https'
  readonly port: number
  /** Whether a lower-case name from a Host header, brackets of IPv6 included, is one of the listener's. */
  readonly isOwnName: (name: string) => boolean
}

const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

export function isLoopbackName(name: string): boolean {
  return loopbackNames.has(name)
}

/** Undefined where the request names this listener. */
export function checkHost(request: IncomingMessage, own: OwnAddress): Problem | undefined {
  const given = request.headersDistinct.host
  if (given === undefined || given.length !== 1) {
    return problem('REQUEST_MALFORMED', { detail: 'A request has exactly one Host header.' })
  }
  return authorityOf(given[0] ?? '', own) === undefined
    ? problem('HOST_REFUSED', { hint: `Use ${own.scheme}://127.0.0.1:${own.port}.` })
    : undefined
}

/**
 * Undefined where the Origin is the listener's own, or absent with a bearer token.
 *
 * @param hasBearer whether the request carries a token, sound or not: a page cannot make a browser add one
 */
export function checkOrigin(request: IncomingMessage, own: OwnAddress, hasBearer: boolean): Problem | undefined {
  const given = request.headersDistinct.origin
  if (given === undefined)
    return hasBearer ? undefined : problem('ORIGIN_REFUSED', { detail: 'The Origin is missing.' })
  const authority = authorityOf(request.headers.host ?? '', own)
  return authority !== undefined && given.length === 1 && given[0] === `${own.scheme}://${authority}`
    ? undefined
    : problem('ORIGIN_REFUSED')
}

/** As an origin spells it, without the default port; undefined where the Host is not ours. */
function authorityOf(host: string, own: OwnAddress): string | undefined {
  const match = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})(?::([0-9]{1,5}))?$/.exec(host.toLowerCase())
  if (match === null) return undefined
  const [, name = '', port] = match
  const defaultPort = own.scheme === 'https' ? 443 : 80
  if (Number(port ?? defaultPort) !== own.port || !own.isOwnName(name)) return undefined
  return own.port === defaultPort ? name : `${name}:${own.port}`
}
