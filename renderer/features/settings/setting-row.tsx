import { type ReactNode, useId } from 'react'
import './settings.css'

export interface SettingRowProps {
  readonly title: string
  readonly text?: ReactNode
  /** A state, below the text. */
  readonly note?: ReactNode
  /** What changes it, at the right. */
  readonly children?: ReactNode
}

/** A thing that can be done or looked at: what it is at the left, the button or value at the right. */
export function SettingRow({ title, text, note, children }: SettingRowProps) {
  const id = useId()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend that cannot stand beside its content
    <div className="setting-row" role="group" aria-labelledby={id}>
      <div className="setting-row-words">
        <div id={id} className="setting-row-title">
          {title}
        </div>
        {text !== undefined && <p className="muted small">{text}</p>}
        {note}
      </div>
      {children !== undefined && <div className="setting-row-control">{children}</div>}
    </div>
  )
}
