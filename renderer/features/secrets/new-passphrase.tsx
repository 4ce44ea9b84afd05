import { type Ref, useImperativeHandle, useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { SecretField } from '../../ui/index.ts'
import { saySame, takeBytes } from './secret-text.ts'

export interface NewPassphraseHandle {
  check(): boolean
  /** Its bytes, once; undefined where none was typed. */
  take(): Uint8Array | undefined
}

/** A passphrase for the words (BIP-39, "From mnemonic to seed"), typed twice: a slip in it would open another vault. */
export function NewPassphrase({
  ref,
  isDisabled = false,
}: {
  readonly ref: Ref<NewPassphraseHandle>
  readonly isDisabled?: boolean
}) {
  const t = useT()
  const first = useRef<HTMLInputElement>(null)
  const second = useRef<HTMLInputElement>(null)
  const [hasError, setError] = useState(false)
  useImperativeHandle(
    ref,
    () => ({
      check() {
        if (first.current === null || second.current === null) return true
        const isSame = saySame(first.current, second.current)
        setError(!isSame)
        if (!isSame) {
          const details = second.current.closest('details')
          if (details !== null) details.open = true
          second.current.focus()
        }
        return isSame
      },
      take() {
        if (first.current === null || second.current === null || first.current.value === '') return undefined
        second.current.value = ''
        return takeBytes(first.current)
      },
    }),
    [],
  )
  return (
    <>
      <SecretField
        ref={first}
        label={t('secrets.passphrase')}
        description={t('secrets.passphrase.create')}
        isDisabled={isDisabled}
        onInput={() => setError(false)}
      />
      <SecretField
        ref={second}
        label={t('secrets.passphrase.repeat')}
        error={hasError ? t('secrets.passphrase.differ') : undefined}
        isDisabled={isDisabled}
        onInput={() => setError(false)}
      />
    </>
  )
}
