import { Check, Circle, CircleDot, type LucideIcon, Minus, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '../i18n/index.ts'
import './stepper.css'

export type StepState = 'done' | 'current' | 'upcoming' | 'failed' | 'skipped'

export interface Step {
  readonly id: string
  readonly label: ReactNode
  readonly state: StepState
  /** At its right: a time. */
  readonly time?: ReactNode
  /** Below it. */
  readonly detail?: ReactNode
}

const icons: Readonly<Record<StepState, LucideIcon>> = {
  done: Check,
  current: CircleDot,
  upcoming: Circle,
  failed: X,
  skipped: Minus,
}

/** The way something takes, one step a line; changes of the step it is at are read out. */
export function Stepper({ label, steps }: { readonly label: string; readonly steps: readonly Step[] }) {
  const t = useT()
  const current = steps.findLast(({ state }) => state === 'current' || state === 'failed' || state === 'done')
  return (
    <>
      <ol className="stepper" aria-label={label}>
        {steps.map(({ id, label: text, state, time, detail }) => {
          const Icon = icons[state]
          return (
            <li key={id} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
              <Icon size={16} aria-hidden />
              <span>
                {text}
                <span className="visually-hidden"> {t(`ui.step.${state}`)}</span>
                {detail !== undefined && <span className="stepper-detail">{detail}</span>}
              </span>
              {time !== undefined && <span className="stepper-time">{time}</span>}
            </li>
          )
        })}
      </ol>
      <span role="status" className="visually-hidden">
        {current?.label}
      </span>
    </>
  )
}
