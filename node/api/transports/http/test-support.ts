/** For tests only: requests with any header, raw bytes on a socket, and a listener with small limits. */
import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The parsed body, where it is JSON. */
  readonly body: Record<string, unknown>
}

export interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly token?: string | undefined
  /** Sent as JSON, unless it is text or bytes. */
  readonly body?: unknown
}

/** One request on a connection of its own. */
export function ask(
  url: string,
  path: string,
  { method = 'GET', headers = {}, token, body }: Ask = {},
): Promise<Reply> {
  const { hostname, port } = new URL(url)
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: hostname.replace(/^\[(.*)\]$/, '$1'),
        port,
        path,
        method,
        agent: false,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(bytes === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () =>
          resolve(replyOf(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(chunks).toString())),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(bytes)
  })
}

function replyOf(status: number, headers: IncomingHttpHeaders, text: string): Reply {
  const isJson = /json/.test(headers['content-type'] ?? '')
  return { status, headers, text, body: isJson && text !== '' ? (JSON.parse(text) as Reply['body']) : {} }
}

/** Sends text as it is, and gives back all that comes until the other side ends the connection. */
export function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

/** A connection on which nothing has been sent. */
export function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket))
    socket.once('error', reject)
  })
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'qudag-http-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
