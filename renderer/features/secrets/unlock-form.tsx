import { LockOpen } from 'lucide-react'
import { useEffect } from 'react'
import { useT } from '../../i18n/index.ts'
import type { NodeClient } from '../../rpc/index.ts'
import { FormFrame } from './form-frame.tsx'
import { PasswordActions, PasswordField, PasswordOutcome, usePasswordEntry } from './password-entry.tsx'

export interface UnlockFormProps {
  readonly api: NodeClient
  onDone(done: boolean): void
  /** Left out where there is nowhere to go back to: on the lock screen. */
  readonly onCancel?: () => void
}

export function UnlockForm({ api, onDone, onCancel }: UnlockFormProps) {
  const t = useT()
  const entry = usePasswordEntry()
  const { waitUntil } = entry.submission

  // Wrong passwords from before still count: the node remembers them over restarts.
  useEffect(() => {
    let isHere = true
    api.vault.status().then(
      ({ retryAt }) => {
        if (isHere && retryAt !== null) waitUntil(Date.parse(retryAt))
      },
      () => undefined,
    )
    return () => {
      isHere = false
    }
  }, [api, waitUntil])

  const submit = async () => {
    if (entry.isBlocked || !entry.isTyped()) return
    const isOpen = await entry.run((password) => api.vault.unlock({ password }))
    if (isOpen) onDone(true)
    else entry.input.current?.focus()
  }

  return (
    <FormFrame
      onSubmit={submit}
      actions={
        <PasswordActions
          entry={entry}
          icon={LockOpen}
          isWide={onCancel === undefined}
          words={{ submit: t('secrets.unlock.submit'), pending: t('secrets.unlock.pending') }}
          onCancel={onCancel}
        />
      }
    >
      <PasswordField entry={entry} autoFocus />
      <PasswordOutcome entry={entry} />
    </FormFrame>
  )
}
