import { useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { Button, SecretField } from '../../ui/index.ts'
import { FailureBanner } from './failure-banner.tsx'
import { FormFrame } from './form-frame.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { NewPassword, type NewPasswordHandle } from './new-password.tsx'
import { RetryNote } from './retry-note.tsx'
import { takeBytes, wipe } from './secret-text.ts'
import { useCountdown } from './use-countdown.ts'
import { useSubmission } from './use-submission.ts'

export function ChangePasswordForm({ api, onDone }: SecretFormPartProps) {
  const t = useT()
  const current = useRef<HTMLInputElement>(null)
  const next = useRef<NewPasswordHandle>(null)
  const { isPending, failure, retryAtMs, run, clear } = useSubmission()
  const [isMissing, setMissing] = useState(false)
  const seconds = useCountdown(retryAtMs)

  const submit = async () => {
    const input = current.current
    if (input === null || next.current === null || isPending || seconds > 0) return
    if (input.value === '') {
      setMissing(true)
      input.focus()
      return
    }
    if (!next.current.check()) return
    const newPassword = next.current.take()
    const password = takeBytes(input)
    if (password.length === newPassword.length && password.every((byte, at) => byte === newPassword[at])) {
      wipe(password, newPassword)
      next.current.refuse(t('secrets.password.same'))
      return
    }
    const isChanged = await run(async () => {
      try {
        await api.vault.changePassword({ password, newPassword })
      } finally {
        wipe(password, newPassword)
      }
    })
    if (isChanged) onDone(true)
    else input.focus()
  }

  const isWrong = failure?.code === 'VAULT_WRONG_PASSWORD'
  const hasOwnWords = isWrong || failure?.code === 'VAULT_RETRY_LATER'
  return (
    <FormFrame
      onSubmit={submit}
      actions={
        <>
          <Button variant="quiet" onPress={() => onDone(false)}>
            {t('secrets.cancel')}
          </Button>
          <Button type="submit" variant="primary" isPending={isPending} isDisabled={seconds > 0}>
            {isPending ? t('secrets.change.pending') : t('secrets.change.submit')}
          </Button>
        </>
      }
    >
      <p className="muted">{t('secrets.change.intro')}</p>
      <SecretField
        ref={current}
        label={t('secrets.password.current')}
        error={isMissing ? t('secrets.password.missing') : isWrong ? t('secrets.password.wrong') : undefined}
        autoFocus
        onInput={() => {
          setMissing(false)
          clear()
        }}
      />
      <NewPassword ref={next} label={t('secrets.password.new')} />
      <RetryNote seconds={seconds} />
      {!hasOwnWords && <FailureBanner failure={failure} />}
    </FormFrame>
  )
}
