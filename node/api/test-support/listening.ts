/** For tests only: the HTTP listener with its streams over services in memory, and ways to knock on it. */
import { readFileSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { ManualClock } from '../../core/clock.ts'
import { seededRng } from '../../core/rng.ts'
import type { TokenScope } from '../../services/types.ts'
import { createHttpListener, type HttpLimits, type HttpListener } from '../transports/http/index.ts'
import { addStreams, type Streams, type StreamsOptions } from '../transports/streams.ts'
import { systemScheduler } from '../transports/system-scheduler.ts'
import { createFakeServices, type FakeServices } from './fake-services.ts'

export interface Listening {
  readonly fake: FakeServices
  readonly listener: HttpListener
  readonly streams: Streams
  readonly ownerToken: string
  /** A session of the browser interface. */
  readonly sessionToken: string
  /** Time of the streams: heartbeats, pings, waits. */
  readonly clock: ManualClock
  readonly faults: unknown[]
  readonly audit: { action: string; details: Readonly<Record<string, unknown>> }[]
  /** A token of the list, with these scopes. */
  addToken(name: string, scopes: readonly TokenScope[]): string
  revoke(token: string): void
  close(): Promise<void>
}

export async function listen(
  dataDir: string,
  options: StreamsOptions & { readonly httpLimits?: Partial<HttpLimits>; readonly isLoopback?: boolean } = {},
): Promise<Listening> {
  const fake = createFakeServices()
  const faults: unknown[] = []
  const audit: Listening['audit'] = []
  const clock = new ManualClock()
  const tokens = new Map<string, { id: string; scopes: readonly TokenScope[] }>()
  const reportFault = (fault: unknown): void => void faults.push(fault)
  const listener = await createHttpListener(
    { dataDir, port: 0, limits: { tokenQuota: 1e6, addressQuota: 1e6, closeGraceMs: 500, ...options.httpLimits } },
    {
      clock,
      rng: seededRng(1),
      scheduler: systemScheduler,
      tokens: { authenticate: async (token) => tokens.get(token) ?? null },
      audit: () => undefined,
      reportFault,
    },
  )
  const info = {
    pid: 1,
    chainId: 'c0',
    network: 'dev',
    apiUrl: listener.url,
    tokenFile: listener.tokenFile,
    socket: '/s',
    dataDir,
  }
  const door = options.isLoopback === undefined ? listener : { ...listener, isLoopback: options.isLoopback }
  const streams = addStreams(door, options, {
    services: fake.services,
    info: () => info,
    scheduler: clock,
    audit: async (action, details) => void audit.push({ action, details }),
    auditFailed: reportFault,
    reportFault,
  })
  const session = listener.sessions.exchange(listener.sessions.issueCode().code)
  return {
    fake,
    listener,
    streams,
    ownerToken: readFileSync(listener.tokenFile, 'utf8'),
    sessionToken: session?.token ?? '',
    clock,
    faults,
    audit,
    addToken(name, scopes) {
      const token = `qdx_${name}`
      tokens.set(token, { id: name, scopes })
      return token
    },
    revoke: (token) => void tokens.delete(token),
    async close() {
      // Connections that do not answer end by the streams' own time, which stands still.
      const overdue = setTimeout(() => clock.advance(10_000), 500)
      await streams.close()
      clearTimeout(overdue)
      await listener.close()
    },
  }
}

/** Headers of a sound upgrade, as lines. */
export interface UpgradeHeaders {
  readonly path?: string
  readonly host?: string
  readonly origin?: string | undefined
  readonly protocols?: string | undefined
  readonly extra?: readonly string[]
}

/** Asks for an upgrade byte by byte. Resolves with the status and head of the answer, and what is left of the socket. */
export async function rawUpgrade(
  { listener }: Pick<Listening, 'listener'>,
  { path = '/api/v1/rpc', host, origin, protocols, extra = [] }: UpgradeHeaders,
): Promise<{ status: number; head: string; body: () => Promise<string>; socket: Socket }> {
  const socket = createConnection({ port: listener.port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host ?? `127.0.0.1:${listener.port}`}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(origin === undefined ? [] : [`Origin: ${origin}`]),
    ...(protocols === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocols}`]),
    ...extra,
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  let text = ''
  let ended = false
  socket.once('close', () => {
    ended = true
  })
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      if (!text.includes('\r\n\r\n')) return
      socket.off('data', onData)
      socket.pause()
      resolve()
    }
    socket.on('data', onData)
    socket.once('close', () => reject(new Error('the connection ended without an answer')))
  })
  const [head = '', rest = ''] = text.split('\r\n\r\n')
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]),
    head,
    body: async () => {
      let all = rest
      socket.on('data', (chunk: Buffer) => {
        all += chunk.toString('utf8')
      })
      socket.resume()
      if (!ended) await new Promise<void>((resolve) => socket.once('close', () => resolve()))
      return all
    },
    socket,
  }
}

/** A client's frame (RFC 6455, 5.2): masked with zeros, which changes nothing of the payload. */
export function clientFrame(opcode: number, payload: Uint8Array | string, isFinal = true): Buffer {
  const body = Buffer.from(payload as string)
  const first = (isFinal ? 0x80 : 0) | opcode
  const mask = Buffer.alloc(4)
  if (body.length < 126) return Buffer.concat([Buffer.of(first, 0x80 | body.length), mask, body])
  const length = Buffer.alloc(body.length < 65_536 ? 2 : 8)
  if (length.length === 2) length.writeUInt16BE(body.length)
  else length.writeBigUInt64BE(BigInt(body.length))
  return Buffer.concat([Buffer.of(first, 0x80 | (length.length === 2 ? 126 : 127)), length, mask, body])
}
