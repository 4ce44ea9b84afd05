/**
 * Requests that a running node has answered over HTTP, a line each on stderr at level debug. The listener tells no path,
 * query, header or body, so no line can hold a secret: the route is its template, the caller the id of its token.
 */
import type { Answered } from '../api/transports/http/index.ts'
import type { Environment } from './environment.ts'
import type { Settings } from './settings.ts'

/** Undefined where the level leaves requests out. */
export function createRequestLog(
  { logLevel, logFormat }: Pick<Settings, 'logLevel' | 'logFormat'>,
  { stderr }: Pick<Environment, 'stderr'>,
): ((request: Answered) => void) | undefined {
  if (logLevel !== 'debug') return undefined
  return ({ method, route, status, code, tokenId, durationMs }) => {
    const time = new Date().toISOString()
    const ms = Math.round(durationMs * 10) / 10
    stderr.write(
      logFormat === 'json'
        ? `${JSON.stringify({ time, level: 'debug', where: 'http', method, route, status, code, token: tokenId, ms })}\n`
        : `${time} debug http: ${method} ${route} ${status}${code === undefined ? '' : ` ${code}`} ${ms} ms${tokenId === undefined ? '' : ` (${tokenId})`}\n`,
    )
  }
}
