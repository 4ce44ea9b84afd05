/**
 * REST as if it were the typed client, made from the routes of the contract, so that the same cases run over both. What
 * REST writes otherwise (problem documents, pointers) is put into the form of the contract's errors.
 */

import type { NodeClient } from '../../client/index.ts'
import { contract, type EventMessage, isNodeEvent, type NodeEventMessage } from '../../contract/index.ts'

interface Route {
  readonly method?: string
  readonly path?: string
}

/** A failure as the typed client has it. */
export class RestError extends Error {
  override readonly name = 'RestError'
  readonly code: string
  readonly status: number
  readonly data: { hint?: string; details: Record<string, unknown> }

  constructor(status: number, body: ProblemDocument) {
    super(body.detail)
    this.code = body.code
    this.status = status
    const [issue] = body.errors ?? []
    const field = issue?.pointer?.replace(/^#\//, '').replaceAll('/', '.') ?? issue?.parameter
    const details = body.details ?? (issue === undefined ? {} : { field: field ?? '', reason: issue.detail })
    this.data = { ...(body.hint === undefined ? {} : { hint: body.hint }), details }
  }
}

interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly hint?: string
  readonly details?: Record<string, unknown>
  readonly errors?: readonly { pointer?: string; parameter?: string; detail: string }[]
}

export function createRestApi(url: string, token: string): NodeClient {
  const call = async (area: string, name: string, input: Record<string, unknown> = {}): Promise<unknown> => {
    const { method = 'POST', path } = routeOf(area, name)
    if (path === undefined) return refusedRoute(url, token, area, name)
    const left = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
    const filled = path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
      const value = String(left.get(parameter))
      left.delete(parameter)
      return encodeURIComponent(value)
    })
    const query = new URLSearchParams([...left].map(([key, value]): [string, string] => [key, String(value)]))
    const answer = await fetch(`${url}/api/v1${filled}${method === 'GET' && left.size > 0 ? `?${query}` : ''}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(method === 'POST' ? { body: JSON.stringify(Object.fromEntries(left)) } : {}),
    })
    return read(answer)
  }
  const areas = Object.entries(contract).map(([area, group]) => [
    area,
    Object.fromEntries(
      Object.keys(group).map((name) => [name, (input?: Record<string, unknown>) => call(area, name, input)]),
    ),
  ])
  return Object.fromEntries(areas) as NodeClient
}

function routeOf(area: string, name: string): Route {
  const group = contract[area as keyof typeof contract] as Record<string, { '~orpc': { route: Route } }>
  return group[name]?.['~orpc'].route ?? {}
}

/** Where a procedure without a route would be looked for. */
async function refusedRoute(url: string, token: string, area: string, name: string): Promise<unknown> {
  return read(
    await fetch(`${url}/api/v1/${area}/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    }),
  )
}

async function read(answer: Response): Promise<unknown> {
  const body: unknown = await answer.json()
  if (answer.ok) return body
  if (answer.headers.get('content-type') !== 'application/problem+json') throw new Error('no problem document')
  throw new RestError(answer.status, body as ProblemDocument)
}

/** The node's events as server-sent events, from after the cursor where one is given. */
export async function* serverSentEvents(
  url: string,
  token: string,
  query: { types?: string[]; accounts?: string[]; after?: string },
  signal: AbortSignal,
): AsyncGenerator<NodeEventMessage, void, void> {
  const parameters = new URLSearchParams()
  if (query.types !== undefined) parameters.set('types', query.types.join())
  if (query.accounts !== undefined) parameters.set('accounts', query.accounts.join())
  const answer = await fetch(`${url}/api/v1/events?${parameters}`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
      ...(query.after === undefined ? {} : { 'last-event-id': query.after }),
    },
    signal,
  })
  if (!answer.ok) await read(answer)
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      const message = JSON.parse(data ?? '') as EventMessage
      if (isNodeEvent(message)) yield message
    }
  }
}
