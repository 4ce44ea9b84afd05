/**
 * Requests that a running node has answered over HTTP, a line each on stderr at level debug. The listener tells no path,
 * query, header or body, so no line can hold a secret: the route is its template, the caller the id of its token.
 */
import type { Answered } from '../api/transports/http/index.ts'
import type { Environment } from './environment.ts'
import type { Settings } from './settings.ts'

/** @param settings asked at each request: the level changes while a node runs, and most leave requests out */
export function createRequestLog(
  settings: () => Pick<Settings, 'logLevel' | 'logFormat'>,
  { stderr }: Pick<Environment, 'stderr'>,
): (request: Answered) => void {
  return ({ method, route, status, code, tokenId, durationMs }) => {
    const { logLevel, logFormat } = settings()
    if (logLevel !== 'debug') return
    const time = new Date().toISOString()
    const ms = Math.round(durationMs * 10) / 10
    stderr.write(
      logFormat === 'json'
        ? `${JSON.stringify({ time, level: 'debug', where: 'http', method, route, status, code, token: tokenId, ms })}\n`
        : `${time} debug http: ${method} ${route} ${status}${code === undefined ? '' : ` ${code}`} ${ms} ms${tokenId === undefined ? '' : ` (${tokenId})`}\n`,
    )
  }
}
