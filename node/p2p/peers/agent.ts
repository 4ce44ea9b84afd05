/** What a node says it runs: `qudag/0.1.0 (full)`. Nothing of it is proven; it tells people what they talk to. */

import type { PeerRole } from '../types.ts'
import { peerLimits } from './limits.ts'

const roles: readonly PeerRole[] = ['validator', 'full', 'light', 'relay']

export function agentOf(version: string, role: PeerRole): string {
  return `qudag/${version} (${role})`
}

/** Null where it is none of ours. */
export function roleOfAgent(agent: string): PeerRole | null {
  const [, role] = /^qudag\/[0-9A-Za-z.+-]{1,64} \(([a-z]{1,16})\)$/.exec(agent) ?? []
  return roles.find((known) => known === role) ?? null
}

/** As it can be shown: without control characters, and no longer than anyone reads. */
export function shownAgent(agent: string): string {
  return agent.replace(/\p{C}/gu, '').slice(0, peerLimits.maxAgentLength)
}
