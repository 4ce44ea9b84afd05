import { ArrowBigUpDash, CircleAlert, Eye, EyeOff } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, type Ref, useId, useState } from 'react'
import { useT } from '../i18n/index.ts'
import './field.css'
import { IconButton } from './icon-button.tsx'

export interface SecretFieldProps {
  readonly label: string
  readonly ref?: Ref<HTMLInputElement>
  readonly description?: ReactNode
  readonly error?: string | undefined
  readonly aside?: ReactNode
  readonly isDisabled?: boolean
  readonly autoFocus?: boolean
  readonly name?: string
  /** At each change. What is there is read from the element, never handed around. */
  readonly onInput?: () => void
}

/**
 * A password. Its text is in the input alone: a plain element, because a component that keeps a value would keep copies of
 * it in the program's state. The holder of `ref` reads it once and empties it.
 */
export function SecretField({
  label,
  ref,
  description,
  error,
  aside,
  isDisabled = false,
  autoFocus = false,
  name,
  onInput,
}: SecretFieldProps) {
  const t = useT()
  const id = useId()
  const [isShown, setShown] = useState(false)
  const [hasCapsLock, setCapsLock] = useState(false)
  const message = error === '' ? undefined : error
  const noteCapsLock = (event: KeyboardEvent): void => setCapsLock(event.getModifierState('CapsLock'))
  return (
    <div className="field">
      <div className="field-label">
        <label htmlFor={id}>{label}</label>
        {aside !== undefined && <span className="field-aside">{aside}</span>}
      </div>
      <div
        className="field-box"
        data-invalid={message === undefined ? undefined : ''}
        data-disabled={isDisabled ? '' : undefined}
      >
        <input
          id={id}
          ref={ref}
          className="field-input"
          type={isShown ? 'text' : 'password'}
          name={name}
          disabled={isDisabled}
          // biome-ignore lint/a11y/noAutofocus: the form is opened to be typed into, and has said so before
          autoFocus={autoFocus}
          autoComplete="off"
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          aria-invalid={message !== undefined}
          aria-describedby={`${id}-notes`}
          onInput={onInput}
          onKeyDown={noteCapsLock}
          onKeyUp={noteCapsLock}
          onBlur={() => setCapsLock(false)}
        />
        <span className="field-suffix">
          <IconButton
            label={isShown ? t('ui.secret.hide') : t('ui.secret.show')}
            icon={isShown ? EyeOff : Eye}
            isDisabled={isDisabled}
            onPress={() => setShown(!isShown)}
          />
        </span>
      </div>
      <div id={`${id}-notes`} aria-live="polite">
        {message === undefined && description !== undefined && <div className="field-description">{description}</div>}
        {message !== undefined && (
          <div className="field-error">
            <CircleAlert size={14} aria-hidden />
            <span>{message}</span>
          </div>
        )}
        {hasCapsLock && (
          <div className="field-hint">
            <ArrowBigUpDash size={14} aria-hidden />
            {t('ui.secret.capsLock')}
          </div>
        )}
      </div>
    </div>
  )
}
