import type { ReactNode } from 'react'
import { Switch as AriaSwitch } from 'react-aria-components'
import './field.css'

export interface SwitchProps {
  readonly children: ReactNode
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly description?: ReactNode
  readonly isDisabled?: boolean
}

/** On or off, at once. */
export function Switch({ children, description, ...rest }: SwitchProps) {
  return (
    <AriaSwitch {...rest} className="check">
      <span className="switch-track" aria-hidden>
        <span className="switch-thumb" />
      </span>
      <span>
        <span>{children}</span>
        {description !== undefined && <span className="field-description block">{description}</span>}
      </span>
    </AriaSwitch>
  )
}
