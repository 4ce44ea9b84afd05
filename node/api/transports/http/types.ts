/** What the parts of the listener and those who serve something over it say to each other. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Scope } from '../../contract/index.ts'
import type { Caller } from './authenticate.ts'

/** One request that has passed the gate: own host and origin, known route, sound token with the scope, within limits. */
export interface HttpCall {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** From the braces of the template, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Undefined on open routes only. */
  readonly caller: Caller | undefined
  /** Aborted when the client has gone, or the listener closes. */
  readonly signal: AbortSignal
  /**
   * The body, parsed.
   *
   * @throws ProblemError MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE, JSON_MALFORMED, JSON_TOO_DEEP, REQUEST_TIMEOUT
   */
  readJson(): Promise<unknown>
}

/**
 * Who may ask:
 * - `anybody`: probes and pages that hold nothing of this node; Host is checked, a foreign Origin refused
 * - `own-page`: without a token, but from a page of this listener only (Origin must be there)
 * - a list of scopes: a token with one of them; an empty list takes any sound token
 */
export type Access = 'anybody' | 'own-page' | readonly Scope[]

export interface HttpRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path with parameters in braces: `/api/v1/accounts/{account}`. Also the label in metrics and in the audit log. */
  readonly template: string
  readonly access: Access
  /** Answers, or throws ProblemError, NodeError or ORPCError for the listener to answer with. */
  handle(call: HttpCall): Promise<void> | void
}

/** An upgrade to WebSocket whose Host and Origin are good; the token is the handler's to check. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void
