/** How far the node has come, for a glance: words, tone and icon. "In sync" is said of nothing but a chain that goes on. */
import { Check, DownloadCloud, FastForward, type LucideIcon, Radio, ScrollText, TriangleAlert } from 'lucide-react'
import type { SyncPhase, SyncState } from '../../../node/api/contract/index.ts'
import type { MessageKey } from '../../i18n/index.ts'
import type { Tone } from '../../ui/index.ts'

export interface SyncLook {
  readonly text: MessageKey
  readonly tone: Tone
  readonly icon: LucideIcon
}

const looks: Readonly<Record<SyncPhase, SyncLook>> = {
  connecting: { text: 'network.sync.short.connecting', tone: 'warn', icon: Radio },
  certificates: { text: 'network.sync.short.certificates', tone: 'pending', icon: ScrollText },
  snapshot: { text: 'network.sync.short.snapshot', tone: 'pending', icon: DownloadCloud },
  replay: { text: 'network.sync.short.replay', tone: 'pending', icon: FastForward },
  live: { text: 'network.sync.short.live', tone: 'good', icon: Check },
  stalled: { text: 'network.sync.short.stalled', tone: 'bad', icon: TriangleAlert },
}

export function syncLook({ phase }: Pick<SyncState, 'phase'>): SyncLook {
  return looks[phase]
}

/** 0 … 1 of the present phase; undefined where that is not known, or there is nothing to wait for. */
export function syncFraction({ phase, done, total }: Pick<SyncState, 'phase' | 'done' | 'total'>): number | undefined {
  if (phase === 'live' || phase === 'stalled' || phase === 'connecting') return undefined
  if (total === null || total === 0) return undefined
  return Math.min(1, done / total)
}
