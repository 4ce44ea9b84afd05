import { ArrowLeft } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useT } from '../../i18n/index.ts'
import { Button } from '../../ui/index.ts'

export interface StepFrameProps {
  readonly title: string
  readonly text?: ReactNode
  readonly children?: ReactNode
  /** The button that goes on; it stands last. */
  readonly actions?: ReactNode
  readonly onBack?: (() => void) | undefined
}

/** One step of the first start: its heading takes the focus, so that it is read out from there. */
export function StepFrame({ title, text, children, actions, onBack }: StepFrameProps) {
  const t = useT()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // A field that asked for the focus keeps it.
    const { activeElement } = document
    if (activeElement === null || activeElement === document.body) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <section className="onboarding-step">
      <div className="stack-tight">
        <h1 ref={heading} tabIndex={-1} data-page-heading>
          {title}
        </h1>
        {text !== undefined && <p className="muted">{text}</p>}
      </div>
      {children}
      {(actions !== undefined || onBack !== undefined) && (
        <div className="onboarding-actions">
          {onBack !== undefined && (
            <Button variant="quiet" icon={ArrowLeft} onPress={onBack}>
              {t('onboarding.back')}
            </Button>
          )}
          <span className="grow" />
          {actions}
        </div>
      )}
    </section>
  )
}
