import { Check } from 'lucide-react'
import { useT } from '../../i18n/index.ts'
import './secrets.css'

export interface StepTrailProps {
  readonly label: string
  readonly steps: readonly string[]
  /** Index of the step that is being done; the number of steps once all are. */
  readonly current: number
}

/** Where one is on a way of a few steps, in one line. */
export function StepTrail({ label, steps, current }: StepTrailProps) {
  const t = useT()
  return (
    <ol className="step-trail" aria-label={label}>
      {steps.map((step, index) => {
        const state = index < current ? 'done' : index === current ? 'current' : 'upcoming'
        return (
          <li key={step} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
            <span className="step-trail-mark" aria-hidden>
              {state === 'done' ? <Check size={12} strokeWidth={3} /> : index + 1}
            </span>
            <span>{step}</span>
            <span className="visually-hidden"> {t(`ui.step.${state}`)}</span>
          </li>
        )
      })}
    </ol>
  )
}
