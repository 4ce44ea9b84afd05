/**
 * The door for WebSocket (RFC 6455) on the HTTP listener, which has checked Host, Origin and the address's quota: here
 * come the address, the token and the limits, all before the upgrade, so that whoever is refused gets an HTTP answer and
 * costs no connection. Afterwards: signs of life, idleness, tokens that are revoked meanwhile, and the end.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer as WsServer } from 'ws'
import type { Scheduler } from '../../../core/clock.ts'
import { type Caller, type HttpListener, type Problem, problem } from '../http/index.ts'
import { closeCodes } from './close-codes.ts'
import type { Endpoint, Session } from './endpoint.ts'
import type { WebSocketLimits } from './limits.ts'
import { readOffer } from './subprotocols.ts'

export interface WebSocketServerDeps {
  readonly listener: Pick<HttpListener, 'onUpgrade' | 'authenticateToken' | 'refuseUpgrade'>
  readonly endpoints: readonly Endpoint[]
  readonly scheduler: Scheduler
}

export interface WebSocketServer {
  readonly connections: number
  /** Lets answers that are owed go out, then closes every connection. */
  close(): Promise<void>
}

interface Connection {
  readonly socket: WebSocket
  readonly session: Session
  readonly token: string
  /** Something came since the last ping. */
  isAlive: boolean
  hasAsked: boolean
  idleMs: number
}

export function createWebSocketServer(limits: WebSocketLimits, deps: WebSocketServerDeps): WebSocketServer {
  const { listener, scheduler } = deps
  const endpoints = new Map(deps.endpoints.map((endpoint) => [endpoint.path, endpoint]))
  const open = new Set<Connection>()
  const places = createPlaces(limits)
  /** One of the library's a message size, since it takes that once. */
  const upgraders = new Map<number, WsServer>()
  let isClosing = false

  const upgraderOf = (maxPayload: number): WsServer => {
    const known = upgraders.get(maxPayload)
    if (known !== undefined) return known
    const options = {
      noServer: true,
      clientTracking: false,
      // Compressed and secret data in one message tell something of the secret, and inflating costs memory.
      perMessageDeflate: false,
      maxPayload,
      maxFragments: limits.maxFragments,
      maxBufferedChunks: limits.maxBufferedChunks,
      closeTimeout: limits.closeTimeoutMs,
      handleProtocols: (offered: Set<string>, request: IncomingMessage) => {
        const endpoint = endpoints.get(pathOf(request))
        return [...offered].find((protocol) => endpoint?.subprotocols.includes(protocol)) ?? (false as const)
      },
    }
    const made = new WsServer(options)
    made.on('wsClientError', (_, socket, request) => {
      listener.refuseUpgrade(socket, problem('REQUEST_MALFORMED'), endpoints.get(pathOf(request))?.path ?? unmatched)
    })
    upgraders.set(maxPayload, made)
    return made
  }

  const check = async (request: IncomingMessage, endpoint: Endpoint): Promise<Admitted | Problem> => {
    if (queryOf(request) !== '') {
      return isTokenInQuery(request)
        ? problem('TOKEN_IN_QUERY', { hint: 'Offer it as a subprotocol, and have this one revoked.' })
        : problem('INPUT_INVALID', { detail: 'This address takes no query.' })
    }
    const offer = readOffer(request, endpoint.subprotocols, limits.maxSubprotocols)
    if ('code' in offer) return offer
    const who = await listener.authenticateToken(offer.token)
    if (!who.ok) return who.error
    const caller = who.value
    if (endpoint.scope !== undefined && !caller.scopes.includes(endpoint.scope)) {
      return problem('SCOPE_REQUIRED', { details: { scope: endpoint.scope } })
    }
    return { caller, token: offer.token }
  }

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const endpoint = endpoints.get(pathOf(request))
    if (endpoint === undefined) return listener.refuseUpgrade(socket, problem('ROUTE_UNKNOWN'), unmatched)
    const refuse = (refused: Problem): void => listener.refuseUpgrade(socket, refused, endpoint.path)
    if (isClosing) return refuse(problem('NODE_STOPPING'))
    const freePlace = places.takeAny()
    if (freePlace === undefined) return refuse(tooMany(limits.maxConnections))
    socket.once('close', freePlace)
    const admitted = await check(request, endpoint)
    if ('code' in admitted) return refuse(admitted)
    const { caller, token } = admitted
    const freeOfCaller = places.takeOf(caller.tokenId)
    if (freeOfCaller === undefined) return refuse(tooMany(limits.maxConnectionsPerCaller))
    if (socket.destroyed) return freeOfCaller()
    socket.once('close', freeOfCaller)
    upgraderOf(endpoint.maxMessageBytes(caller)).handleUpgrade(request, socket, head, (upgraded) =>
      accept(endpoint, upgraded, caller, token),
    )
  }

  const accept = (endpoint: Endpoint, socket: WebSocket, caller: Caller, token: string): void => {
    // It is followed by 'close', and says nothing that a program could act on.
    socket.on('error', () => undefined)
    const session = endpoint.accept(socket, caller)
    const connection: Connection = { socket, session, token, isAlive: true, hasAsked: true, idleMs: 0 }
    open.add(connection)
    socket.on('close', () => open.delete(connection))
    socket.on('pong', () => {
      connection.isAlive = true
    })
    socket.on('message', () => {
      connection.isAlive = true
      connection.hasAsked = true
    })
  }

  const look = (connection: Connection): void => {
    const { socket, session, token } = connection
    if (!connection.isAlive) return socket.terminate()
    connection.isAlive = false
    socket.ping()
    connection.idleMs = connection.hasAsked || session.isBusy ? 0 : connection.idleMs + limits.pingIntervalMs
    connection.hasAsked = false
    if (connection.idleMs >= limits.idleTimeoutMs) return socket.close(closeCodes.idle, 'IDLE')
    // A token that was revoked or has expired meanwhile opens nothing any more.
    listener.authenticateToken(token).then(
      (who) => {
        if (!who.ok) socket.close(closeCodes.tokenInvalid, who.error.code)
      },
      // The vault or disk is in trouble: the next call meets it, and says so.
      () => undefined,
    )
  }

  const lookAtAll = (): (() => void) =>
    scheduler.after(limits.pingIntervalMs, () => {
      for (const connection of [...open]) look(connection)
      cancelLook = lookAtAll()
    })
  let cancelLook = lookAtAll()

  listener.onUpgrade((request, socket, head) => {
    upgrade(request, socket, head).catch(() => listener.refuseUpgrade(socket, problem('INTERNAL'), unmatched))
  })

  return {
    get connections() {
      return open.size
    },
    async close() {
      isClosing = true
      cancelLook()
      const ends = [...open].map(
        ({ socket, session }) =>
          new Promise<void>((resolve) => {
            socket.once('close', () => resolve())
            // The answer is written a few promises after its call has ended, so the end waits for the next turn.
            session.finish(() => setImmediate(() => socket.close(closeCodes.goingAway, 'NODE_STOPPING')))
          }),
      )
      const cancel = scheduler.after(limits.closeTimeoutMs, () => {
        for (const { socket } of [...open]) socket.terminate()
      })
      await Promise.all(ends)
      cancel()
    },
  }
}

interface Admitted {
  readonly caller: Caller
  readonly token: string
}

const unmatched = 'unmatched'

function tooMany(maxConnections: number): Problem {
  return problem('TOO_MANY_CONNECTIONS', { details: { maxConnections } })
}

function pathOf({ url = '' }: IncomingMessage): string {
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

function queryOf({ url = '' }: IncomingMessage): string {
  const end = url.indexOf('?')
  return end === -1 ? '' : url.slice(end + 1)
}

function isTokenInQuery(request: IncomingMessage): boolean {
  return [...new URLSearchParams(queryOf(request)).keys()].some((name) => /token|bearer|auth|key/i.test(name))
}

/** Connections in all, and of one caller. Each function gives a place that is freed by calling what it returns, once. */
function createPlaces({ maxConnections, maxConnectionsPerCaller }: WebSocketLimits) {
  const byCaller = new Map<string, number>()
  let all = 0
  const once = (free: () => void): (() => void) => {
    let isFree = false
    return () => {
      if (!isFree) free()
      isFree = true
    }
  }
  return {
    takeAny(): (() => void) | undefined {
      if (all >= maxConnections) return undefined
      all += 1
      return once(() => {
        all -= 1
      })
    },
    takeOf(caller: string): (() => void) | undefined {
      const taken = byCaller.get(caller) ?? 0
      if (taken >= maxConnectionsPerCaller) return undefined
      byCaller.set(caller, taken + 1)
      return once(() => {
        const left = (byCaller.get(caller) ?? 1) - 1
        if (left === 0) byCaller.delete(caller)
        else byCaller.set(caller, left)
      })
    },
  }
}
