/**
 * The HTTP listener: who may come in, and what everybody gets alike. Those who serve something (REST, documents, event
 * streams, WebSocket) add routes or take the upgrades; they see only requests that have passed the gate, in this order:
 * quota of the address, form of the request, Host, Origin, token, quota of the token, scope, route and method.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock, Scheduler } from '../../../core/clock.ts'
import type { Result } from '../../../core/result.ts'
import type { Rng } from '../../../core/rng.ts'
import type { NodeServices } from '../../../services/types.ts'
import type { ReportFault } from '../../handlers/index.ts'
import { systemScheduler } from '../system-scheduler.ts'
import { type Authenticator, type Caller, createAuthenticator, hasBearer } from './authenticate.ts'
import { type BindOptions, bind } from './bind.ts'
import { createConnections } from './connections.ts'
import { checkHost, checkOrigin, type OwnAddress } from './host-and-origin.ts'
import { createInProgress } from './in-progress.ts'
import { type HttpLimits, httpLimits } from './limits.ts'
import { createOwnerToken } from './owner-token.ts'
import { type Problem, problem, sendProblem, sendProblemOnSocket } from './problem.ts'
import { codeOfParser, problemOf } from './problem-of-fault.ts'
import { createRateLimiter, type Quota, rateLimitHeaders, type Taken } from './rate-limit.ts'
import { discardBody, readJson } from './read-json.ts'
import { createRefusals, type WriteAudit } from './refusals.ts'
import { hasTokenInQuery, targetOf } from './request-target.ts'
import { createRouteTable } from './route-table.ts'
import { securityHeaders } from './security-headers.ts'
import { createSessions, type Sessions } from './sessions.ts'
import type { Access, HttpRoute, UpgradeHandler } from './types.ts'

export interface HttpListenerOptions extends BindOptions {
  /** The file with the owner's token is made in its folder `run`. */
  readonly dataDir: string
  readonly limits?: Partial<HttpLimits>
}

export interface HttpListenerDeps {
  readonly clock: Clock
  readonly rng: Rng
  readonly scheduler?: Scheduler
  /** Tokens other than the owner's. */
  readonly tokens?: Pick<NodeServices['tokens'], 'authenticate'>
  /** The audit log. What it does with a failure is its own affair. */
  readonly audit: WriteAudit
  readonly reportFault?: ReportFault
  /** Told of every answer: for metrics and the request log. Holds no path, query, header or body. */
  readonly onAnswered?: (answered: Answered) => void
}

export interface Answered {
  /** `OTHER` for a method that no route has. */
  readonly method: string
  /** Template of the route; `unmatched` where there is none. */
  readonly route: string
  readonly status: number
  readonly code: string | undefined
  readonly tokenId: string | undefined
  readonly durationMs: number
}

export interface HttpListener extends Authenticator {
  /** `http://127.0.0.1:3000` */
  readonly url: string
  readonly port: number
  readonly isLoopback: boolean
  readonly tokenFile: string
  readonly limits: HttpLimits
  readonly connections: number
  readonly sessions: Sessions
  route(route: HttpRoute): void
  /** Counts against the quota of a token (`owner` for the owner's) what comes by another way than a request. */
  takeTokenQuota(tokenId: string): Taken
  /** One handler for all upgrades to WebSocket; their Host and Origin have been checked, and their address's quota. */
  onUpgrade(handler: UpgradeHandler): void
  /** Undefined where the request is addressed to this listener by a page of its own, or by a program with a token. */
  checkHostAndOrigin(request: IncomingMessage): Problem | undefined
  /** Answers an upgrade that is refused, and records the refusal under the route. */
  refuseUpgrade(socket: Duplex, refused: Problem, route: string): void
  /** What is being answered goes out, within a grace; then every connection ends, and the token's file goes. */
  close(): Promise<void>
}

const unmatched = 'unmatched'
const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'])

/**
 * @throws NodeError API_PORT_IN_USE, API_ADDRESS_UNAVAILABLE, API_PORT_FORBIDDEN, API_REMOTE_REFUSED, API_TLS_FILES,
 *   API_TOKEN_FILE, SOCKET_FOLDER_UNSAFE
 */
export async function createHttpListener(options: HttpListenerOptions, deps: HttpListenerDeps): Promise<HttpListener> {
  const limits: HttpLimits = { ...httpLimits, ...options.limits }
  const scheduler = deps.scheduler ?? systemScheduler
  const report = deps.reportFault ?? (() => undefined)
  const { clock, rng } = deps
  const sessions = createSessions(limits, { clock, rng })
  const connections = createConnections(limits)
  const refusals = createRefusals(limits, { scheduler, write: deps.audit })
  const routes = createRouteTable()
  const addressQuota = createRateLimiter(quota('address', limits.addressQuota, limits), clock)
  const tokenQuota = createRateLimiter(quota('token', limits.tokenQuota, limits), clock)
  const inProgress = createInProgress(limits)
  const closing = new AbortController()
  /** Connections whose request is answered while its body still comes. */
  const answeredEarly = new WeakSet<Duplex>()
  let upgradeHandler: UpgradeHandler | undefined
  let own: OwnAddress = { scheme: 'http', port: 0, isOwnName: () => false }
  let authenticator: Authenticator | undefined

  const checkHostAndOrigin = (request: IncomingMessage): Problem | undefined =>
    checkHost(request, own) ?? checkOrigin(request, own, hasBearer(request))

  /** The gate, then the route. What is thrown or returned as a problem is answered by the caller of this. */
  const serve = async (
    request: IncomingMessage,
    response: ServerResponse,
    seen: Seen,
  ): Promise<Problem | undefined> => {
    const counted: { quota: Quota; taken: Taken }[] = []
    const count = (limiter: typeof addressQuota, key: string): Problem | undefined => {
      const taken = limiter.take(key)
      counted.push({ quota: limiter.quota, taken })
      for (const [name, value] of Object.entries(rateLimitHeaders(counted))) response.setHeader(name, value)
      return taken.isAllowed ? undefined : problem('RATE_LIMITED', { details: { retryAfterMs: taken.retryAfterMs } })
    }
    const tooMany = count(addressQuota, request.socket.remoteAddress ?? '')
    if (tooMany !== undefined) return tooMany
    const target = targetOf(request, limits)
    if ('code' in target) return target
    const malformed = checkHost(request, own)
    if (malformed !== undefined) return malformed
    const found = routes.find(request.method ?? '', target.path)
    seen.route = found === undefined ? unmatched : 'route' in found ? found.route.template : found.template
    if (hasTokenInQuery(target)) {
      return problem('TOKEN_IN_QUERY', { hint: 'Send it in the Authorization header, and have this one revoked.' })
    }

    // A preflight has no token and gets no permission, whatever the address.
    if (request.method === 'OPTIONS') {
      const allow = found !== undefined && 'allow' in found ? found.allow : []
      return problem('METHOD_NOT_ALLOWED', { headers: { Allow: allow.join(', ') } })
    }
    const access: Access = found !== undefined && 'route' in found ? found.route.access : []
    const foreign = checkPage(request, access)
    if (foreign !== undefined) return foreign
    if (typeof access !== 'string') {
      const who = await (authenticator as Authenticator).authenticate(request)
      if (!who.ok) return who.error
      const caller = who.value
      seen.caller = caller
      const tooManyOfToken = count(tokenQuota, caller.tokenId)
      if (tooManyOfToken !== undefined) return tooManyOfToken
      if (found !== undefined && 'route' in found && !mayCall(access, caller)) {
        return problem('SCOPE_REQUIRED', { details: { scope: access.join(' or ') } })
      }
    }
    if (found === undefined) return problem('ROUTE_UNKNOWN')
    if ('allow' in found) return problem('METHOD_NOT_ALLOWED', { headers: { Allow: found.allow.join(', ') } })

    const done = inProgress.begin(seen.caller?.tokenId ?? '')
    if (done === undefined) return problem('TOO_MANY_CALLS', { detail: 'Too many requests are being answered.' })
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    try {
      await found.route.handle({
        request,
        response,
        params: found.params,
        query: target.query,
        caller: seen.caller,
        signal: AbortSignal.any([gone.signal, closing.signal]),
        readJson: () => readJson(request, response, limits, scheduler),
      })
    } finally {
      done()
    }
    return undefined
  }

  const checkPage = (request: IncomingMessage, access: Access): Problem | undefined => {
    const isProgram = access === 'anybody' || hasBearer(request)
    // Without Origin and token the token is what is missing; only where none is asked for the page has to show itself.
    if (request.headers.origin === undefined && typeof access !== 'string') return undefined
    return checkOrigin(request, own, access === 'own-page' ? false : isProgram)
  }

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const began = performance.now()
    const notIdle = connections.began(request.socket)
    const seen: Seen = { route: unmatched, caller: undefined, code: undefined }
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    response.once('close', () => {
      notIdle()
      deps.onAnswered?.({
        method: methodOf(request),
        route: seen.route,
        status: response.statusCode,
        code: seen.code,
        tokenId: seen.caller?.tokenId,
        durationMs: performance.now() - began,
      })
    })
    const refuse = (refused: Problem): void => {
      seen.code = refused.code
      if (refused.status < 500) refusals.record(refused.code, seen.route)
      const isUnread = !request.complete && hasBody(request)
      if (isUnread) {
        answeredEarly.add(request.socket)
        request.once('end', () => answeredEarly.delete(request.socket))
        discardBody(request, limits.maxDiscardedBytes)
      }
      // A short rest of known length is read to its end, after which the connection serves the next request.
      const isShort = Number(request.headers['content-length']) <= limits.maxBodyBytes && refused.status !== 408
      sendProblem(response, refused, isUnread && !isShort)
    }
    serve(request, response, seen)
      .then((refused) => {
        if (refused !== undefined) refuse(refused)
      })
      .catch((error: unknown) => refuse(problemOf(error, seen.route, report)))
  }

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Nobody listens for errors of an upgraded connection any more, and one that is not heard ends the process.
    socket.on('error', () => socket.destroy())
    connections.tookOver(request.socket)
    const target = targetOf(request, limits)
    // Without Origin and token it is the token that is missing: whoever takes the upgrade says so.
    const foreign = request.headers.origin === undefined ? checkHost(request, own) : checkHostAndOrigin(request)
    const refused = 'code' in target ? target : (foreign ?? overQuota(request))
    if (refused !== undefined) return refuseUpgrade(socket, refused, unmatched)
    if (upgradeHandler === undefined) return refuseUpgrade(socket, problem('ROUTE_UNKNOWN'), unmatched)
    upgradeHandler(request, socket, head)
  }
  const overQuota = (request: IncomingMessage): Problem | undefined => {
    const { isAllowed, retryAfterMs } = addressQuota.take(request.socket.remoteAddress ?? '')
    return isAllowed ? undefined : problem('RATE_LIMITED', { details: { retryAfterMs } })
  }
  const refuseUpgrade = (socket: Duplex, refused: Problem, route: string): void => {
    refusals.record(refused.code, route)
    sendProblemOnSocket(socket, refused)
  }

  const prepare = (server: Server): void => {
    server.headersTimeout = limits.headersTimeoutMs
    server.requestTimeout = limits.requestTimeoutMs
    server.keepAliveTimeout = limits.keepAliveTimeoutMs
    server.timeout = limits.idleSocketTimeoutMs
    server.on('connection', (socket: Socket) => connections.opened(socket))
    server.on('checkContinue', answer)
    server.on('checkExpectation', (_: IncomingMessage, response: ServerResponse) => {
      refusals.record('EXPECTATION_FAILED', unmatched)
      sendProblem(response, problem('EXPECTATION_FAILED'), true)
    })
    server.on('upgrade', upgrade)
    server.on('connect', (_: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => socket.destroy())
      refuseUpgrade(socket, problem('METHOD_NOT_ALLOWED', { headers: { Allow: '' } }), unmatched)
    })
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      const code = codeOfParser(error)
      // A connection that simply broke asked for nothing, and no request gets two answers.
      if (code === undefined || answeredEarly.has(socket)) return socket.destroy()
      refuseUpgrade(socket, problem(code), unmatched)
    })
  }

  const bound = await bind(
    options,
    {
      maxHeaderSize: limits.maxHeaderBytes,
      handshakeTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckIntervalMs,
      // Ours to refuse, with a problem document.
      requireHostHeader: false,
      shouldUpgradeCallback: (request: IncomingMessage) =>
        request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    answer,
    prepare,
  )
  own = bound
  let owner: Awaited<ReturnType<typeof createOwnerToken>>
  try {
    owner = await createOwnerToken(options.dataDir, rng)
  } catch (error) {
    for (const server of bound.servers) server.close()
    throw error
  }
  const known = createAuthenticator(
    { ownerToken: owner.token, maxTokenCharacters: limits.maxTokenCharacters },
    { sessions, tokens: deps.tokens },
  )
  authenticator = known

  return {
    url: bound.url,
    port: bound.port,
    isLoopback: bound.isLoopback,
    tokenFile: owner.file,
    limits,
    sessions,
    get connections() {
      return connections.size
    },
    route: (route) => routes.add(route),
    takeTokenQuota: (tokenId) => tokenQuota.take(tokenId),
    onUpgrade(handler) {
      upgradeHandler = handler
    },
    checkHostAndOrigin,
    refuseUpgrade,
    authenticate: (request): Promise<Result<Caller, Problem>> => known.authenticate(request),
    authenticateToken: (token) => known.authenticateToken(token),
    async close() {
      const stopped = Promise.all(
        bound.servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
      )
      closing.abort()
      connections.destroyIdle()
      const cancel = scheduler.after(limits.closeGraceMs, () => connections.destroyAll())
      await stopped
      cancel()
      refusals.flush()
      await owner.remove()
    },
  }
}

/** What is known of a request by the time it is answered. */
interface Seen {
  route: string
  caller: Caller | undefined
  code: string | undefined
}

function quota(name: string, requests: number, limits: HttpLimits): Quota {
  return { name, requests, windowSeconds: limits.quotaWindowSeconds, maxKeys: limits.maxQuotaKeys }
}

function methodOf({ method = '' }: IncomingMessage): string {
  return knownMethods.has(method) ? method : 'OTHER'
}

function mayCall(access: readonly string[], { scopes }: Caller): boolean {
  return access.length === 0 || scopes.some((scope) => access.includes(scope))
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
