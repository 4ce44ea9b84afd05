/** Whether others can reach this node, in plain words: what that means, how it is known, and what can be done. */
import { CircleHelp, Globe, type LucideIcon, RouteOff, Unplug, Waypoints } from 'lucide-react'
import type { Reachability } from '../../../node/api/contract/index.ts'
import type { MessageKey } from '../../i18n/index.ts'
import type { Tone } from '../../ui/index.ts'

export interface ReachabilityWords {
  readonly state: MessageKey
  readonly tone: Tone
  readonly icon: LucideIcon
  /** How it is known; undefined for a reason that this version has no words for. */
  readonly reason: MessageKey | undefined
  /** What to do; undefined where there is nothing to do. */
  readonly advice: MessageKey | undefined
}

const looks: Readonly<Record<Reachability['state'], { readonly tone: Tone; readonly icon: LucideIcon }>> = {
  public: { tone: 'good', icon: Globe },
  relayed: { tone: 'info', icon: Waypoints },
  private: { tone: 'warn', icon: RouteOff },
  unknown: { tone: 'neutral', icon: CircleHelp },
  offline: { tone: 'neutral', icon: Unplug },
}

const reasons = [
  ...(['CONFIRMED_BY_PEERS', 'DIAL_BACK_FAILED', 'PORT_MAPPED', 'RELAY_RESERVED', 'NO_PEERS'] as const),
  ...(['NOT_CHECKED', 'LISTENS_NOWHERE'] as const),
]

/** @param isAlone this node makes up its network by itself: nobody has to reach it */
export function reachabilityWords({ state, reason }: Reachability, isAlone: boolean): ReachabilityWords {
  const known = reasons.find((code) => code === reason)
  const advice = adviceFor(state, known, isAlone)
  return {
    ...looks[state],
    state: `network.reach.${state}`,
    reason: known === undefined ? undefined : `network.reach.reason.${known}`,
    advice: advice === undefined ? undefined : `network.reach.advice.${advice}`,
  }
}

function adviceFor(
  state: Reachability['state'],
  reason: (typeof reasons)[number] | undefined,
  isAlone: boolean,
): 'alone' | 'forward' | 'relayed' | 'peers' | 'wait' | 'listen' | undefined {
  switch (state) {
    case 'public':
      return undefined
    case 'relayed':
      return 'relayed'
    case 'private':
      return 'forward'
    case 'unknown':
      return reason === 'NO_PEERS' ? 'peers' : 'wait'
    case 'offline':
      return isAlone ? 'alone' : 'listen'
  }
}
