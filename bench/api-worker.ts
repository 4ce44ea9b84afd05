/** The client side of the API benchmark, in a thread of its own, so that it does not compete with the node for one. */
import { Agent, request } from 'node:http'
import { parentPort } from 'node:worker_threads'
import { type Client, createClient } from '../node/api/client/index.ts'
import { localSocket } from '../node/api/transports/index.ts'
import { toHex } from '../node/core/bytes.ts'
import { type SigningContext, type SigningTask, signTasks } from './pipeline-senders.ts'

/** How the node is reached: `bare` is a handler of node:http that does nothing. */
export type Way = 'bare' | 'rest' | 'websocket' | 'socket'

export interface Addresses {
  readonly bareUrl: string
  readonly apiUrl: string
  readonly token: string
  readonly socketPath: string
}

export type ApiTask =
  | { readonly type: 'sign'; readonly tasks: readonly SigningTask[]; readonly context: SigningContext }
  | {
      readonly type: 'read'
      readonly way: Way
      readonly addresses: Addresses
      readonly account: string
      readonly seconds: number
      readonly concurrency: number
    }
  | {
      readonly type: 'submit'
      readonly way: Way
      readonly addresses: Addresses
      /** In hex, in the order they are to be sent. */
      readonly transactions: readonly string[]
      readonly concurrency: number
    }

export type ApiAnswer =
  | { readonly type: 'signed'; readonly transactions: readonly string[] }
  | { readonly type: 'measured'; readonly seconds: number; readonly latenciesMs: Float64Array }
  | { readonly type: 'failed'; readonly reason: string }

/** Connections that share the calls of a way on which one connection carries many. */
const sharedConnections = 4

interface Caller {
  read(account: string): Promise<unknown>
  submit(signed: string): Promise<unknown>
  close(): void
}

async function callerOf(way: Way, addresses: Addresses, concurrency: number): Promise<Caller> {
  if (way === 'bare') return overHttp(addresses.bareUrl, '', concurrency)
  if (way === 'rest') return overHttp(addresses.apiUrl, addresses.token, concurrency)
  const clients = Array.from({ length: sharedConnections }, () =>
    way === 'websocket'
      ? createClient({ kind: 'websocket', url: addresses.apiUrl, token: addresses.token })
      : createClient({ kind: 'socket', open: localSocket(addresses.socketPath) }),
  )
  await Promise.all(clients.map((client) => client.connect()))
  let turn = 0
  const next = (): Client['api'] => (clients[turn++ % clients.length] as Client).api
  return {
    read: (account) => next().accounts.show({ account }),
    submit: (signed) => next().transactions.create({ signed }),
    close() {
      for (const client of clients) client.close()
    },
  }
}

function overHttp(url: string, token: string, concurrency: number): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const { hostname, port } = new URL(url)
  const call = (method: string, path: string, body?: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const headers = {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      }
      const sent = request({ hostname, port, method, path, headers, agent }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if ((response.statusCode ?? 500) < 400) resolve(JSON.parse(text))
          else reject(new Error(text))
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
  return {
    read: (account) => call('GET', `/api/v1/accounts/${account}`),
    submit: (signed) => call('POST', '/api/v1/transactions', JSON.stringify({ signed })),
    close: () => agent.destroy(),
  }
}

async function measured(concurrency: number, call: () => Promise<unknown> | undefined): Promise<ApiAnswer> {
  const latenciesMs: number[] = []
  const startMs = performance.now()
  const pump = async (): Promise<void> => {
    for (;;) {
      const sentMs = performance.now()
      const answer = call()
      if (answer === undefined) return
      await answer
      latenciesMs.push(performance.now() - sentMs)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, pump))
  return {
    type: 'measured',
    seconds: (performance.now() - startMs) / 1_000,
    latenciesMs: Float64Array.from(latenciesMs),
  }
}

async function answerTo(task: ApiTask): Promise<ApiAnswer> {
  if (task.type === 'sign') {
    return { type: 'signed', transactions: signTasks(task.tasks, task.context).map(({ bytes }) => toHex(bytes)) }
  }
  const caller = await callerOf(task.way, task.addresses, task.concurrency)
  try {
    if (task.type === 'read') {
      await caller.read(task.account)
      const endMs = performance.now() + task.seconds * 1_000
      return await measured(task.concurrency, () => (performance.now() < endMs ? caller.read(task.account) : undefined))
    }
    let next = 0
    return await measured(task.concurrency, () => {
      const signed = task.transactions[next++]
      return signed === undefined ? undefined : caller.submit(signed)
    })
  } finally {
    caller.close()
  }
}

parentPort?.on('message', (task: ApiTask) => {
  answerTo(task).then(
    (answer) => parentPort?.postMessage(answer),
    (error: unknown) => parentPort?.postMessage({ type: 'failed', reason: String(error) } satisfies ApiAnswer),
  )
})
