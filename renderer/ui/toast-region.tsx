import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useT } from '../i18n/index.ts'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'
import './toast.css'
import { dismissToast, type ShownToast, useToastStore } from './toast-store.ts'
import { toneIcons } from './tone.ts'

/** How long one stays, ms: time to read two lines. What went wrong, and what offers something to press, stays (WCAG 2.2.1). */
const shownMs = 6_000

export function ToastRegion() {
  const t = useT()
  const toasts = useToastStore((state) => state.toasts)
  return (
    <section className="toasts" aria-label={t('ui.toasts')}>
      <div aria-live="polite" aria-relevant="additions">
        {toasts.map((shown) => (
          <ToastCard key={shown.id} shown={shown} />
        ))}
      </div>
    </section>
  )
}

function ToastCard({ shown }: { readonly shown: ShownToast }) {
  const t = useT()
  const { id, tone, title, text, action } = shown
  const [isHeld, setHeld] = useState(false)
  const stays = tone === 'bad' || action !== undefined
  useEffect(() => {
    if (stays || isHeld) return
    const timer = setTimeout(() => dismissToast(id), shownMs)
    return () => clearTimeout(timer)
  }, [id, stays, isHeld])
  const Icon = toneIcons[tone]
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: holds its time while it is read; what can be pressed are its buttons
    <div
      className="toast"
      data-tone={tone}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon size={18} aria-hidden />
      <div className="grow">
        <div className="toast-title">{title}</div>
        {text !== undefined && <div className="toast-text">{text}</div>}
        {action !== undefined && (
          <div className="banner-actions">
            <Button
              size="small"
              onPress={() => {
                dismissToast(id)
                action.onPress()
              }}
            >
              {action.label}
            </Button>
          </div>
        )}
      </div>
      <IconButton label={t('ui.dismiss')} icon={X} onPress={() => dismissToast(id)} />
    </div>
  )
}
