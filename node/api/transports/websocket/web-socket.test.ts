import { once } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { seededRng } from '../../../core/rng.ts'
import { type Client, createClient } from '../../client/index.ts'
import { fakeAddress } from '../../test-support/fake-services.ts'
import { clientFrame, type Listening, rawUpgrade } from '../../test-support/listening.ts'
import { eventually, setUpServing } from '../../test-support/serving.ts'
import { webSocketLimits } from './index.ts'

const { serve, cleanUp } = setUpServing('web-socket')

function connect({ listener, ownerToken }: Listening, token = ownerToken): Client {
  const client = createClient({ kind: 'websocket', url: listener.url, token })
  cleanUp(() => client.close())
  return client
}

/** By the library, to see codes and frames. */
async function open({ listener, ownerToken }: Listening, options: WebSocket.ClientOptions = {}): Promise<WebSocket> {
  const socket = new WebSocket(
    `${listener.url.replace('http', 'ws')}/api/v1/rpc`,
    ['qudag.rpc.v1', `bearer.${ownerToken}`],
    options,
  )
  socket.on('error', () => undefined)
  cleanUp(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

const closeOf = async (socket: WebSocket): Promise<[code: number, reason: string]> => {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  return [code, reason.toString()]
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const statusCall = (id: string): string => JSON.stringify({ i: id, p: { u: '/node/status', b: {} } })

/** When it resolves, the node has also read everything that was sent before, answers to its pings included. */
async function roundTrip(socket: WebSocket): Promise<void> {
  const answered = Promise.race([once(socket, 'pong'), once(socket, 'close')])
  socket.ping()
  await answered
}

describe('the contract over WebSocket', () => {
  it('answers calls, with codes and details where they fail, and streams', async () => {
    const listening = await serve()
    const { api } = connect(listening)
    expect((await api.node.status()).round).toBe(99)
    await expect(api.accounts.show({ account: 'nobody' })).rejects.toMatchObject({
      code: 'ACCOUNT_UNKNOWN',
      status: 404,
      data: { details: {} },
    })
    const stream = await api.events.subscribe({})
    await stream.next()
    listening.fake.events.publishCheckpoints(1)
    expect((await stream.next()).value).toMatchObject({ id: 'run1.1', source: '/chains/c0' })
    await stream.return?.()
    await eventually(() => listening.fake.events.subscribers === 0)
  })

  it('echoes its protocol and never the token', async () => {
    const listening = await serve()
    const { head, status, socket } = await rawUpgrade(listening, {
      protocols: `bearer.${listening.ownerToken}, qudag.rpc.v1`,
      origin: listening.listener.url,
    })
    expect(status).toBe(101)
    expect(head).toMatch(/^Sec-WebSocket-Protocol: qudag\.rpc\.v1$/m)
    expect(head).not.toContain(listening.ownerToken)
    expect(head).not.toMatch(/extensions/i)
    socket.destroy()
  })

  it('carries secrets as bytes for the owner’s page on this machine', async () => {
    const listening = await serve()
    const { api } = connect(listening, listening.sessionToken)
    const { phrase } = await api.vault.init({ password: bytes('correct horse') })
    expect(new TextDecoder().decode(phrase).split(' ')).toHaveLength(24)
    expect(listening.fake.lastPhrase.bytes?.every((byte) => byte === 0)).toBe(true)
    const { backup } = await api.vault.backup({ password: bytes('correct horse') })
    expect([...backup]).toEqual(Array.from({ length: 300 }, (_, i) => i & 0xff))
    await api.vault.restoreBackup({ backup: new Uint8Array(5_000_000), password: bytes('correct horse') })
    expect(listening.fake.received.find(({ name }) => name === 'backup')?.bytes).toHaveLength(5_000_000)
  })

  it('carries them for nobody else', async () => {
    const listening = await serve()
    const others = [listening.ownerToken, listening.addToken('all', ['read', 'submit', 'spend'])]
    for (const token of others) {
      await expect(connect(listening, token).api.vault.init({ password: bytes('secret') })).rejects.toMatchObject({
        code: 'SECRET_CHANNEL_REQUIRED',
        status: 403,
      })
    }
    const remote = await serve({ isLoopback: false })
    await expect(
      connect(remote, remote.sessionToken).api.vault.unlock({ password: bytes('secret') }),
    ).rejects.toMatchObject({ code: 'SECRET_CHANNEL_REQUIRED' })
    expect(listening.fake.received).toEqual([])
    expect(remote.fake.received).toEqual([])
  })

  it('lets the owner’s page do what is the owner’s alone, and nobody who has only a token', async () => {
    const listening = await serve()
    const page = connect(listening, listening.sessionToken)
    expect(await page.api.vault.lock()).toEqual({})
    expect((await page.api.settings.list()).file).toBe('/d/config.json')
    for (const token of [listening.ownerToken, listening.addToken('all', ['read', 'submit', 'spend'])]) {
      const { api } = connect(listening, token)
      for (const ask of [api.vault.lock, api.vault.keepOpen, api.settings.list, api.node.stop]) {
        await expect(ask()).rejects.toMatchObject({ code: 'SCOPE_REQUIRED', status: 403 })
      }
    }
    const remote = await serve({ isLoopback: false })
    expect(await connect(remote, remote.sessionToken).api.vault.lock()).toEqual({})
  })

  it('counts calls against the quota of their token, with what it asks over REST', async () => {
    const listening = await serve({ httpLimits: { tokenQuota: 5, quotaWindowSeconds: 10 } })
    const { api } = connect(listening, listening.addToken('busy', ['read']))
    const codes = await Promise.all(
      Array.from({ length: 7 }, () =>
        api.node.status().then(
          () => 'answered',
          ({ code, data }: { code: string; data: { details: { retryAfterMs: number } } }) => {
            expect(data.details.retryAfterMs).toBeGreaterThan(0)
            return code
          },
        ),
      ),
    )
    expect(codes).toEqual([...Array(5).fill('answered'), 'RATE_LIMITED', 'RATE_LIMITED'])
    const other = connect(listening, listening.addToken('other', ['read']))
    expect((await other.api.node.status()).round).toBe(99)
    listening.clock.advance(2_000)
    expect((await api.node.status()).round).toBe(99)
    await expect(api.node.status()).rejects.toMatchObject({ code: 'RATE_LIMITED', status: 429 })
    await listening.streams.close()
    expect(listening.audit.filter(({ details }) => details.code === 'RATE_LIMITED')).toEqual([
      { action: 'api.refused', details: { code: 'RATE_LIMITED', route: 'rpc', count: 1 } },
      { action: 'api.refused', details: { code: 'RATE_LIMITED', route: 'rpc', count: 2 } },
    ])
  })

  it('lets a token do what its scopes say, and pays in its name', async () => {
    const listening = await serve()
    const owner = connect(listening, listening.sessionToken)
    await owner.api.vault.init({ password: bytes('correct horse') })
    await owner.api.accounts.create({})
    const payment = { transfers: [{ to: fakeAddress(9), amount: '1' }] }
    const reader = connect(listening, listening.addToken('reader', ['read']))
    expect(await reader.api.accounts.list()).toHaveLength(1)
    await expect(reader.api.transactions.create(payment)).rejects.toMatchObject({ code: 'SCOPE_REQUIRED', status: 403 })
    await expect(reader.api.accounts.create({})).rejects.toMatchObject({ code: 'SCOPE_REQUIRED' })
    const submitter = connect(listening, listening.addToken('submitter', ['submit']))
    await expect(submitter.api.accounts.list()).rejects.toMatchObject({ code: 'SCOPE_REQUIRED' })
    await submitter.api.transactions.create({ signed: '82' })
    await expect(submitter.api.transactions.create(payment)).rejects.toMatchObject({ code: 'SCOPE_REQUIRED' })
    const spender = connect(listening, listening.addToken('spender', ['spend']))
    await spender.api.transactions.create(payment)
    await owner.api.transactions.create(payment)
    expect(listening.fake.payments.map(({ tokenId }) => tokenId)).toEqual(['spender', undefined])
  })

  it('records changes before their answer and refusals of callers, without what was sent', async () => {
    const listening = await serve()
    const owner = connect(listening, listening.sessionToken)
    await owner.api.vault.init({ password: bytes('correct horse') })
    const { address } = await owner.api.accounts.create({})
    const reader = connect(listening, listening.addToken('reader', ['read']))
    await reader.api.node.status()
    for (let i = 0; i < 3; i++) await reader.api.accounts.create({}).catch(() => undefined)
    const signed = { signed: '82' }
    const { txId } = await owner.api.transactions.create(signed)
    await owner.api.transactions.create(signed)
    expect(listening.audit).toEqual([
      { action: 'api.change', details: { route: 'rpc accounts.create', token: 'owner', subject: address } },
      { action: 'api.refused', details: { code: 'SCOPE_REQUIRED', route: 'rpc accounts.create', count: 1 } },
      { action: 'api.change', details: { route: 'rpc transactions.create', token: 'owner', subject: txId } },
    ])
    await listening.streams.close()
    expect(listening.audit.at(-1)).toEqual({
      action: 'api.refused',
      details: { code: 'SCOPE_REQUIRED', route: 'rpc accounts.create', count: 2 },
    })
  })

  it('tells a client whose token is not known from one whose node is away', async () => {
    const listening = await serve()
    await expect(connect(listening, 'nobody').api.node.status()).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    const away = createClient({ kind: 'websocket', url: 'http://127.0.0.1:1', token: 'x' })
    await expect(away.api.node.status()).rejects.toMatchObject({ code: 'NODE_NOT_REACHABLE' })
  })
})

describe('an upgrade', () => {
  const bearer = 'qudag.rpc.v1, bearer.OWNER'
  it.each([
    ['without subprotocols', { protocols: undefined }, 401, 'TOKEN_REQUIRED'],
    ['without a token', { protocols: 'qudag.rpc.v1' }, 401, 'TOKEN_REQUIRED'],
    ['with a wrong token', { protocols: 'qudag.rpc.v1, bearer.wrong' }, 401, 'TOKEN_INVALID'],
    ['with an empty token', { protocols: 'qudag.rpc.v1, bearer.' }, 401, 'TOKEN_INVALID'],
    ['with two tokens', { protocols: `${bearer}, bearer.OWNER` }, 401, 'TOKEN_INVALID'],
    [
      'with a token as long as a header',
      { protocols: `qudag.rpc.v1, bearer.${'x'.repeat(8_000)}` },
      401,
      'TOKEN_INVALID',
    ],
    ['with the token alone', { protocols: 'bearer.OWNER' }, 400, 'INPUT_INVALID'],
    ['with the token in a header of its own', { extra: ['Authorization: Bearer OWNER'] }, 401, 'TOKEN_REQUIRED'],
    ['with the token in the query', { path: '/api/v1/rpc?token=OWNER', protocols: bearer }, 400, 'TOKEN_IN_QUERY'],
    ['with a query', { path: '/api/v1/rpc?x=1', protocols: bearer }, 400, 'INPUT_INVALID'],
    ['to nowhere', { path: '/api/v1/elsewhere', protocols: bearer }, 404, 'ROUTE_UNKNOWN'],
    ['to a route of REST', { path: '/api/v1/accounts', protocols: bearer }, 404, 'ROUTE_UNKNOWN'],
    ['from a foreign page', { origin: 'https://evil.example', protocols: bearer }, 403, 'ORIGIN_REFUSED'],
    ['from a page without origin', { origin: 'null', protocols: bearer }, 403, 'ORIGIN_REFUSED'],
    ['from another port', { origin: 'http://127.0.0.1:1', protocols: bearer }, 403, 'ORIGIN_REFUSED'],
    ['to a name that was rebound', { host: 'evil.example', protocols: bearer }, 403, 'HOST_REFUSED'],
    ['to another port’s name', { host: '127.0.0.1:1', protocols: bearer }, 403, 'HOST_REFUSED'],
  ])('%s is refused before it happens', async (_, headers, status, code) => {
    const listening = await serve()
    const own = (text: string): string => text.replaceAll('OWNER', listening.ownerToken)
    const { protocols, path, extra } = headers as { protocols?: string; path?: string; extra?: string[] }
    const answer = await rawUpgrade(listening, {
      ...headers,
      ...(protocols === undefined ? {} : { protocols: own(protocols) }),
      ...(path === undefined ? {} : { path: own(path) }),
      ...(extra === undefined ? {} : { extra: extra.map(own) }),
    })
    expect(answer.status).toBe(status)
    expect(answer.head).toMatch(/^Content-Type: application\/problem\+json$/im)
    if (status === 401) expect(answer.head).toMatch(/^WWW-Authenticate: Bearer/im)
    const body = await answer.body()
    expect(JSON.parse(body)).toMatchObject({ status, code })
    expect(answer.head + body).not.toContain(listening.ownerToken)
    expect(listening.streams.connections).toBe(0)
  })

  it('from the listener’s own page is taken', async () => {
    const listening = await serve()
    const { status, socket } = await rawUpgrade(listening, {
      origin: `http://localhost:${listening.listener.port}`,
      host: `localhost:${listening.listener.port}`,
      protocols: `qudag.rpc.v1, bearer.${listening.sessionToken}`,
    })
    expect(status).toBe(101)
    socket.destroy()
  })

  it('with a broken key or version is an HTTP answer, not a fault', async () => {
    const listening = await serve()
    const { status, body } = await rawUpgrade(listening, {
      protocols: `qudag.rpc.v1, bearer.${listening.ownerToken}`,
      extra: ['Sec-WebSocket-Version: 7'],
    })
    expect(status).toBe(400)
    expect(JSON.parse(await body())).toMatchObject({ code: 'REQUEST_MALFORMED' })
    expect(listening.faults).toEqual([])
  })
})

describe('a hostile connection', () => {
  it.each([
    ['text that is no message', (socket: WebSocket) => socket.send('null'), [4400, 'MESSAGE_MALFORMED']],
    [
      'a pushed stream item',
      (socket: WebSocket) => socket.send('{"i":"1","t":3,"p":{"e":"message"}}'),
      [4400, 'MESSAGE_MALFORMED'],
    ],
    ['bytes', (socket: WebSocket) => socket.send(Uint8Array.of(1, 2)), [1003, 'TEXT_ONLY']],
    [
      'a message that is too long',
      (socket: WebSocket) => socket.send('x'.repeat(webSocketLimits.maxMessageBytes + 1)),
      [1009, ''],
    ],
  ] as const)('that sends %s is closed, and others go on', async (_, send, expected) => {
    const listening = await serve()
    const socket = await open(listening)
    const closed = closeOf(socket)
    send(socket)
    expect(await closed).toEqual(expected)
    expect((await connect(listening).api.node.status()).round).toBe(99)
  })

  it('is refused a long message by the length it announces, before the message has come', async () => {
    const listening = await serve()
    const { socket } = await rawUpgrade(listening, { protocols: `qudag.rpc.v1, bearer.${listening.ownerToken}` })
    const header = Buffer.alloc(14)
    header[0] = 0x81
    header[1] = 0xff
    header.writeBigUInt64BE(BigInt(webSocketLimits.maxMessageBytes + 1), 2)
    socket.write(header)
    const [frame] = (await once(socket.resume(), 'data')) as [Buffer]
    expect([frame[0], frame.readUInt16BE(2)]).toEqual([0x88, 1009])
    await eventually(() => listening.streams.connections === 0)
  })

  it('may not keep a message open with fragments without end', async () => {
    const listening = await serve()
    const { socket } = await rawUpgrade(listening, { protocols: `qudag.rpc.v1, bearer.${listening.ownerToken}` })
    socket.resume()
    socket.write(clientFrame(1, '{', false))
    const fragment = clientFrame(0, 'x', false)
    for (let i = 0; i < webSocketLimits.maxFragments + 1; i++) socket.write(fragment)
    await once(socket, 'close')
    await eventually(() => listening.streams.connections === 0)
    expect((await connect(listening).api.node.status()).round).toBe(99)
  })

  it('may send any bytes: the node goes on, and no fault is its own (fuzz)', async () => {
    const listening = await serve()
    const rng = seededRng(7)
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((data) => Buffer.from(data)),
      fc
        .tuple(fc.integer({ min: 0, max: 15 }), fc.uint8Array({ maxLength: 200 }), fc.boolean())
        .map(([opcode, body, isFinal]) => clientFrame(opcode, body, isFinal)),
      fc.json().map((text) => clientFrame(1, text)),
      fc.json().map((text) => clientFrame(1, `{"i":"1","p":{"u":"/accounts/show","b":{"json":${text}}}}`)),
      fc
        .array(fc.tuple(fc.nat(50), fc.string()), { maxLength: 4 })
        .map((meta) => clientFrame(1, JSON.stringify({ i: '1', p: { u: '/vault/unlock', b: { json: {}, meta } } }))),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
        const { socket } = await rawUpgrade(listening, { protocols: `qudag.rpc.v1, bearer.${listening.ownerToken}` })
        socket.resume()
        for (const data of pieces) socket.write(data)
        socket.end(Buffer.from(rng.bytes(4)))
        if (!socket.destroyed) await once(socket, 'close')
      }),
      { numRuns: 150 },
    )
    await eventually(() => listening.streams.connections === 0)
    expect((await connect(listening).api.node.status()).round).toBe(99)
    // Bodies that cannot be read are told apart from faults by their code alone; none of them may be an INTERNAL.
    expect(listening.faults.filter((fault) => !(fault instanceof TypeError || fault instanceof SyntaxError))).toEqual(
      [],
    )
  })

  /** Asks 5,000 times for 100 kB and reads nothing of it: its socket is paused once the answer to the upgrade is read. */
  async function neverReading(listening: Listening) {
    const asked = { count: 0 }
    const owner = connect(listening, listening.sessionToken)
    await owner.api.vault.init({ password: bytes('correct horse') })
    const account = await owner.api.accounts.create({})
    Object.assign(listening.fake.services.accounts, {
      show: async () => {
        asked.count += 1
        const amounts = { availableMicroRuv: 0n, escrowedMicroRuv: 0n, pendingMicroRuv: 0n, stakedMicroRuv: 0n }
        return { ...account, label: 'x'.repeat(100_000), balance: amounts }
      },
    })
    const { socket } = await rawUpgrade(listening, { protocols: `qudag.rpc.v1, bearer.${listening.ownerToken}` })
    for (let i = 0; i < 5_000; i++) {
      const call = { i: String(i), p: { u: '/accounts/show', b: { json: { account: 'a' } } } }
      socket.write(clientFrame(1, JSON.stringify(call)))
    }
    return { asked, owner, socket }
  }

  it('that never reads is not asked any further, and is dropped at the ping it does not answer', async () => {
    // Nothing else holds it back.
    const listening = await serve({
      webSocketLimits: { pauseAtUnsentBytes: 200_000, maxUnsentBytes: 1e9, maxOutstandingCalls: 10_000 },
    })
    const { asked, owner, socket } = await neverReading(listening)
    // Until nothing moves any more: 500 MB if it were asked on, against what the system's buffers take.
    for (let before = -1; before !== asked.count; ) {
      before = asked.count
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(asked.count).toBeGreaterThan(0)
    expect(asked.count).toBeLessThan(1_000)
    for (let i = 0; i < 2; i++) {
      expect((await owner.api.node.status()).round).toBe(99)
      listening.clock.advance(webSocketLimits.pingIntervalMs)
    }
    await eventually(() => listening.streams.connections === 1)
    socket.destroy()
  })

  it('that never reads is dropped at once where its answers are more than it may leave', async () => {
    const listening = await serve({ webSocketLimits: { pauseAtUnsentBytes: 1e9, maxUnsentBytes: 1_000_000 } })
    const { owner, socket } = await neverReading(listening)
    await eventually(() => listening.streams.connections === 1)
    expect((await owner.api.node.status()).round).toBe(99)
    socket.destroy()
  })

  it('cannot have more calls outstanding than it may, and gets its places back', async () => {
    const listening = await serve({ webSocketLimits: { maxOutstandingCalls: 2 } })
    const { api } = connect(listening)
    const first = await api.events.subscribe({})
    const second = await api.events.subscribe({})
    await Promise.all([first.next(), second.next()])
    await expect(api.node.status()).rejects.toMatchObject({ code: 'TOO_MANY_CALLS', status: 429 })
    await first.return?.()
    await eventually(() => listening.fake.events.subscribers === 1)
    expect((await api.node.status()).round).toBe(99)
  })
})

describe('connections', () => {
  it('a thousand idle ones of one token take its places and no others', async () => {
    const listening = await serve({ httpLimits: { maxConnections: 4_000, maxConnectionsPerAddress: 4_000 } })
    const token = listening.addToken('crowd', ['read'])
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () => rawUpgrade(listening, { protocols: `qudag.rpc.v1, bearer.${token}` })),
    )
    const statuses = answers.map(({ status }) => status)
    const taken = statuses.filter((status) => status === 101).length
    expect(statuses.filter((status) => status === 429)).toHaveLength(1_000 - taken)
    expect(taken).toBe(webSocketLimits.maxConnectionsPerCaller)
    expect(listening.streams.connections).toBe(taken)
    expect((await connect(listening).api.node.status()).round).toBe(99)
    const probe = await fetch(`${listening.listener.url}/api/v1/events`, { method: 'HEAD' })
    expect(probe.status).toBe(401)
    for (const { socket } of answers) socket.destroy()
    await eventually(() => listening.streams.connections === 1)
    expect((await connect(listening, token).api.node.status()).round).toBe(99)
  })

  it('are limited in all', async () => {
    const listening = await serve({ webSocketLimits: { maxConnections: 2 } })
    await open(listening)
    await open(listening)
    const { status, body } = await rawUpgrade(listening, { protocols: `qudag.rpc.v1, bearer.${listening.ownerToken}` })
    expect(status).toBe(429)
    expect(JSON.parse(await body())).toMatchObject({ code: 'TOO_MANY_CONNECTIONS', details: { maxConnections: 2 } })
  })

  it('without a sign of life are dropped, those that answer pings stay', async () => {
    const listening = await serve()
    const dead = await open(listening, { autoPong: false })
    const alive = await open(listening)
    const closed = once(dead, 'close')
    const pinged = once(alive, 'ping')
    listening.clock.advance(webSocketLimits.pingIntervalMs)
    await pinged
    await roundTrip(alive)
    listening.clock.advance(webSocketLimits.pingIntervalMs)
    await closed
    await eventually(() => listening.streams.connections === 1)
    expect(alive.readyState).toBe(alive.OPEN)
  })

  it('that ask nothing for a long time are closed, those that wait for something stay', async () => {
    const limits = { idleTimeoutMs: 2 * webSocketLimits.pingIntervalMs }
    const listening = await serve({ webSocketLimits: limits })
    const idle = await open(listening)
    const waiting = await open(listening)
    waiting.send(JSON.stringify({ i: '1', p: { u: '/events/subscribe', b: { json: {} } } }))
    await once(waiting, 'message')
    const closed = closeOf(idle)
    for (let i = 0; i < 4; i++) {
      const open = [waiting, idle].filter((socket) => socket.readyState === socket.OPEN)
      const looked = Promise.all(open.map((socket) => Promise.race([once(socket, 'ping'), once(socket, 'close')])))
      listening.clock.advance(webSocketLimits.pingIntervalMs)
      await looked
      await Promise.all(open.filter((socket) => socket.readyState === socket.OPEN).map(roundTrip))
    }
    expect(await closed).toEqual([4408, 'IDLE'])
    expect(waiting.readyState).toBe(waiting.OPEN)
  })

  it('of a token that was revoked meanwhile end', async () => {
    const listening = await serve()
    const token = listening.addToken('reader', ['read'])
    const socket = await open({ ...listening, ownerToken: token })
    listening.revoke(token)
    const closed = closeOf(socket)
    listening.clock.advance(webSocketLimits.pingIntervalMs)
    expect(await closed).toEqual([4401, 'TOKEN_INVALID'])
  })

  it('end with the node, after the answers that are owed', async () => {
    const listening = await serve()
    const socket = await open(listening)
    const messages: string[] = []
    socket.on('message', (data) => messages.push(data.toString()))
    const owed = Promise.withResolvers<void>()
    Object.assign(listening.fake.services.storage, {
      verify: async () => {
        await owed.promise
        return { ok: true, commits: 0, transactions: 0, stateRoot: '', problems: [] }
      },
    })
    socket.send(JSON.stringify({ i: '1', p: { u: '/storage/verify', b: {} } }))
    socket.send(statusCall('2'))
    await eventually(() => messages.length === 1)
    const closed = closeOf(socket)
    const closing = listening.streams.close()
    const { status } = await rawUpgrade(listening, { protocols: `qudag.rpc.v1, bearer.${listening.ownerToken}` })
    expect(status).toBe(503)
    owed.resolve()
    expect(await closed).toEqual([1001, 'NODE_STOPPING'])
    await closing
    expect(JSON.parse(messages[1] as string)).toMatchObject({ i: '1', p: { b: { json: { ok: true } } } })
  })
})
