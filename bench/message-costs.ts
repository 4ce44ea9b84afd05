/**
 * What messages cost the node that sends and takes them, by kind: processor time of its own thread in what it does at once, and the
 * signatures that it has checked because of them, at whatever time later. What comes after that – ordering, execution, the disk – is of no one kind.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { MessageMeter } from '../node/core/meter.ts'
import type { VerifierPool } from '../node/crypto/verifier-pool.ts'

export interface MessageCost {
  /** Of the node's thread. */
  readonly cpuMs: number
  /** Of any suite. */
  readonly signatures: number
}

export interface MessageCosts {
  readonly meter: MessageMeter
  /** The same verifier, counting. What no message asks for is under the kind ''. */
  counted(verifier: VerifierPool): VerifierPool
  /** Since it began, by kind. */
  costs(): Readonly<Record<string, MessageCost>>
}

export function createMessageCosts(): MessageCosts {
  const kinds = new AsyncLocalStorage<string>()
  const costs = new Map<string, { cpuMs: number; signatures: number }>()
  /** Of what was begun and not ended: work in the course of other work counts once. */
  let innerMs = 0
  const of = (kind: string): { cpuMs: number; signatures: number } => {
    let cost = costs.get(kind)
    if (cost === undefined) {
      cost = { cpuMs: 0, signatures: 0 }
      costs.set(kind, cost)
    }
    return cost
  }
  return {
    meter: {
      around(kind, work) {
        const outerMs = innerMs
        innerMs = 0
        const startMs = threadCpuMs()
        try {
          return kinds.run(kind, work)
        } finally {
          const elapsedMs = threadCpuMs() - startMs
          of(kind).cpuMs += elapsedMs - innerMs
          innerMs = outerMs + elapsedMs
        }
      },
    },
    counted: (verifier) => ({
      ...verifier,
      verify(jobs) {
        of(kinds.getStore() ?? '').signatures += jobs.length
        return verifier.verify(jobs)
      },
    }),
    costs: () => Object.fromEntries([...costs].map(([kind, cost]) => [kind, { ...cost }])),
  }
}

/** Of the thread that asks, since it began. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
