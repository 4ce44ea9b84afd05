/** Answers with a body. */
import type { ServerResponse } from 'node:http'

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, 'application/json', JSON.stringify(value), headers)
}

/** Where the client has gone, or the listener has given up on it, there is nobody to answer. */
export function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  response.statusCode = status
  response.setHeader('Content-Type', contentType)
  response.setHeader('Content-Length', bytes.length)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.end(response.req.method === 'HEAD' ? undefined : bytes)
}
