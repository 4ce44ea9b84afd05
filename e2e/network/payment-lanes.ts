/**
 * For tests: payments under way at once through one node, each under a key of its own, asked again until it is answered. A
 * request whose answer was lost is asked for again, so in the end every key has one transaction or an honest refusal.
 */
import { expect } from 'vitest'
import type { LocalConnection } from '../../node/api/transports/index.ts'
import { pause } from './run-network.ts'

export interface PaymentLanes {
  /** Transaction by key. */
  readonly acknowledged: ReadonlyMap<string, string>
  /** Keys that can never be paid, by their node's word. */
  readonly refused: ReadonlySet<string>
  /** Refusals by code, also those that were only for the moment. */
  readonly refusals: ReadonlyMap<string, number>
  /** Sends until told to stop, or until the connection is gone. */
  run(connection: LocalConnection, isOver: () => boolean): Promise<void>
  /** Asks again for whatever was cut off, until each is answered. */
  settle(connection: LocalConnection): Promise<void>
}

export const microRuvEach = 1_000
/** It has to wait, since so many are under way: everything else is the end of the process. */
const waitCodes = new Set(['IN_FLIGHT_LIMIT', 'NONCE_TOO_FAR', 'MEMPOOL_FULL'])

/** @param name keeps the keys of several senders apart */
export function createPaymentLanes(options: {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly lanes: number
  /** Between two payments of a lane. */
  readonly pauseMs?: number
}): PaymentLanes {
  const { name, from, to, lanes, pauseMs = 0 } = options
  let nextKey = 0
  const acknowledged = new Map<string, string>()
  const unanswered: string[] = []
  const refusals = new Map<string, number>()
  const refused = new Set<string>()

  /** False where the connection is gone. */
  const ask = async ({ client }: LocalConnection, idempotencyKey: string): Promise<boolean> => {
    try {
      const transfers = [{ to, amount: String(microRuvEach) }]
      const { txId } = await client.transactions.create({ from, transfers, idempotencyKey })
      const before = acknowledged.get(idempotencyKey)
      expect(before === undefined || before === txId).toBe(true)
      acknowledged.set(idempotencyKey, txId)
      return true
    } catch (error) {
      const code = String((error as { code?: string }).code)
      refusals.set(code, (refusals.get(code) ?? 0) + 1)
      if (code === 'NONCE_USED') {
        // Signed and not sent before the kill, and another has its number since: it can never be paid, and that is the answer.
        refused.add(idempotencyKey)
        return true
      }
      unanswered.push(idempotencyKey)
      if (!waitCodes.has(code)) return false
      await pause(100)
      return true
    }
  }

  const lane = async (connection: LocalConnection, isOver: () => boolean): Promise<void> => {
    while (!isOver()) {
      const goesOn = await ask(connection, unanswered.shift() ?? `${name}-${nextKey++}`)
      if (!goesOn) return
      if (pauseMs > 0) await pause(pauseMs)
    }
  }

  return {
    acknowledged,
    refused,
    refusals,
    async run(connection, isOver) {
      await Promise.all(Array.from({ length: lanes }, () => lane(connection, isOver)))
    },
    async settle(connection) {
      for (let tries = 0; unanswered.length > 0; tries++) {
        if (tries > 300)
          throw new Error(`${unanswered.length} payments are never taken: ${JSON.stringify([...refusals])}`)
        await ask(connection, unanswered.shift() as string)
      }
    },
  }
}
