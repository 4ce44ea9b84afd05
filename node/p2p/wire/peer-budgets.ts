/** Budgets of all peers. They outlast links: coming back is no fresh start. The peer that was heard of longest ago is forgotten. */
import type { Clock } from '../../core/clock.ts'
import type { LinkKey } from '../types.ts'
import { createInboundBudget, type InboundBudget } from './inbound-budget.ts'
import { wireLimits } from './limits.ts'

export function createPeerBudgets(clock: Clock): (peer: LinkKey) => InboundBudget {
  const budgets = new Map<LinkKey, InboundBudget>()
  return (peer) => {
    const budget = budgets.get(peer) ?? createInboundBudget(clock)
    budgets.delete(peer)
    budgets.set(peer, budget)
    for (const [oldest] of budgets) {
      if (budgets.size <= wireLimits.rememberedPeers) break
      budgets.delete(oldest)
    }
    return budget
  }
}
