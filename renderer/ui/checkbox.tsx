import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox } from 'react-aria-components'
import './field.css'

export interface CheckboxProps {
  readonly children: ReactNode
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly description?: ReactNode
  readonly isDisabled?: boolean
}

/** Something the person confirms or chooses; it holds when the form is sent. What holds at once is a Switch. */
export function Checkbox({ children, description, ...rest }: CheckboxProps) {
  return (
    <AriaCheckbox {...rest} className="check">
      {({ isSelected }) => (
        <>
          <span className="check-box" aria-hidden>
            {isSelected && <Check size={14} strokeWidth={3} />}
          </span>
          <span>
            <span>{children}</span>
            {description !== undefined && <span className="field-description block">{description}</span>}
          </span>
        </>
      )}
    </AriaCheckbox>
  )
}
