/** What one peer may send: bytes and messages a second, of each class by itself, and of gossip. */
import type { Clock } from '../../core/clock.ts'
import { createTokenBucket, type TokenBucket } from '../token-bucket.ts'
import type { TrafficClass } from '../types.ts'
import { pubsubBudget, trafficClasses, trafficRules } from './traffic-classes.ts'

export type BudgetName = TrafficClass | 'pubsub'

export interface InboundBudget {
  /** @returns how long nothing more is to be read of the peer, in ms; 0 where it keeps within its budget */
  charge(what: BudgetName, bytes: number, messages: number): number
}

export function createInboundBudget(clock: Clock): InboundBudget {
  const buckets = new Map<BudgetName, { readonly bytes: TokenBucket; readonly messages: TokenBucket }>()
  const names: readonly BudgetName[] = [...trafficClasses, 'pubsub']
  for (const name of names) {
    const rules = name === 'pubsub' ? pubsubBudget : trafficRules[name]
    const { bytesPerSecond, burstBytes, messagesPerSecond, burstMessages } = rules
    buckets.set(name, {
      bytes: createTokenBucket(bytesPerSecond, burstBytes, clock),
      messages: createTokenBucket(messagesPerSecond, burstMessages, clock),
    })
  }
  return {
    charge(what, bytes, messages) {
      const bucket = buckets.get(what)
      if (bucket === undefined) return 0
      return Math.max(bucket.bytes.charge(bytes), bucket.messages.charge(messages))
    },
  }
}
