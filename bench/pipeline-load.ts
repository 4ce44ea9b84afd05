/** Sends transactions as fast as a node takes them, and measures at the client when each was taken and when it was final. */
import type { LoadTransaction } from './pipeline-senders.ts'

/** What a client sees of a node, in process or over a connection. */
export interface LoadTarget {
  /** Resolves when the transaction is durably admitted. */
  submit(bytes: Uint8Array): Promise<unknown>
  /** Calls back for each transaction that came to its end, until the signal. */
  followEnds(onEnd: (txId: string, outcome: string | undefined) => void, signal: AbortSignal): Promise<void>
}

export interface LoadOptions {
  /** Calls to submit() that wait for their answer. */
  readonly concurrency: number
  /** Transactions sent and not final: bounds the wait that the queue itself makes. */
  readonly maxInFlight: number
}

export interface LoadResult {
  readonly transactions: number
  /** From the first submission to the last admission. */
  readonly admissionSeconds: number
  /** From the first submission to the last Finalized. */
  readonly finalitySeconds: number
  /** Of each transaction, ms from its admission to Finalized, ascending. */
  readonly latenciesMs: readonly number[]
}

/** @throws Error where a transaction is refused or ends otherwise than ok: a benchmark of failures is worth nothing */
export async function runLoad(
  target: LoadTarget,
  transactions: readonly LoadTransaction[],
  { concurrency, maxInFlight }: LoadOptions,
): Promise<LoadResult> {
  const admittedAtMs = new Map<string, number>()
  const finalAtMs = new Map<string, number>()
  const following = new AbortController()
  const done = Promise.withResolvers<void>()
  let waiting: (() => void)[] = []
  const wakeAll = (): void => {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }
  const followed = target.followEnds((txId, outcome) => {
    if (outcome !== 'ok') return done.reject(new Error(`transaction ${txId} ended ${outcome ?? 'rejected'}`))
    finalAtMs.set(txId, performance.now())
    wakeAll()
    if (finalAtMs.size === transactions.length) done.resolve()
  }, following.signal)
  followed.catch(done.reject)

  const startMs = performance.now()
  let next = 0
  const pump = async (): Promise<void> => {
    for (let index = next++; index < transactions.length; index = next++) {
      while (index - finalAtMs.size >= maxInFlight) await new Promise<void>((resolve) => waiting.push(resolve))
      const { txId, bytes } = transactions[index] as LoadTransaction
      await target.submit(bytes)
      admittedAtMs.set(txId, performance.now())
    }
  }
  try {
    const pumps = Promise.all(Array.from({ length: concurrency }, pump))
    pumps.catch(done.reject)
    await done.promise
    await pumps
  } finally {
    following.abort()
    await followed.catch(() => undefined)
  }
  const lastOf = (times: ReadonlyMap<string, number>): number => [...times.values()].reduce((a, b) => Math.max(a, b), 0)
  return {
    transactions: transactions.length,
    admissionSeconds: (lastOf(admittedAtMs) - startMs) / 1_000,
    finalitySeconds: (lastOf(finalAtMs) - startMs) / 1_000,
    latenciesMs: transactions
      .map(({ txId }) => Math.max(0, (finalAtMs.get(txId) ?? 0) - (admittedAtMs.get(txId) ?? 0)))
      .sort((a, b) => a - b),
  }
}
