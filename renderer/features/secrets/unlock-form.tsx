import { LockOpen } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import type { NodeClient } from '../../rpc/index.ts'
import { Button, SecretField } from '../../ui/index.ts'
import { FailureBanner } from './failure-banner.tsx'
import { FormFrame } from './form-frame.tsx'
import { RetryNote } from './retry-note.tsx'
import { takeBytes } from './secret-text.ts'
import { useCountdown } from './use-countdown.ts'
import { useSubmission } from './use-submission.ts'

export interface UnlockFormProps {
  readonly api: NodeClient
  onDone(done: boolean): void
  /** Left out where there is nowhere to go back to: on the lock screen. */
  readonly onCancel?: () => void
}

export function UnlockForm({ api, onDone, onCancel }: UnlockFormProps) {
  const t = useT()
  const password = useRef<HTMLInputElement>(null)
  const { isPending, failure, retryAtMs, run, waitUntil, clear } = useSubmission()
  const [isMissing, setMissing] = useState(false)
  const seconds = useCountdown(retryAtMs)

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
    const input = password.current
    if (input === null || isPending || seconds > 0) return
    if (input.value === '') {
      setMissing(true)
      return
    }
    const bytes = takeBytes(input)
    const isOpen = await run(async () => {
      try {
        await api.vault.unlock({ password: bytes })
      } finally {
        bytes.fill(0)
      }
    })
    if (isOpen) onDone(true)
    else input.focus()
  }

  const isWrong = failure?.code === 'VAULT_WRONG_PASSWORD'
  const hasOwnWords = isWrong || failure?.code === 'VAULT_RETRY_LATER'
  const error = isMissing ? t('secrets.password.missing') : isWrong ? t('secrets.password.wrong') : undefined
  return (
    <FormFrame
      onSubmit={submit}
      actions={
        <>
          {onCancel !== undefined && (
            <Button variant="quiet" onPress={onCancel}>
              {t('secrets.cancel')}
            </Button>
          )}
          <Button
            type="submit"
            variant="primary"
            icon={LockOpen}
            isPending={isPending}
            isDisabled={seconds > 0}
            isWide={onCancel === undefined}
          >
            {isPending ? t('secrets.unlock.pending') : t('secrets.unlock.submit')}
          </Button>
        </>
      }
    >
      <SecretField
        ref={password}
        label={t('secrets.password')}
        error={error}
        autoFocus
        onInput={() => {
          setMissing(false)
          clear()
        }}
      />
      <RetryNote seconds={seconds} />
      {!hasOwnWords && <FailureBanner failure={failure} />}
    </FormFrame>
  )
}
