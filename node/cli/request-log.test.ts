import { describe, expect, it } from 'vitest'
import { createRequestLog } from './request-log.ts'

const request = {
  method: 'GET',
  route: '/api/v1/accounts/{account}',
  status: 403,
  code: 'SCOPE_REQUIRED',
  tokenId: 'token-1',
  durationMs: 1.234,
}

function logged(logFormat: 'text' | 'json'): string {
  let text = ''
  const stderr = { write: (line: string) => (text += line) } as unknown as NodeJS.WriteStream
  createRequestLog(() => ({ logLevel: 'debug', logFormat }), { stderr })(request)
  return text
}

describe('createRequestLog', () => {
  it('writes a line a request, for people or for machines', () => {
    expect(logged('text')).toMatch(
      /^\S+Z debug http: GET \/api\/v1\/accounts\/\{account\} 403 SCOPE_REQUIRED 1\.2 ms \(token-1\)\n$/,
    )
    expect(JSON.parse(logged('json'))).toMatchObject({
      level: 'debug',
      where: 'http',
      status: 403,
      token: 'token-1',
      ms: 1.2,
    })
  })

  it('writes nothing below debug, by the level of the moment', () => {
    const lines: string[] = []
    const stderr = { write: (line: string) => lines.push(line) }
    let logLevel: 'error' | 'warn' | 'info' | 'debug' = 'debug'
    const log = createRequestLog(() => ({ logLevel, logFormat: 'text' }), { stderr })
    for (logLevel of ['error', 'warn', 'info'] as const) log(request)
    expect(lines).toEqual([])
    logLevel = 'debug'
    log(request)
    expect(lines).toHaveLength(1)
  })
})
