import type { HTMLAttributes, ReactNode, Ref } from 'react'
import { TextField as AriaTextField, Group, Input, TextArea } from 'react-aria-components'
import { classes } from './classes.ts'
import { FieldLabel, FieldNotes } from './field-parts.tsx'

export interface TextFieldProps {
  readonly label: string
  /** Keeps the label for screen readers alone, where the place says what it is: a search field. */
  readonly isLabelHidden?: boolean
  readonly value?: string
  readonly defaultValue?: string
  readonly onChange?: (value: string) => void
  readonly onBlur?: () => void
  readonly description?: ReactNode
  /** What is wrong and what would be right. Empty or left out: nothing is. */
  readonly error?: string | undefined
  /** Beside the label: how much of how much. */
  readonly aside?: ReactNode
  readonly placeholder?: string
  /** Addresses, hashes, keys. */
  readonly mono?: boolean
  readonly multiline?: boolean
  readonly rows?: number
  readonly suffix?: ReactNode
  readonly isRequired?: boolean
  readonly isDisabled?: boolean
  readonly isReadOnly?: boolean
  readonly autoFocus?: boolean
  readonly name?: string
  readonly inputMode?: HTMLAttributes<HTMLInputElement>['inputMode']
  readonly maxLength?: number
  readonly type?: 'text' | 'search'
  readonly className?: string
  readonly inputRef?: Ref<HTMLInputElement & HTMLTextAreaElement>
}

export function TextField({
  label,
  isLabelHidden = false,
  description,
  error,
  aside,
  placeholder,
  mono = false,
  multiline = false,
  rows = 3,
  suffix,
  className,
  inputRef,
  inputMode,
  ...rest
}: TextFieldProps) {
  const message = error === '' ? undefined : error
  const common = {
    className: 'field-input',
    'data-mono': mono ? '' : undefined,
    'data-numeric': inputMode === 'decimal' || inputMode === 'numeric' ? '' : undefined,
    placeholder,
    ref: inputRef,
  }
  return (
    <AriaTextField
      {...rest}
      {...(isLabelHidden ? { 'aria-label': label } : {})}
      className={classes('field', className)}
      isInvalid={message !== undefined}
      validationBehavior="aria"
      // Nothing that is typed here is for the browser to remember or to send to a spelling service.
      autoComplete="off"
      spellCheck="false"
    >
      {!isLabelHidden && <FieldLabel aside={aside}>{label}</FieldLabel>}
      <Group
        className="field-box"
        data-invalid={message === undefined ? undefined : ''}
        data-disabled={rest.isDisabled ? '' : undefined}
      >
        {multiline ? <TextArea {...common} rows={rows} /> : <Input {...common} inputMode={inputMode} />}
        {suffix !== undefined && <span className="field-suffix">{suffix}</span>}
      </Group>
      <FieldNotes description={description} error={message} />
    </AriaTextField>
  )
}
