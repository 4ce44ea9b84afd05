/** Requests over a few kept connections, with any header and any bytes; answers with their text. */
import { Agent, request } from 'node:http'

export interface RawRequest {
  readonly method: string
  /** As it goes into the request line. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Uint8Array | undefined
}

export interface RawAnswer {
  readonly status: number
  readonly contentType: string
  readonly headerText: string
  readonly text: string
}

export interface KeepAliveClient {
  /** Rejects where no answer comes in time, or the connection breaks without one. */
  send(asked: RawRequest): Promise<RawAnswer>
  close(): void
}

export function createKeepAliveClient(url: string, { maxSockets = 16, answerWithinMs = 20_000 } = {}): KeepAliveClient {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets })

  const once = (asked: RawRequest): Promise<RawAnswer> =>
    new Promise((resolve, reject) => {
      const { method, target, headers, body } = asked
      const outgoing = request(
        { host: hostname, port, agent, method, path: target, headers: { ...headers } },
        (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => {
            chunks.push(chunk)
            // A stream of events does not end by itself: its first message is its answer.
            if (incoming.headers['content-type'] !== 'text/event-stream' || !chunk.includes('\n\n')) return
            finish()
            incoming.destroy()
          })
          incoming.on('error', reject)
          const finish = (): void => {
            resolve({
              status: incoming.statusCode ?? 0,
              contentType: incoming.headers['content-type'] ?? '',
              headerText: incoming.rawHeaders.join('\n'),
              text: Buffer.concat(chunks).toString(),
            })
          }
          incoming.on('end', finish)
        },
      )
      outgoing.setTimeout(answerWithinMs, () => outgoing.destroy(new Error('no answer in time')))
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection that the node ended while this request was on its way: HTTP lets it be sent again.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') once(asked).then(resolve, reject)
        else reject(error)
      })
      outgoing.end(body)
    })

  return { send: once, close: () => agent.destroy() }
}
