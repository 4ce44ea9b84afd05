/**
 * Streams that are inside the secure channel whatever carries them. Where the channel is around a connection they are libp2p's
 * own. On a connection that libp2p leaves to its transport (WebRTC) each has a handshake of its own first, under a protocol
 * name that says so; without it, nothing of ours is spoken there. Runs in browsers too. Source: docs/protocol.md, "Inside a stream".
 */
import type { AbortOptions, Connection, Libp2p, Stream, StreamHandler, StreamHandlerOptions } from '@libp2p/interface'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { channelStreamProtocol, type SecureChannel } from '../secure-channel/index.ts'
import { createTokenBucket, type TokenBucket } from '../token-bucket.ts'
import { wireLimits } from './limits.ts'

export interface ChannelStreams extends Pick<Libp2p, 'handle' | 'unhandle'> {
  /** @throws NodeError with a ChannelCode; Error where the other end does not speak the protocol, or has gone */
  open(connection: Connection, protocol: string, options?: AbortOptions): Promise<Stream>
}

export interface ChannelStreamsDeps {
  readonly libp2p: Pick<Libp2p, 'handle' | 'unhandle'>
  readonly channel: Pick<SecureChannel, 'kindOf' | 'secureStream'>
  /** Whether there can be connections that need it; without, it is not offered. */
  readonly hasInnerChannels: boolean
  /** A stream on such a connection is inside the channel now. */
  readonly onSecured?: (connection: Connection) => void
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/** The name under which a protocol is spoken inside a channel of its own. */
export function inChannel(protocol: string): string {
  return `${channelStreamProtocol}${protocol}`
}

export function createChannelStreams(deps: ChannelStreamsDeps): ChannelStreams {
  const { libp2p, channel, hasInnerChannels, onSecured, clock, scheduler } = deps
  const buckets = new WeakMap<Connection, TokenBucket>()

  const isBare = (connection: Connection): boolean => channel.kindOf(connection) === 'transport'

  const secured = async (
    stream: Stream,
    connection: Connection,
    protocol: string,
    options: AbortOptions = {},
  ): Promise<Stream> => {
    const { signal } = options
    const { stream: inner } = await channel.secureStream(stream, connection, {
      protocol,
      ...(signal === undefined ? {} : { signal }),
    })
    onSecured?.(connection)
    return inner
  }

  /** A handshake costs more than what is asked inside: a peer that opens many waits for its turn. */
  const turn = (connection: Connection): Promise<void> => {
    const { innerHandshakesPerSecond, innerHandshakesAtOnce } = wireLimits
    const bucket = buckets.get(connection) ?? createTokenBucket(innerHandshakesPerSecond, innerHandshakesAtOnce, clock)
    buckets.set(connection, bucket)
    const waitMs = bucket.charge(1)
    return waitMs === 0 ? Promise.resolve() : new Promise((resolve) => void scheduler.after(waitMs, resolve))
  }

  const take = async (
    stream: Stream,
    connection: Connection,
    protocol: string,
    handler: StreamHandler,
  ): Promise<void> => {
    if (!isBare(connection)) return stream.abort(new Error('the connection is inside the channel already'))
    await turn(connection)
    if (stream.status !== 'open') return
    let inner: Stream
    try {
      inner = await secured(stream, connection, protocol)
    } catch {
      // Ended and told of by the channel.
      return
    }
    await handler(inner, connection)
  }

  return {
    async handle(protocols, handler, options?: StreamHandlerOptions) {
      for (const protocol of [protocols].flat()) {
        await libp2p.handle(
          protocol,
          (stream, connection) =>
            isBare(connection) ? stream.abort(new Error('not inside the channel')) : handler(stream, connection),
          options,
        )
        if (!hasInnerChannels) continue
        await libp2p.handle(
          inChannel(protocol),
          (stream, connection) => take(stream, connection, protocol, handler),
          options,
        )
      }
    },
    async unhandle(protocols, options) {
      const names = [protocols].flat()
      await libp2p.unhandle(hasInnerChannels ? [...names, ...names.map(inChannel)] : names, options)
    },
    async open(connection, protocol, options) {
      if (!isBare(connection)) return connection.newStream(protocol, options)
      return secured(await connection.newStream(inChannel(protocol), options), connection, protocol, options)
    },
  }
}

/** Of a host of which every connection is inside the channel as a whole. */
export function wholeChannelStreams(libp2p: Pick<Libp2p, 'handle' | 'unhandle'>): ChannelStreams {
  return {
    handle: (protocols, handler, options) => libp2p.handle(protocols, handler, options),
    unhandle: (protocols, options) => libp2p.unhandle(protocols, options),
    open: (connection, protocol, options) => connection.newStream(protocol, options),
  }
}
