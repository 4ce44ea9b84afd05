import type { ReactNode } from 'react'
import { RadioGroup as AriaRadioGroup, Radio } from 'react-aria-components'
import { FieldLabel, FieldNotes } from './field-parts.tsx'

export interface RadioChoice<Id extends string> {
  readonly id: Id
  readonly label: ReactNode
  readonly description?: ReactNode
  readonly isDisabled?: boolean
}

export interface RadioGroupProps<Id extends string> {
  readonly label: string
  readonly items: readonly RadioChoice<Id>[]
  readonly value: Id | null
  readonly onChange: (id: Id) => void
  readonly description?: ReactNode
  readonly error?: string | undefined
  readonly layout?: 'list' | 'cards'
  readonly isDisabled?: boolean
}

export function RadioGroup<Id extends string>({
  label,
  items,
  value,
  onChange,
  description,
  error,
  layout = 'list',
  isDisabled = false,
}: RadioGroupProps<Id>) {
  return (
    <AriaRadioGroup
      className="field"
      value={value}
      onChange={(id) => onChange(id as Id)}
      isDisabled={isDisabled}
      isInvalid={error !== undefined}
    >
      <FieldLabel>{label}</FieldLabel>
      <div className="radio-list" data-layout={layout}>
        {items.map((item) => (
          <Radio key={item.id} value={item.id} isDisabled={item.isDisabled ?? false} className="check">
            {({ isSelected }) => (
              <>
                <span className="check-box check-round" aria-hidden>
                  {isSelected && <span className="check-dot" />}
                </span>
                <span>
                  <span>{item.label}</span>
                  {item.description !== undefined && (
                    <span className="field-description block">{item.description}</span>
                  )}
                </span>
              </>
            )}
          </Radio>
        ))}
      </div>
      <FieldNotes description={description} error={error} />
    </AriaRadioGroup>
  )
}
