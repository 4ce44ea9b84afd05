/**
 * The connection behind a client: made when it is first needed, made again after a loss, one at a time. No call is ever
 * repeated here: one that was under way at a loss may have been carried out, and ends in CONNECTION_LOST.
 */
import { ORPCError } from '@orpc/client'
import { NodeError } from '../../core/node-error.ts'
import type { ClientChannel } from './channel.ts'
import { createLink, type Link } from './node-client.ts'

export interface ConnectionOptions {
  /** False: one connection, and with its end every further call fails. */
  readonly reconnect: boolean
}

export interface Connection {
  /** Calls through it open a connection where there is none. */
  readonly link: Link
  /** Resolves when there is a connection; rejects with what keeps it from being made. */
  open(): Promise<void>
  /** Drops the present connection, as if it had been lost. */
  drop(): void
  /** For good. */
  close(): void
  /** Resolves when it will not be connected any more. */
  readonly closed: Promise<void>
}

interface Live {
  readonly channel: ClientChannel
  readonly link: Link
  isOver: boolean
}

export function createConnection(openChannel: () => Promise<ClientChannel>, options: ConnectionOptions): Connection {
  const closed = Promise.withResolvers<void>()
  let isClosed = false
  let wasOpen = false
  let opening: Promise<Live> | undefined
  let live: Live | undefined

  const end = (): void => {
    isClosed = true
    closed.resolve()
  }

  const open = async (): Promise<Live> => {
    const channel = await openChannel()
    const made: Live = { channel, link: createLink(channel), isOver: false }
    wasOpen = true
    channel.addEventListener('close', () => {
      made.isOver = true
      if (live === made) live = undefined
      if (!options.reconnect) end()
    })
    if (isClosed) {
      channel.close()
      throw connectionLost()
    }
    live = made
    return made
  }

  const current = async (): Promise<Live> => {
    if (live !== undefined) return live
    if (isClosed || (wasOpen && !options.reconnect)) throw connectionLost()
    opening ??= open().finally(() => {
      opening = undefined
    })
    return opening
  }

  return {
    link: {
      async call(path, input, callOptions) {
        const used = await current()
        const explain = (error: unknown): unknown => {
          if (error instanceof ORPCError || error instanceof NodeError || callOptions.signal?.aborted) return error
          return used.isOver ? connectionLost(error) : error
        }
        try {
          const result = await used.link.call(path, input, callOptions)
          return isStream(result) ? explained(result, explain) : result
        } catch (error) {
          throw explain(error)
        }
      },
    },
    async open() {
      await current()
    },
    drop() {
      if (live === undefined) return
      const { channel } = live
      if (channel.destroy === undefined) channel.close()
      else channel.destroy()
    },
    close() {
      end()
      live?.channel.close()
    },
    closed: closed.promise,
  }
}

function connectionLost(cause?: unknown): NodeError {
  return new NodeError('CONNECTION_LOST', 'The connection to the node has ended.', { cause })
}

function isStream(value: unknown): value is AsyncIterableIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/**
 * The same stream, whose failures say what happened. Not a generator: return() of one would wait for a next() that is
 * under way.
 */
function explained(
  stream: AsyncIterableIterator<unknown>,
  explain: (error: unknown) => unknown,
): AsyncIterableIterator<unknown> {
  const guard = async <T>(work: Promise<T> | undefined): Promise<T> => {
    try {
      return await (work as Promise<T>)
    } catch (error) {
      throw explain(error)
    }
  }
  const iterator: AsyncIterableIterator<unknown> = {
    next: () => guard(stream.next()),
    return: async (value?: unknown) => (await guard(stream.return?.(value))) ?? { done: true, value },
    throw: (error?: unknown) => guard(stream.throw?.(error)),
    [Symbol.asyncIterator]: () => iterator,
  }
  return iterator
}
