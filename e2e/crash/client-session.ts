/**
 * One connection to a node under test that writes down all it does: requests before they are sent, answers after they
 * arrived. A call without an answer because the node died is no failure here; anything the node says is logged.
 */
import { ORPCError } from '@orpc/client'
import type { NodeClient } from '../../node/api/client/index.ts'
import type { Transaction } from '../../node/api/contract/index.ts'
import { connectLocalSocket } from '../../node/api/transports/index.ts'
import type { ClientLog, ClientRequest, SeenEnd } from './client-log.ts'

export type Answer =
  /** A transaction id, or an address. */
  | { readonly type: 'acknowledged'; readonly result: string; readonly view: Transaction | null }
  | { readonly type: 'refused'; readonly code: string }
  /** The connection ended first. */
  | { readonly type: 'unanswered' }

export interface ClientSession {
  readonly client: NodeClient
  readonly run: number
  /** True once the connection has ended. */
  readonly isOver: boolean
  /** Resolves when the connection has ended. */
  readonly over: Promise<void>
  /** Writes a new request down; it is sent by send(). */
  note(request: ClientRequest): void
  send(request: ClientRequest): Promise<Answer>
  /** Follows a transaction to its end, which is logged; does nothing where too many are followed already. */
  follow(txId: string): void
  /** Logs the end of a transaction where the view shows one. */
  see(view: Transaction): void
  close(): void
}

/** Streams at once: half of the calls that a connection may have outstanding. */
const maxFollowed = 30

export async function openSession(socketPath: string, run: number, log: ClientLog): Promise<ClientSession> {
  const connection = await connectLocalSocket(socketPath)
  const { client } = connection
  let isOver = false
  const over = connection.closed.then(() => {
    isOver = true
  })
  let followed = 0

  const see = (view: Transaction): void => {
    const end = endOf(view)
    if (end !== null) log.append({ type: 'ended', run, end })
  }

  const call = async (request: ClientRequest): Promise<{ result: string; view: Transaction | null }> => {
    switch (request.kind) {
      case 'pay': {
        const { from, key } = request
        const transfers = request.transfers.map(({ to, amountMicroRuv }) => ({ to, amount: amountMicroRuv, memo: key }))
        const view = await client.transactions.create({ from, transfers, idempotencyKey: key })
        return { result: view.txId, view }
      }
      case 'faucet': {
        const { from, amountMicroRuv, key } = request
        const view = await client.transactions.faucet({ account: from, amount: amountMicroRuv, idempotencyKey: key })
        return { result: view.txId, view }
      }
      case 'signed': {
        const view = await client.transactions.create({ signed: request.bytes })
        return { result: view.txId, view }
      }
      case 'createAccount': {
        const { address } = await client.accounts.create({ label: request.key })
        return { result: address, view: null }
      }
    }
  }

  const follow = async (txId: string): Promise<void> => {
    followed += 1
    try {
      for await (const view of await client.transactions.watch({ txId })) see(view)
    } catch (cause) {
      if (codeOf(cause) !== null) throw cause
    } finally {
      followed -= 1
    }
  }

  return {
    client,
    run,
    over,
    get isOver() {
      return isOver
    },
    note: (request) => log.append({ type: 'request', run, request }),
    async send(request) {
      const { key } = request
      if (isOver) return { type: 'unanswered' }
      log.append({ type: 'send', run, key })
      try {
        const { result, view } = await call(request)
        log.append({ type: 'acknowledged', run, key, result })
        if (view !== null) see(view)
        return { type: 'acknowledged', result, view }
      } catch (cause) {
        const code = codeOf(cause)
        if (code === null) return { type: 'unanswered' }
        log.append({ type: 'refused', run, key, code })
        return { type: 'refused', code }
      }
    },
    follow(txId) {
      if (!isOver && followed < maxFollowed) void follow(txId)
    },
    see,
    close: () => connection.close(),
  }
}

/** The stable code of what the node answered; null where the connection ended instead. */
export function codeOf(cause: unknown): string | null {
  return cause instanceof ORPCError ? cause.code : null
}

export function endOf(view: Transaction): SeenEnd | null {
  const { txId, state, outcome = null, code = null, fee, nonce, account } = view
  return state === 'Finalized' || state === 'Rejected' ? { txId, state, outcome, code, fee, nonce, account } : null
}
