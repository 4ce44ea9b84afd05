/** Every way to a node, alike for the cases: typed calls as the owner or as a token, and events. */
import { readFileSync } from 'node:fs'
import { MessageChannel } from 'node:worker_threads'
import type { NodeServices, TokenScope } from '../../../services/types.ts'
import { createClient, type NodeClient } from '../../client/index.ts'
import { isNodeEvent, type NodeEventMessage, type NodeInfo } from '../../contract/index.ts'
import { ownerContext } from '../../handlers/index.ts'
import { createMessagePortServer, localSocket } from '../../transports/index.ts'
import { createRestApi, serverSentEvents } from './rest-api.ts'

/**
 * What a way can carry: `all` procedures or those with a route only; `secrets` as bytes; `streams` of the contract;
 * `tokens` beside the owner; `events`.
 */
export type Feature = 'all' | 'secrets' | 'streams' | 'tokens' | 'events'

export interface EventQuery {
  readonly types?: string[]
  readonly accounts?: string[]
  readonly after?: string
}

export interface Door {
  readonly name: string
  readonly features: ReadonlySet<Feature>
  /** As its owner. */
  readonly api: NodeClient
  /** As the bearer of a token with these scopes. */
  asToken(scopes: readonly TokenScope[]): Promise<NodeClient>
  /** Ends at the signal. */
  events(query: EventQuery, signal: AbortSignal): AsyncGenerator<NodeEventMessage, void, void>
  close(): Promise<void>
}

/** What the doors are opened on: a node, real or in memory. */
export interface House {
  readonly services: NodeServices
  readonly info: NodeInfo & { readonly apiUrl: string; readonly tokenFile: string }
  issueBrowserCode(): string
  readonly reportFault?: (fault: unknown) => void
}

export async function openDoors(house: House): Promise<Door[]> {
  return [localSocketDoor(house), messagePortDoor(house), await webSocketDoor(house), restDoor(house)]
}

let tokens = 0

async function newToken({ services }: House, scopes: readonly TokenScope[]): Promise<{ id: string; token: string }> {
  const { token, view } = await services.tokens.create({ label: `conformance ${tokens++}`, scopes })
  return { id: view.id, token }
}

async function* eventsOf(
  client: ReturnType<typeof createClient>,
  query: EventQuery,
  signal: AbortSignal,
): AsyncGenerator<NodeEventMessage, void, void> {
  for await (const event of client.events(query, { signal })) if (isNodeEvent(event)) yield event
}

function localSocketDoor({ info }: House): Door {
  const client = createClient({ kind: 'socket', open: localSocket(info.socket) })
  return {
    name: 'local socket',
    features: new Set(['all', 'secrets', 'streams', 'events']),
    api: client.api,
    asToken: () => Promise.reject(new Error('the local socket is the owner’s alone')),
    events: (query, signal) => eventsOf(client, query, signal),
    close: async () => client.close(),
  }
}

function messagePortDoor(house: House): Door {
  const server = createMessagePortServer(
    {},
    { services: house.services, info: () => house.info, reportFault: (fault) => house.reportFault?.(fault) },
  )
  const connect = (context: Parameters<typeof server.serve>[1]) => {
    const { port1, port2 } = new MessageChannel()
    server.serve(port1, context)
    return createClient({ kind: 'port', port: port2 })
  }
  const client = connect(ownerContext)
  return {
    name: 'MessagePort',
    features: new Set(['all', 'secrets', 'streams', 'tokens', 'events']),
    api: client.api,
    async asToken(scopes) {
      const { id } = await newToken(house, scopes)
      return connect({ scopes, secretChannel: false, tokenId: id }).api
    },
    events: (query, signal) => eventsOf(client, query, signal),
    close: async () => server.close(),
  }
}

async function webSocketDoor(house: House): Promise<Door> {
  const { apiUrl: url } = house.info
  const clients = new Set<ReturnType<typeof createClient>>()
  const connect = (token: string) => {
    const client = createClient({ kind: 'websocket', url, token })
    clients.add(client)
    return client
  }
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ code: house.issueBrowserCode() }),
  })
  if (!answer.ok) throw new Error(`the browser's code was refused: ${await answer.text()}`)
  const client = connect(((await answer.json()) as { token: string }).token)
  return {
    name: 'WebSocket',
    features: new Set(['all', 'secrets', 'streams', 'tokens', 'events']),
    api: client.api,
    asToken: async (scopes) => connect((await newToken(house, scopes)).token).api,
    events: (query, signal) => eventsOf(client, query, signal),
    close: async () => {
      for (const each of clients) each.close()
    },
  }
}

function restDoor(house: House): Door {
  const { apiUrl: url, tokenFile } = house.info
  const owner = readFileSync(tokenFile, 'utf8')
  return {
    name: 'REST',
    features: new Set(['tokens', 'events']),
    api: createRestApi(url, owner),
    asToken: async (scopes) => createRestApi(url, (await newToken(house, scopes)).token),
    events: (query, signal) => serverSentEvents(url, owner, query, signal),
    close: async () => undefined,
  }
}
