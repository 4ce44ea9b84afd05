import type { IncomingMessage } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkHost, checkOrigin, isLoopbackName, type OwnAddress } from './host-and-origin.ts'

const own: OwnAddress = { scheme: 'http', port: 3000, isOwnName: isLoopbackName }

function request(headers: Record<string, string | string[] | undefined>): IncomingMessage {
  const distinct = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? [value] : value] as const],
  )
  return {
    headers: Object.fromEntries(distinct.map(([name, values]) => [name, values[0]])),
    headersDistinct: Object.fromEntries(distinct),
  } as unknown as IncomingMessage
}

describe('checkHost', () => {
  it.each(['127.0.0.1:3000', 'localhost:3000', 'LOCALHOST:3000', '[::1]:3000'])('takes %s', (host) => {
    expect(checkHost(request({ host }), own)).toBeUndefined()
  })

  it.each([
    'rebound.example:3000',
    '127.0.0.1.rebound.example:3000',
    'localhost.rebound.example:3000',
    'localhost',
    'localhost:3001',
    'localhost:80',
    'localhost:03000x',
    'localhost.:3000',
    '127.0.0.2:3000',
    '[::2]:3000',
    '::1:3000',
    'user@localhost:3000',
    'localhost:3000/x',
    ' localhost:3000',
    '',
  ])('refuses "%s"', (host) => {
    expect(checkHost(request({ host }), own)?.code).toBe('HOST_REFUSED')
  })

  it('refuses a request without Host, or with two', () => {
    expect(checkHost(request({}), own)?.code).toBe('REQUEST_MALFORMED')
    expect(checkHost(request({ host: ['localhost:3000', 'rebound.example'] }), own)?.code).toBe('REQUEST_MALFORMED')
  })

  it('lets the default port of the scheme be left out', () => {
    const onDefault: OwnAddress = { ...own, scheme: 'https', port: 443 }
    expect(checkHost(request({ host: 'localhost' }), onDefault)).toBeUndefined()
    expect(checkHost(request({ host: 'localhost:443' }), onDefault)).toBeUndefined()
    expect(checkHost(request({ host: 'localhost:80' }), onDefault)?.code).toBe('HOST_REFUSED')
  })

  it('takes nothing but its own names, whatever is sent (property)', () => {
    const allowed = new Set(['127.0.0.1:3000', 'localhost:3000', '[::1]:3000'])
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6()),
        fc.integer({ min: 0, max: 65_535 }),
        (name, port) => {
          for (const host of [name, `${name}:${port}`, `${name}:3000`]) {
            if (!allowed.has(host.toLowerCase())) expect(checkHost(request({ host }), own)?.code).toBe('HOST_REFUSED')
          }
        },
      ),
    )
  })
})

describe('checkOrigin', () => {
  const host = '127.0.0.1:3000'

  it('takes its own origin, with a token or without', () => {
    const origin = 'http://127.0.0.1:3000'
    expect(checkOrigin(request({ host, origin }), own, false)).toBeUndefined()
    expect(checkOrigin(request({ host, origin }), own, true)).toBeUndefined()
  })

  it('may be absent only with a token', () => {
    expect(checkOrigin(request({ host }), own, true)).toBeUndefined()
    expect(checkOrigin(request({ host }), own, false)?.code).toBe('ORIGIN_REFUSED')
  })

  it.each([
    'null',
    '',
    'http://localhost:3000',
    'https://127.0.0.1:3000',
    'http://127.0.0.1:3001',
    'http://127.0.0.1',
    'http://127.0.0.1:3000/',
    'http://rebound.example:3000',
    'http://127.0.0.1:3000.rebound.example',
  ])('refuses "%s", a token notwithstanding', (origin) => {
    expect(checkOrigin(request({ host, origin }), own, true)?.code).toBe('ORIGIN_REFUSED')
  })
})
