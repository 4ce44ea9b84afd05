import { type Ref, useImperativeHandle, useRef, useState } from 'react'
import { contractLimits } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { SecretField } from '../../ui/index.ts'
import { limits } from './limits.ts'
import { characterCount, readBytes, saySame, takeBytes, wipe } from './secret-text.ts'
import { StrengthMeter } from './strength-meter.tsx'
import { useStrength } from './use-strength.ts'

export interface NewPasswordHandle {
  /** Whether it can be taken; says what is wrong and goes to the field where it cannot. */
  check(): boolean
  /** The password's bytes, once; both fields are empty afterwards. */
  take(): Uint8Array
  /** Says under the first field what the node refused. */
  refuse(error: string): void
  focus(): void
  clear(): void
}

export interface NewPasswordProps {
  readonly ref: Ref<NewPasswordHandle>
  readonly label: string
  readonly autoFocus?: boolean
  readonly isDisabled?: boolean
}

type Field = 'first' | 'second'

/** A new password, typed twice. It is rated and not ruled: length is the only condition. */
export function NewPassword({ ref, label, autoFocus = false, isDisabled = false }: NewPasswordProps) {
  const t = useT()
  const first = useRef<HTMLInputElement>(null)
  const second = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<{ readonly field: Field; readonly text: string }>()
  const { strength, rateSoon } = useStrength(first)

  useImperativeHandle(ref, () => {
    const say = (field: Field, text: string): false => {
      setError({ field, text })
      const input = field === 'first' ? first.current : second.current
      input?.focus()
      return false
    }
    const clear = () => {
      for (const input of [first.current, second.current]) if (input !== null) input.value = ''
      rateSoon()
    }
    return {
      check() {
        if (first.current === null || second.current === null) return false
        if (characterCount(first.current) < limits.minPasswordCharacters) {
          return say('first', t('secrets.password.short', { count: limits.minPasswordCharacters }))
        }
        const bytes = readBytes(first.current)
        wipe(bytes)
        if (bytes.length > contractLimits.maxPasswordBytes) return say('first', t('secrets.password.long'))
        if (!saySame(first.current, second.current)) return say('second', t('secrets.password.differ'))
        setError(undefined)
        return true
      },
      take() {
        const bytes = first.current === null ? new Uint8Array() : takeBytes(first.current)
        clear()
        return bytes
      },
      refuse: (text) => say('first', text),
      focus: () => first.current?.focus(),
      clear,
    }
  }, [t, rateSoon])

  const onFirstInput = () => {
    if (error?.field === 'first') setError(undefined)
    rateSoon()
  }
  return (
    <>
      <div className="stack-tight">
        <SecretField
          ref={first}
          label={label}
          description={t('secrets.password.advice', { count: limits.minPasswordCharacters })}
          error={error?.field === 'first' ? error.text : undefined}
          autoFocus={autoFocus}
          isDisabled={isDisabled}
          onInput={onFirstInput}
        />
        <StrengthMeter strength={strength} />
      </div>
      <SecretField
        ref={second}
        label={t('secrets.password.repeat')}
        error={error?.field === 'second' ? error.text : undefined}
        isDisabled={isDisabled}
        onInput={() => {
          if (error?.field === 'second') setError(undefined)
        }}
      />
    </>
  )
}
