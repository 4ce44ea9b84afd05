/** What is known of a channel once it stands, and where that is found again by libp2p's connection. */
import type { Connection, MessageStream } from '@libp2p/interface'
import { equalBytes } from '../../core/bytes.ts'
import type { HandshakeRole } from './handshake.ts'

export interface ChannelRecord {
  /** Ours in the handshake. */
  readonly role: HandshakeRole
  /** 32 bytes, the same on both sides, and on no other connection. */
  readonly handshakeHash: Uint8Array
  /** Peer id of the other side, 38 bytes. */
  readonly remotePeerId: Uint8Array
}

export interface ChannelRecords {
  /** @param transport as libp2p handed it to the encrypter */
  set(transport: MessageStream, record: ChannelRecord): void
  /** Undefined for a connection that is not inside a channel of ours. */
  of(connection: Connection): ChannelRecord | undefined
}

/**
 * libp2p makes the Connection after its encrypter has returned, out of the transport's connection, and hands on the one object
 * `timeline` of that, which both interfaces declare: the only thing public on both sides that is one and the same. Where a
 * version of libp2p copied it, nothing would be found, and what needs a record refuses. Records go with their connections.
 */
export function createChannelRecords(): ChannelRecords {
  const records = new WeakMap<object, ChannelRecord>()
  return {
    set: (transport, record) => records.set(transport.timeline, record),
    of(connection) {
      const record = records.get(connection.timeline)
      const isOfPeer =
        record !== undefined && equalBytes(record.remotePeerId, connection.remotePeer.toMultihash().bytes)
      return isOfPeer ? record : undefined
    },
  }
}
