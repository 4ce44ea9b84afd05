import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import './chip.css'
import type { Tone } from './tone.ts'

/** What a thing is, in a word: "watch-only", "test network". */
export function Badge({
  tone = 'neutral',
  icon: Icon,
  children,
}: {
  readonly tone?: Tone
  readonly icon?: LucideIcon
  readonly children: ReactNode
}) {
  return (
    <span className="badge" data-tone={tone}>
      {Icon !== undefined && <Icon size={12} aria-hidden />}
      {children}
    </span>
  )
}
