import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../core/clock.ts'
import { seededRng } from '../../../core/rng.ts'
import { httpLimits } from './limits.ts'
import type { Answered, HttpListener, HttpListenerOptions } from './listener.ts'
import { createHttpListener } from './listener.ts'
import { sendJson } from './send.ts'
import { ask, openSocket, sendRaw, temporaryFolder } from './test-support.ts'

const undo: (() => void | Promise<void>)[] = []

afterEach(async () => {
  for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step()
})

interface SetUp {
  readonly listener: HttpListener
  readonly token: string
  readonly clock: ManualClock
  readonly audited: Record<string, unknown>[]
  readonly answered: Answered[]
  readonly faults: unknown[]
  /** Lets the handler of GET /slow answer. */
  readonly goOn: () => void
}

async function setUp(options: Partial<HttpListenerOptions> = {}): Promise<SetUp> {
  const folder = temporaryFolder()
  undo.push(folder.remove)
  const clock = new ManualClock()
  const audited: SetUp['audited'] = []
  const answered: Answered[] = []
  const faults: unknown[] = []
  const listener = await createHttpListener(
    { dataDir: folder.path, port: 0, ...options },
    {
      clock,
      rng: seededRng(7),
      tokens: {
        authenticate: async (token) => (token === 'reader' ? { id: 'token-1', scopes: ['read'] } : null),
      },
      audit: (action, details) => audited.push({ action, ...details }),
      onAnswered: (answer) => answered.push(answer),
      reportFault: (fault) => faults.push(fault),
    },
  )
  undo.push(() => listener.close())
  const { promise, resolve } = Promise.withResolvers<void>()
  listener.route({
    method: 'GET',
    template: '/things/{id}',
    access: ['read'],
    handle: ({ response, params, caller }) => sendJson(response, 200, { id: params.id, as: caller?.tokenId }),
  })
  listener.route({
    method: 'POST',
    template: '/things',
    access: ['spend'],
    handle: async ({ response, readJson }) => sendJson(response, 201, await readJson()),
  })
  listener.route({
    method: 'GET',
    template: '/slow',
    access: ['read'],
    handle: async ({ response }) => {
      await promise
      sendJson(response, 200, {})
    },
  })
  listener.route({
    method: 'GET',
    template: '/fault',
    access: [],
    handle: () => {
      throw new Error('the password is hunter2')
    },
  })
  listener.route({
    method: 'GET',
    template: '/open',
    access: 'anybody',
    handle: ({ response }) => sendJson(response, 200, {}),
  })
  listener.route({
    method: 'POST',
    template: '/session',
    access: 'own-page',
    handle: async ({ response, readJson }) => {
      const { code } = (await readJson()) as { code: string }
      sendJson(response, 200, { token: listener.sessions.exchange(code)?.token ?? null })
    },
  })
  return { listener, token: readFileSync(listener.tokenFile, 'utf8'), clock, audited, answered, faults, goOn: resolve }
}

const problemOf = (raw: string): Record<string, unknown> => JSON.parse(raw.slice(raw.indexOf('\r\n\r\n') + 4))

describe("the owner's token", () => {
  it('is in a file that only the owner can read, and gone when the listener is closed', async () => {
    const { listener, token } = await setUp()
    expect(statSync(listener.tokenFile).mode & 0o777).toBe(0o600)
    expect(token).toMatch(/^qudag_owner_[\w-]{43}$/)
    expect((await ask(listener.url, '/things/1', { token })).body).toEqual({ id: '1', as: 'owner' })
    await listener.close()
    expect(existsSync(listener.tokenFile)).toBe(false)
  })

  it.each(['', ' ', 'x', 'reader2', 'a b', 'a'.repeat(600), '=', 'ä'])('is not "%s"', async (token) => {
    const { listener } = await setUp()
    const reply = await ask(listener.url, '/things/1', { headers: { authorization: `Bearer ${token}` } })
    expect(reply.status).toBe(401)
    expect(reply.headers['www-authenticate']).toMatch(/^Bearer realm="qudag"/)
    expect(reply.text).not.toContain(token.length > 1 ? token : '\0')
  })

  it('is taken as bearer in one Authorization header only', async () => {
    const { listener, token } = await setUp()
    const status = async (headers: Record<string, string | string[]>) =>
      (await ask(listener.url, '/things/1', { headers })).status
    expect(await status({ authorization: `bearer ${token}` })).toBe(200)
    expect(await status({ authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` })).toBe(401)
    expect(await status({ authorization: token })).toBe(401)
    expect(await status({ cookie: `token=${token}` })).toBe(401)
    expect(await status({ 'x-api-key': token })).toBe(401)
  })

  it('is refused in an address, and never logged', async () => {
    const { listener, token, audited, answered } = await setUp()
    for (const name of ['access_token', 'token', 'ACCESS_TOKEN', 'api_key']) {
      const reply = await ask(listener.url, `/things/1?${name}=${token}`)
      expect(reply.body).toMatchObject({ status: 400, code: 'TOKEN_IN_QUERY' })
      expect(reply.text).not.toContain(token)
    }
    expect(JSON.stringify([audited, answered])).not.toContain(token)
  })
})

describe('the gate', () => {
  it('refuses other hosts: a name made to resolve to this machine reaches nothing', async () => {
    const { listener, token, audited } = await setUp()
    for (const host of [
      'rebound.example',
      `rebound.example:${listener.port}`,
      '127.0.0.1',
      `127.0.0.1:${listener.port + 1}`,
    ]) {
      for (const path of ['/things/1', '/open', '/nothing']) {
        expect((await ask(listener.url, path, { token, headers: { host } })).body).toMatchObject({
          code: 'HOST_REFUSED',
          status: 403,
        })
      }
    }
    expect(audited[0]).toEqual({ action: 'api.refused', code: 'HOST_REFUSED', route: 'unmatched', count: 1 })
  })

  it('refuses other origins, "null" among them, a sound token notwithstanding', async () => {
    const { listener, token } = await setUp()
    for (const origin of [
      'https://foreign.example',
      'null',
      `http://localhost:${listener.port}`,
      `https://127.0.0.1:${listener.port}`,
    ]) {
      for (const path of ['/things/1', '/open']) {
        expect((await ask(listener.url, path, { token, headers: { origin } })).body).toMatchObject({
          code: 'ORIGIN_REFUSED',
        })
      }
    }
    expect((await ask(listener.url, '/things/1', { token, headers: { origin: listener.url } })).status).toBe(200)
  })

  it('answers no preflight, and sends no CORS header and no cookie', async () => {
    const { listener, token } = await setUp()
    const preflight = await ask(listener.url, '/things', {
      method: 'OPTIONS',
      headers: { origin: 'https://foreign.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight).toMatchObject({ status: 405, headers: { allow: 'POST' }, body: { code: 'METHOD_NOT_ALLOWED' } })
    for (const reply of [preflight, await ask(listener.url, '/things/1', { token })]) {
      expect(Object.keys(reply.headers).filter((name) => /^access-control|^set-cookie/.test(name))).toEqual([])
    }
  })

  it('lets a page without token post only from its own origin', async () => {
    const { listener } = await setUp()
    const { code } = listener.sessions.issueCode()
    const post = (headers: Record<string, string>) =>
      ask(listener.url, '/session', { method: 'POST', body: { code }, headers })
    expect((await post({})).body.code).toBe('ORIGIN_REFUSED')
    expect((await post({ origin: 'null' })).body.code).toBe('ORIGIN_REFUSED')
    expect((await post({ authorization: 'Bearer x' })).body.code).toBe('ORIGIN_REFUSED')
    const { token } = (await post({ origin: listener.url })).body
    expect((await ask(listener.url, '/things/1', { token: String(token) })).body).toEqual({ id: '1', as: 'owner' })
    expect((await post({ origin: listener.url })).body).toEqual({ token: null })
  })

  it('refuses a form, which any page may post without asking', async () => {
    const { listener, token } = await setUp()
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', '']) {
      const reply = await ask(listener.url, '/things', {
        method: 'POST',
        token,
        body: '{}',
        headers: { 'content-type': type },
      })
      expect(reply.body).toMatchObject({ code: 'MEDIA_TYPE_UNSUPPORTED', status: 415 })
    }
  })

  it('asks for the scope', async () => {
    const { listener } = await setUp()
    expect((await ask(listener.url, '/things/1', { token: 'reader' })).body).toEqual({ id: '1', as: 'token-1' })
    const refused = await ask(listener.url, '/things', { method: 'POST', token: 'reader', body: {} })
    expect(refused.body).toMatchObject({ status: 403, code: 'SCOPE_REQUIRED', details: { scope: 'spend' } })
  })

  it('tells unknown addresses from wrong methods, and HEAD has no body', async () => {
    const { listener, token } = await setUp()
    expect((await ask(listener.url, '/nothing', { token })).body).toMatchObject({ status: 404, code: 'ROUTE_UNKNOWN' })
    expect((await ask(listener.url, '/nothing')).body).toMatchObject({ status: 401 })
    const wrong = await ask(listener.url, '/things/1', { token, method: 'PUT', body: {} })
    expect(wrong).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
    const head = await ask(listener.url, '/things/1', { token, method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-length': '23' } })
  })

  it('says nothing of a fault of its own', async () => {
    const { listener, token, faults } = await setUp()
    const reply = await ask(listener.url, '/fault', { token })
    expect(reply.body).toEqual({
      type: '/docs/errors#INTERNAL',
      title: 'The node met a fault of its own; its log has the details.',
      status: 500,
      detail: 'The node met a fault of its own; its log has the details.',
      code: 'INTERNAL',
    })
    expect(faults).toHaveLength(1)
  })
})

describe('bodies', () => {
  it('come back as they are', async () => {
    const { listener, token } = await setUp()
    const body = { a: [1, 'ü', null] }
    expect((await ask(listener.url, '/things', { method: 'POST', token, body })).body).toEqual(body)
    const headers = { 'content-type': 'application/json; charset=UTF-8' }
    expect((await ask(listener.url, '/things', { method: 'POST', token, body, headers })).status).toBe(201)
  })

  it.each([
    ['', 'JSON_MALFORMED'],
    ['{', 'JSON_MALFORMED'],
    ['{"a":1}x', 'JSON_MALFORMED'],
    [Uint8Array.of(0x22, 0xff, 0x22), 'JSON_MALFORMED'],
    ['['.repeat(17) + ']'.repeat(17), 'JSON_TOO_DEEP'],
    ['['.repeat(100_000), 'JSON_TOO_DEEP'],
  ])('of %s end in %s', async (body, code) => {
    const { listener, token } = await setUp()
    const reply = await ask(listener.url, '/things', { method: 'POST', token, body })
    expect(reply.body).toMatchObject({ status: 400, code })
  })

  it('are refused by their declared length, their real length, and compression', async () => {
    const { listener, token } = await setUp({ limits: { maxBodyBytes: 100 } })
    const post = (body: string, headers: Record<string, string> = {}) =>
      ask(listener.url, '/things', { method: 'POST', token, body, headers })
    expect((await post(JSON.stringify('x'.repeat(98)))).status).toBe(201)
    expect((await post(JSON.stringify('x'.repeat(99)))).body).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
    expect((await post(JSON.stringify('x'.repeat(500_000)))).status).toBe(413)
    expect((await post('{}', { 'content-encoding': 'gzip' })).body.code).toBe('MEDIA_TYPE_UNSUPPORTED')
    const head = `POST /things HTTP/1.1\r\nHost: 127.0.0.1:${listener.port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`
    const chunk = `50\r\n${'x'.repeat(80)}\r\n`
    const raw = await sendRaw(listener.url, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}0\r\n\r\n`)
    expect(problemOf(raw)).toMatchObject({ status: 413 })
  })

  it('are not asked for before the gate: 100 Continue comes after the token', async () => {
    const { listener, token } = await setUp()
    const head = (bearer: string) =>
      `POST /things HTTP/1.1\r\nHost: 127.0.0.1:${listener.port}\r\nAuthorization: Bearer ${bearer}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n`
    const refused = await sendRaw(listener.url, head('wrong'))
    expect(refused).not.toContain('100 Continue')
    expect(problemOf(refused)).toMatchObject({ status: 401 })
    expect(await sendRaw(listener.url, `${head(token)}{}`)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201 /)
    const other = await sendRaw(listener.url, head(token).replace('100-continue', 'miracles'))
    expect(problemOf(other)).toMatchObject({ status: 417, code: 'EXPECTATION_FAILED' })
  })

  it('that never come after a refusal end the connection, without a second answer', async () => {
    const { listener } = await setUp({
      limits: { requestTimeoutMs: 120, headersTimeoutMs: 100, timeoutCheckIntervalMs: 20 },
    })
    const head = `POST /things HTTP/1.1\r\nHost: 127.0.0.1:${listener.port}\r\nContent-Length: 100\r\n\r\n{`
    const raw = await sendRaw(listener.url, head)
    expect(problemOf(raw)).toMatchObject({ status: 401 })
    expect(raw.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })

  it('that come too slowly end in 408', async () => {
    const { listener, token } = await setUp({ limits: { requestTimeoutMs: 80 } })
    const head = `POST /things HTTP/1.1\r\nHost: 127.0.0.1:${listener.port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":`
    expect(problemOf(await sendRaw(listener.url, head))).toMatchObject({ status: 408, code: 'REQUEST_TIMEOUT' })
  })
})

describe('what is not quite HTTP', () => {
  it.each([
    ['nonsense', 'GET\r\n\r\n', 400, 'REQUEST_MALFORMED'],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'REQUEST_MALFORMED'],
    [
      'two lengths',
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'REQUEST_MALFORMED',
    ],
    [
      'a length and chunks',
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'REQUEST_MALFORMED',
    ],
    ['no Host', 'GET /open HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'REQUEST_MALFORMED'],
    [
      'the form for proxies',
      'GET http://127.0.0.1/open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      400,
      'REQUEST_MALFORMED',
    ],
    ['a tunnel', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
    [
      'headers without end',
      `GET /open HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
    [
      'a long address',
      `GET /${'x'.repeat(httpLimits.maxUrlBytes)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      414,
      'URL_TOO_LONG',
    ],
  ])('%s gets a problem document', async (_, text, status, code) => {
    const { listener } = await setUp()
    const raw = await sendRaw(listener.url, text)
    expect(raw).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(raw.toLowerCase()).toContain('content-type: application/problem+json')
    expect(problemOf(raw)).toMatchObject({ status, code })
  })

  it('slow headers are cut off', async () => {
    const { listener } = await setUp({ limits: { headersTimeoutMs: 100, timeoutCheckIntervalMs: 20 } })
    const raw = await sendRaw(listener.url, 'GET /open HTTP/1.1\r\nHost: ')
    expect(problemOf(raw)).toMatchObject({ status: 408, code: 'REQUEST_TIMEOUT' })
  })

  it('an upgrade that nobody takes is refused, and its Host and Origin are checked first', async () => {
    const { listener, token } = await setUp()
    const upgrade = (host: string, extra = '') =>
      sendRaw(
        listener.url,
        `GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n${extra}\r\n`,
      )
    const own = `127.0.0.1:${listener.port}`
    expect(problemOf(await upgrade('rebound.example'))).toMatchObject({ code: 'HOST_REFUSED' })
    expect(problemOf(await upgrade(own, 'Origin: null\r\n'))).toMatchObject({ code: 'ORIGIN_REFUSED' })
    // Without Origin and token it is whoever takes upgrades that misses the token.
    expect(problemOf(await upgrade(own))).toMatchObject({ code: 'ROUTE_UNKNOWN' })
    expect(problemOf(await upgrade(own, 'Origin: https://foreign.example\r\n'))).toMatchObject({
      code: 'ORIGIN_REFUSED',
    })
    expect(problemOf(await upgrade(own, `Authorization: Bearer ${token}\r\n`))).toMatchObject({ code: 'ROUTE_UNKNOWN' })
    const taken: string[] = []
    listener.onUpgrade((request, socket) => {
      taken.push(request.url ?? '')
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
    })
    expect(await upgrade(own, `Sec-WebSocket-Protocol: qudag.rpc.v1, bearer.${token}\r\n`)).toContain('101 ')
    expect(taken).toEqual(['/ws'])
  })

  it('an upgrade to anything else is an ordinary request', async () => {
    const { listener } = await setUp()
    const headers = { upgrade: 'h2c', connection: 'Upgrade, HTTP2-Settings', 'http2-settings': '' }
    expect((await ask(listener.url, '/open', { headers })).status).toBe(200)
  })
})

describe('limits', () => {
  it('hold for a token and say when to come back', async () => {
    const { listener, token, clock } = await setUp({ limits: { tokenQuota: 3 } })
    const get = () => ask(listener.url, '/things/1', { token })
    expect((await get()).headers).toMatchObject({
      'ratelimit-policy': '"address";q=20000;w=10, "token";q=3;w=10',
      ratelimit: '"address";r=19999;t=1, "token";r=2;t=4',
    })
    await get()
    await get()
    const refused = await get()
    expect(refused.body).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
    expect(refused.headers['retry-after']).toBe('4')
    expect((await ask(listener.url, '/things/1', { token: 'reader' })).status).toBe(200)
    clock.advance(4_000)
    expect((await get()).status).toBe(200)
  })

  it('hold for an address, those without a token among its requests', async () => {
    const { listener, token } = await setUp({ limits: { addressQuota: 3 } })
    for (let i = 0; i < 3; i++) expect((await ask(listener.url, '/things/1', { token: 'wrong' })).status).toBe(401)
    expect((await ask(listener.url, '/things/1', { token })).body.code).toBe('RATE_LIMITED')
    expect((await ask(listener.url, '/open')).body.code).toBe('RATE_LIMITED')
  })

  it('hold for requests at once, of a token and in all', async () => {
    const { listener, token, goOn } = await setUp({
      limits: { maxConcurrentRequestsPerCaller: 2, maxConcurrentRequests: 3 },
    })
    const slow = [token, token].map((own) => ask(listener.url, '/slow', { token: own }))
    const refused = await untilRefused(() => ask(listener.url, '/things/1', { token }))
    expect(refused.body).toMatchObject({ status: 429, code: 'TOO_MANY_CALLS' })
    expect((await ask(listener.url, '/things/1', { token: 'reader' })).status).toBe(200)
    slow.push(ask(listener.url, '/slow', { token: 'reader' }))
    const full = await untilRefused(() => ask(listener.url, '/open'))
    expect(full.body).toMatchObject({ status: 429, code: 'TOO_MANY_CALLS' })
    goOn()
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await ask(listener.url, '/things/1', { token })).status).toBe(200)
  })

  it('keep a thousand idle connections from shutting others out', async () => {
    const { listener, token } = await setUp({ limits: { maxConnections: 128, maxConnectionsPerAddress: 64 } })
    const heapBefore = process.memoryUsage().heapUsed
    const sockets: Socket[] = []
    for (let batch = 0; batch < 10; batch++) {
      const opened = await Promise.all(Array.from({ length: 100 }, () => openSocket(listener.url)))
      for (const socket of opened) socket.on('error', () => undefined)
      sockets.push(...opened)
      expect((await ask(listener.url, '/things/1', { token })).status).toBe(200)
    }
    // Their ends of the sockets are in this process too, at some 10 kB each.
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(60_000_000)
    expect(sockets).toHaveLength(1_000)
    expect(listener.connections).toBeLessThanOrEqual(64)
    for (const socket of sockets) socket.destroy()
  })
})

async function untilRefused(get: () => ReturnType<typeof ask>): ReturnType<typeof ask> {
  for (;;) {
    const reply = await get()
    if (reply.status !== 200) return reply
  }
}

describe('opening and closing', () => {
  it('listens on both loopback addresses, under one port', async () => {
    const { listener, token } = await setUp()
    expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`)
    expect(listener.isLoopback).toBe(true)
    const v6 = await ask(`http://[::1]:${listener.port}`, '/things/1', { token }).catch(
      (error: { code: string }) => error.code,
    )
    // Machines without IPv6 have the other one only.
    if (v6 !== 'ECONNREFUSED' && v6 !== 'EADDRNOTAVAIL') expect(v6).toMatchObject({ status: 200 })
  })

  it('names the option where the port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    undo.push(() => new Promise((resolve) => other.close(() => resolve())))
    const { port } = other.address() as AddressInfo
    const opening = setUp({ port })
    await expect(opening).rejects.toMatchObject({
      code: 'API_PORT_IN_USE',
      hint: expect.stringContaining('--api-port'),
    })
  })

  it('opens nothing to other machines without the word, a certificate and its key', async () => {
    await expect(setUp({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'API_REMOTE_REFUSED' })
    await expect(setUp({ host: '0.0.0.0', allowRemote: true })).rejects.toMatchObject({ code: 'API_REMOTE_REFUSED' })
    await expect(setUp({ tlsCertFile: '/nowhere' })).rejects.toMatchObject({ code: 'API_TLS_FILES' })
    await expect(setUp({ tlsCertFile: '/nowhere', tlsKeyFile: '/nowhere' })).rejects.toMatchObject({
      code: 'API_TLS_FILES',
    })
  })

  it('lets what is being answered go out, and refuses new connections', async () => {
    const { listener, token, goOn } = await setUp()
    const idle = await openSocket(listener.url)
    const slow = ask(listener.url, '/slow', { token })
    // The slow request is being answered once a later one has been.
    await ask(listener.url, '/open')
    const ended = new Promise<void>((resolve) => idle.once('close', () => resolve()))
    idle.resume()
    const closed = listener.close()
    await ended
    goOn()
    expect((await slow).status).toBe(200)
    await closed
    const { port } = listener
    const refused = await new Promise((resolve) =>
      connect(port, '127.0.0.1').once('error', (error: NodeJS.ErrnoException) => resolve(error.code)),
    )
    expect(refused).toBe('ECONNREFUSED')
  })
})

it('limits fit each other', () => {
  expect(httpLimits.maxConnectionsPerAddress).toBeLessThan(httpLimits.maxConnections)
  expect(httpLimits.headersTimeoutMs).toBeLessThan(httpLimits.requestTimeoutMs)
  expect(httpLimits.maxUrlBytes).toBeLessThan(httpLimits.maxHeaderBytes)
})
