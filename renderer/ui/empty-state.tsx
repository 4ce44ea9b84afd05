import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import './chip.css'

export interface EmptyStateProps {
  readonly icon: LucideIcon
  readonly title: string
  /** What would stand here, and what to do for it. */
  readonly text?: ReactNode
  readonly action?: ReactNode
}

export function EmptyState({ icon: Icon, title, text, action }: EmptyStateProps) {
  return (
    <div className="empty">
      <Icon size={32} strokeWidth={1.5} aria-hidden />
      <div className="empty-title">{title}</div>
      {text !== undefined && <div className="empty-text">{text}</div>}
      {action !== undefined && <div className="empty-action">{action}</div>}
    </div>
  )
}
