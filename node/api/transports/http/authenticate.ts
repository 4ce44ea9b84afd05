/** Who calls: the owner by the token of the file, the owner by a session of the browser interface, or a token of the list. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { err, ok, type Result } from '../../../core/result.ts'
import type { NodeServices } from '../../../services/types.ts'
import type { Scope } from '../../contract/index.ts'
import { type Problem, problem } from './problem.ts'
import type { Sessions } from './sessions.ts'

export interface Caller {
  readonly scopes: readonly Scope[]
  /** Of the list of tokens; `owner` for the owner, whatever door the owner came through. */
  readonly tokenId: string
  readonly isOwner: boolean
  /** True for a session of the browser interface: on a loopback WebSocket it may carry secrets. */
  readonly isOwnerSession: boolean
}

export interface Authenticator {
  /** By the Authorization header, and nothing else. Problems: TOKEN_REQUIRED, TOKEN_INVALID. */
  authenticate(request: IncomingMessage): Promise<Result<Caller, Problem>>
  /** By the token itself, wherever it came from: a WebSocket has it among its subprotocols. */
  authenticateToken(token: string): Promise<Result<Caller, Problem>>
}

export const ownerTokenId = 'owner'

/** What the owner may do with the token of the file: what a token can, and peers. `owner` and `secret` have no route. */
const ownerScopes: readonly Scope[] = Object.freeze(['read', 'submit', 'spend', 'network'] as const)

/** True where the request tries to carry a token, whatever that is worth. */
export function hasBearer(request: IncomingMessage): boolean {
  return /^bearer /i.test(request.headers.authorization ?? '') || /(?:^|[\s,])bearer\./.test(subprotocols(request))
}

const subprotocols = (request: IncomingMessage): string => request.headers['sec-websocket-protocol'] ?? ''

export function createAuthenticator(
  options: { readonly ownerToken: string; readonly maxTokenCharacters: number },
  deps: { readonly sessions: Sessions; readonly tokens: Pick<NodeServices['tokens'], 'authenticate'> | undefined },
): Authenticator {
  const owner = (isOwnerSession: boolean): Result<Caller, Problem> =>
    ok({ scopes: ownerScopes, tokenId: ownerTokenId, isOwner: true, isOwnerSession })

  const authenticateToken = async (token: string): Promise<Result<Caller, Problem>> => {
    if (token.length > options.maxTokenCharacters) return err(problem('TOKEN_INVALID'))
    if (equalInConstantTime(token, options.ownerToken)) return owner(false)
    if (deps.sessions.isSession(token)) return owner(true)
    const known = await deps.tokens?.authenticate(token)
    if (known === null || known === undefined) return err(problem('TOKEN_INVALID'))
    return ok({ scopes: known.scopes, tokenId: known.id, isOwner: false, isOwnerSession: false })
  }

  return {
    authenticateToken,
    async authenticate(request) {
      const given = request.headersDistinct.authorization ?? []
      if (given.length === 0) return err(problem('TOKEN_REQUIRED'))
      const token = given.length === 1 ? /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(given[0] ?? '')?.[1] : undefined
      return token === undefined ? err(problem('TOKEN_INVALID')) : authenticateToken(token)
    },
  }
}

/** Over hashes, so that neither content nor length shows in the time it takes. */
function equalInConstantTime(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
