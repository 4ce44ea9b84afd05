import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import './chip.css'
import { type Tone, toneIcons } from './tone.ts'

export interface StateChipProps {
  readonly tone: Tone
  /** Left out, that of the tone. */
  readonly icon?: LucideIcon
  /** The state in a word or two. */
  readonly children: ReactNode
}

/** A state in a row: icon and word, so that colour says nothing that is not said otherwise. */
export function StateChip({ tone, icon, children }: StateChipProps) {
  const Icon = icon ?? toneIcons[tone]
  return (
    <span className="chip" data-tone={tone}>
      <Icon size={14} aria-hidden />
      <span>{children}</span>
    </span>
  )
}
