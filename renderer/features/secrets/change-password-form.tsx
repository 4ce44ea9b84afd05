import { useRef } from 'react'
import { useT } from '../../i18n/index.ts'
import { FormFrame } from './form-frame.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { NewPassword, type NewPasswordHandle } from './new-password.tsx'
import { PasswordActions, PasswordField, PasswordOutcome, usePasswordEntry } from './password-entry.tsx'
import { takeBytes, wipe } from './secret-text.ts'

export function ChangePasswordForm({ api, onDone }: SecretFormPartProps) {
  const t = useT()
  const entry = usePasswordEntry()
  const next = useRef<NewPasswordHandle>(null)

  const submit = async () => {
    const input = entry.input.current
    if (input === null || next.current === null || entry.isBlocked) return
    if (!entry.isTyped()) return input.focus()
    if (!next.current.check()) return
    const newPassword = next.current.take()
    const password = takeBytes(input)
    if (password.length === newPassword.length && password.every((byte, at) => byte === newPassword[at])) {
      wipe(password, newPassword)
      next.current.refuse(t('secrets.password.same'))
      return
    }
    const isChanged = await entry.submission.run(async () => {
      try {
        await api.vault.changePassword({ password, newPassword })
      } finally {
        wipe(password, newPassword)
      }
    })
    if (isChanged) onDone(true)
    else input.focus()
  }

  return (
    <FormFrame
      onSubmit={submit}
      actions={
        <PasswordActions
          entry={entry}
          words={{ submit: t('secrets.change.submit'), pending: t('secrets.change.pending') }}
          onCancel={() => onDone(false)}
        />
      }
    >
      <p className="muted">{t('secrets.change.intro')}</p>
      <PasswordField entry={entry} label={t('secrets.password.current')} autoFocus />
      <NewPassword ref={next} label={t('secrets.password.new')} />
      <PasswordOutcome entry={entry} />
    </FormFrame>
  )
}
