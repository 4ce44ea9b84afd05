/** What is served at one address by WebSocket, and what the door needs to know of each connection to it. */
import type { WebSocket } from 'ws'
import type { Scope } from '../../contract/index.ts'
import type { Caller } from '../http/index.ts'

export interface Endpoint {
  /** Also the label in the audit log. */
  readonly path: string
  /** The client must offer one of these; the first that it offers is echoed, never the token. */
  readonly subprotocols: readonly string[]
  /** Without it nobody is let in; undefined lets any sound token in. */
  readonly scope: Scope | undefined
  /** Largest message of this caller, bytes. */
  maxMessageBytes(caller: Caller): number
  /** Takes the connection over until it closes. */
  accept(socket: WebSocket, caller: Caller): Session
}

/** One connection, as the door sees it. */
export interface Session {
  /** True while something is awaited or going on: the connection is not idle. */
  readonly isBusy: boolean
  /** Calls back when the connection may be closed without anybody missing an answer. */
  finish(callback: () => void): void
}
