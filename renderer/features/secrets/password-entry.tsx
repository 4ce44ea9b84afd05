/** The password of a wallet in a form: typed, tried once, wrong or right, and how long until the next one can be tried. */
import { type ReactNode, type RefObject, useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { Button, type ButtonProps, SecretField } from '../../ui/index.ts'
import { FailureBanner } from './failure-banner.tsx'
import { RetryNote } from './retry-note.tsx'
import { takeBytes, wipe } from './secret-text.ts'
import { useCountdown } from './use-countdown.ts'
import { type Submission, useSubmission } from './use-submission.ts'

export interface PasswordEntry {
  readonly input: RefObject<HTMLInputElement | null>
  readonly submission: Submission
  /** Until the next password can be tried. */
  readonly seconds: number
  /** Nothing can be tried now. */
  readonly isBlocked: boolean
  readonly isMissing: boolean
  /** Whether something is typed; where nothing is, the field says so. */
  isTyped(): boolean
  /** Takes what is typed, tries it once, and overwrites it. True where it went well. */
  run(work: (password: Uint8Array) => Promise<unknown>): Promise<boolean>
  /** Something else is typed. */
  clear(): void
}

export function usePasswordEntry(): PasswordEntry {
  const input = useRef<HTMLInputElement>(null)
  const submission = useSubmission()
  const [isMissing, setMissing] = useState(false)
  const seconds = useCountdown(submission.retryAtMs)
  return {
    input,
    submission,
    seconds,
    isBlocked: submission.isPending || seconds > 0,
    isMissing,
    isTyped() {
      const isThere = input.current !== null && input.current.value !== ''
      if (!isThere) setMissing(true)
      return isThere
    },
    async run(work) {
      if (input.current === null) return false
      const password = takeBytes(input.current)
      return submission.run(async () => {
        try {
          await work(password)
        } finally {
          wipe(password)
        }
      })
    },
    clear() {
      setMissing(false)
      submission.clear()
    },
  }
}

export interface PasswordFieldProps {
  readonly entry: PasswordEntry
  /** Left out: that of the wallet. */
  readonly label?: string
  readonly autoFocus?: boolean
  readonly onInput?: () => void
}

export function PasswordField({ entry, label, autoFocus = false, onInput }: PasswordFieldProps) {
  const t = useT()
  const isWrong = entry.submission.failure?.code === 'VAULT_WRONG_PASSWORD'
  return (
    <SecretField
      ref={entry.input}
      label={label ?? t('secrets.password')}
      error={entry.isMissing ? t('secrets.password.missing') : isWrong ? t('secrets.password.wrong') : undefined}
      autoFocus={autoFocus}
      onInput={() => {
        onInput?.()
        entry.clear()
      }}
    />
  )
}

/** What became of the last try, where the field itself does not say it. */
export function PasswordOutcome({ entry: { seconds, submission } }: { readonly entry: PasswordEntry }) {
  const { failure } = submission
  const hasOwnWords = failure?.code === 'VAULT_WRONG_PASSWORD' || failure?.code === 'VAULT_RETRY_LATER'
  return (
    <>
      <RetryNote seconds={seconds} />
      {!hasOwnWords && <FailureBanner failure={failure} />}
    </>
  )
}

export interface PasswordActionsProps extends Pick<ButtonProps, 'icon' | 'isWide'> {
  readonly entry: PasswordEntry
  readonly words: { readonly submit: ReactNode; readonly pending: ReactNode }
  /** Left out where there is nowhere to go back to. */
  readonly onCancel?: (() => void) | undefined
}

export function PasswordActions({ entry: { seconds, submission }, words, onCancel, ...button }: PasswordActionsProps) {
  const t = useT()
  const { isPending } = submission
  return (
    <>
      {onCancel !== undefined && (
        <Button variant="quiet" onPress={onCancel}>
          {t('secrets.cancel')}
        </Button>
      )}
      <Button type="submit" variant="primary" isPending={isPending} isDisabled={seconds > 0} {...button}>
        {isPending ? words.pending : words.submit}
      </Button>
    </>
  )
}
