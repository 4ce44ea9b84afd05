import { ProgressBar as AriaProgressBar, Label } from 'react-aria-components'
import './spinner.css'

export interface ProgressBarProps {
  readonly label: string
  /** 0 … 1; left out, how much there is to do is not known. */
  readonly value?: number
  /** What stands at its end instead of per cent: "3 of 24", "about 20 s left". */
  readonly text?: string
}

export function ProgressBar({ label, value, text }: ProgressBarProps) {
  return (
    <AriaProgressBar
      className="progress"
      isIndeterminate={value === undefined}
      value={value ?? 0}
      maxValue={1}
      valueLabel={text}
      formatOptions={{ style: 'percent' }}
    >
      {({ percentage, valueText }) => (
        <>
          <Label>{label}</Label>
          <span className="progress-value">{value === undefined ? text : valueText}</span>
          <div className="progress-track">
            <div
              className="progress-fill"
              data-indeterminate={value === undefined ? '' : undefined}
              style={value === undefined ? undefined : { width: `${percentage ?? 0}%` }}
            />
          </div>
        </>
      )}
    </AriaProgressBar>
  )
}
