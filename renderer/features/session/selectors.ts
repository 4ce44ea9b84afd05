/** What shows for a state of the session. */
import type { SessionState } from './store.ts'

export type NetworkKind = 'main' | 'test' | 'dev'

/** Of a chain: `qudag-dev-1`, `dev`. What is unknown is shown like the real one: it is then no play money by mistake. */
export function networkKind(network: string): NetworkKind {
  const name = network.toLowerCase()
  if (/(?:^|-)dev(?:-|$)/.test(name)) return 'dev'
  if (/(?:^|-)test(?:net)?(?:-|$)/.test(name)) return 'test'
  return 'main'
}

/** Which page stands in for the views, by what is known. */
export type Screen = 'connecting' | 'signed-out' | 'node-starting' | 'node-failed' | 'onboarding' | 'locked' | 'views'

export function screenOf(
  { connection, nodeState, vault, watchedAccounts, viewsWhileLocked }: SessionState,
  needsOnboarding: boolean,
): Screen {
  if (connection === 'signed-out') return 'signed-out'
  if (nodeState?.kind === 'failed') return 'node-failed'
  if (vault === null || watchedAccounts === null) return nodeState?.kind === 'starting' ? 'node-starting' : 'connecting'
  if (needsOnboarding) return 'onboarding'
  if (vault.exists && vault.locked && !viewsWhileLocked) return 'locked'
  return 'views'
}
