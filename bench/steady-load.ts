/** Payments at a steady rate to the validators of a benchmark, and how long each takes to be final. */
import type { BenchNetwork } from './consensus-network.ts'
import type { LoadTransaction } from './pipeline-senders.ts'

/**
 * Sends each to its node. @returns how long each took, sorted, in ms
 *
 * @param place the node of a transaction, by its number
 */
export async function sendSteadily(
  network: BenchNetwork,
  transactions: readonly LoadTransaction[],
  { ratePerSecond, place }: { readonly ratePerSecond: number; readonly place: (index: number) => number },
): Promise<number[]> {
  const sentAtMs = new Map<string, number>()
  const latenciesMs: number[] = []
  const done = new Promise<void>((resolve, reject) => {
    network.onEnd((txId, outcome) => {
      const atMs = sentAtMs.get(txId)
      if (atMs === undefined) return
      if (outcome !== 'ok') return reject(new Error(`a payment ended ${outcome}`))
      latenciesMs.push(performance.now() - atMs)
      if (latenciesMs.length === transactions.length) resolve()
    })
  })
  const startMs = performance.now()
  let isOver = false
  const send = async (): Promise<void> => {
    for (const [index, transaction] of transactions.entries()) {
      const waitMs = startMs + (1_000 * index) / ratePerSecond - performance.now()
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      if (isOver) return
      sentAtMs.set(transaction.txId, performance.now())
      network.submit(place(index), transaction)
    }
  }
  try {
    await Promise.race([Promise.all([send(), done]), network.failed])
  } finally {
    isOver = true
  }
  return latenciesMs.sort((a, b) => a - b)
}
