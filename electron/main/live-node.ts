/** A node that can be talked to, wherever it runs: what the host (node-host.ts) does not need to tell apart. */
import type { MessagePortMain } from 'electron'
import type { Client, PortLike } from '../../node/api/client/index.ts'
import type { WindowKind } from './pages.ts'

export interface LiveNode {
  /** Runs in another process, and goes on when this one ends. */
  readonly isAttached: boolean
  readonly network: string
  readonly dataDir: string
  /** The shell's own connection: everything of the owner's but secrets. */
  readonly client: Client
  /** Serves the node's contract over this end, to as much as that kind of window may do. */
  serve(port: PortLike, kind: WindowKind): void
  /**
   * Hands a port to where a PIN is waited for at this socket. Nothing that comes over it passes this process.
   *
   * @throws NodeError HSM_STOPPED where none is waited for there
   */
  handPinPort(socket: string, port: MessagePortMain): Promise<void>
  /** Resolves when it has ended in order or, attached, when it cannot be reached any more; rejects with why it had to. */
  readonly ended: Promise<void>
  /** Ends a node of our own in order; of an attached one only the connections. */
  close(): Promise<void>
}
