import { Save } from 'lucide-react'
import { useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { Banner, Button, SecretField } from '../../ui/index.ts'
import { backupFileName } from './backup-file.ts'
import { FailureBanner } from './failure-banner.tsx'
import { FormFrame } from './form-frame.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { RetryNote } from './retry-note.tsx'
import { takeBytes, wipe } from './secret-text.ts'
import { useCountdown } from './use-countdown.ts'
import { useSubmission } from './use-submission.ts'

export function BackupForm({ api, platform, onDone }: SecretFormPartProps) {
  const t = useT()
  const input = useRef<HTMLInputElement>(null)
  const { isPending, failure, retryAtMs, run, clear } = useSubmission()
  const [isMissing, setMissing] = useState(false)
  const [isUnsaved, setUnsaved] = useState(false)
  const seconds = useCountdown(retryAtMs)

  const submit = async () => {
    if (input.current === null || isPending || seconds > 0) return
    if (input.current.value === '') {
      setMissing(true)
      return
    }
    setUnsaved(false)
    const password = takeBytes(input.current)
    let isSaved = false
    const isMade = await run(async () => {
      try {
        const [{ backup }, { network }] = await Promise.all([api.vault.backup({ password }), api.node.info()])
        try {
          isSaved = await platform.saveFile(backupFileName(network, new Date()), backup, { isPrivate: true })
        } finally {
          backup.fill(0)
        }
      } finally {
        wipe(password)
      }
    })
    if (isMade && isSaved) onDone(true)
    else {
      setUnsaved(isMade)
      input.current?.focus()
    }
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
          <Button type="submit" variant="primary" icon={Save} isPending={isPending} isDisabled={seconds > 0}>
            {isPending ? t('secrets.backup.pending') : t('secrets.backup.submit')}
          </Button>
        </>
      }
    >
      <p className="muted">{t('secrets.backup.intro')}</p>
      <SecretField
        ref={input}
        label={t('secrets.password')}
        error={isMissing ? t('secrets.password.missing') : isWrong ? t('secrets.password.wrong') : undefined}
        autoFocus
        onInput={() => {
          setMissing(false)
          setUnsaved(false)
          clear()
        }}
      />
      {isUnsaved && <Banner tone="warn">{t('secrets.backup.unsaved')}</Banner>}
      <RetryNote seconds={seconds} />
      {!hasOwnWords && <FailureBanner failure={failure} />}
    </FormFrame>
  )
}
