import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '../i18n/index.ts'
import './chip.css'
import { IconButton } from './icon-button.tsx'
import { toneIcons } from './tone.ts'

export interface BannerProps {
  readonly tone: 'info' | 'warn' | 'bad' | 'good'
  readonly title?: string
  readonly children?: ReactNode
  /** Buttons. */
  readonly actions?: ReactNode
  readonly onDismiss?: () => void
}

/** Something to know about what is below it. `bad` is read out at once, the others when there is a pause. */
export function Banner({ tone, title, children, actions, onDismiss }: BannerProps) {
  const t = useT()
  const Icon = toneIcons[tone]
  return (
    <div className="banner" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon size={18} aria-hidden />
      <div>
        {title !== undefined && <div className="banner-title">{title}</div>}
        {children !== undefined && <div className="banner-text">{children}</div>}
        {actions !== undefined && <div className="banner-actions">{actions}</div>}
      </div>
      {onDismiss !== undefined && (
        <span className="banner-dismiss">
          <IconButton label={t('ui.dismiss')} icon={X} onPress={onDismiss} />
        </span>
      )}
    </div>
  )
}
