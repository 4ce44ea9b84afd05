import { FileUp } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { contractLimits } from '../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../i18n/index.ts'
import { Button, SecretField } from '../../ui/index.ts'
import { type BackupFileFault, backupFileFault } from './backup-file.ts'
import { FailureBanner } from './failure-banner.tsx'
import { FormFrame } from './form-frame.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { RetryNote } from './retry-note.tsx'
import { takeBytes, wipe } from './secret-text.ts'
import { useCountdown } from './use-countdown.ts'
import { useSubmission } from './use-submission.ts'

type FileFault = BackupFileFault | 'missing' | 'unreadable'

export function RestoreBackupForm({ api, onDone }: SecretFormPartProps) {
  const t = useT()
  const { bytes: formatBytes } = useFormat()
  const picker = useRef<HTMLInputElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const { isPending, failure, retryAtMs, run, clear } = useSubmission()
  const [file, setFile] = useState<File>()
  const [fileFault, setFileFault] = useState<FileFault>()
  const [isMissing, setMissing] = useState(false)
  const [isOver, setOver] = useState(false)
  const seconds = useCountdown(retryAtMs)

  const choose = (chosen: File | undefined) => {
    if (chosen === undefined) return
    setFile(chosen)
    setFileFault(chosen.size > contractLimits.maxBackupBytes ? 'too-large' : undefined)
    clear()
    input.current?.focus()
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    choose(event.dataTransfer.files[0])
  }

  const submit = async () => {
    if (isPending || seconds > 0 || input.current === null || fileFault === 'too-large') return
    if (file === undefined) {
      setFileFault('missing')
      return
    }
    if (input.current.value === '') {
      setMissing(true)
      input.current.focus()
      return
    }
    let backup: Uint8Array
    try {
      backup = new Uint8Array(await file.arrayBuffer())
    } catch {
      setFileFault('unreadable')
      return
    }
    const fault = backupFileFault(backup)
    setFileFault(fault)
    if (fault !== undefined || input.current === null) return
    const password = takeBytes(input.current)
    const isRestored = await run(async () => {
      try {
        await api.vault.restoreBackup({ backup, password })
      } finally {
        wipe(password)
      }
    })
    if (isRestored) onDone(true)
    else input.current?.focus()
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
            {isPending ? t('secrets.restoreBackup.pending') : t('secrets.restoreBackup.submit')}
          </Button>
        </>
      }
    >
      <p className="muted">{t('secrets.restoreBackup.intro')}</p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is the shorter way for a pointer; the button inside is the way for everybody */}
      <div
        className="drop-zone"
        data-over={isOver ? '' : undefined}
        data-invalid={fileFault === undefined ? undefined : ''}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <FileUp size={20} aria-hidden />
        <span className="grow">
          {file === undefined
            ? t('secrets.restoreBackup.file')
            : t('secrets.restoreBackup.chosen', { name: file.name, size: formatBytes(file.size) })}
        </span>
        <Button size="small" onPress={() => picker.current?.click()} isDisabled={isPending}>
          {file === undefined ? t('secrets.restoreBackup.choose') : t('secrets.restoreBackup.change')}
        </Button>
        <span className="faint tiny">{t('secrets.restoreBackup.drop')}</span>
        <input
          ref={picker}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={t('secrets.restoreBackup.file')}
          onChange={(event) => {
            choose(event.currentTarget.files?.[0])
            event.currentTarget.value = ''
          }}
        />
      </div>
      <p role="alert" className="secret-error">
        {fileFault !== undefined && t(`secrets.restoreBackup.${fileFault}`)}
      </p>
      <SecretField
        ref={input}
        label={t('secrets.restoreBackup.password')}
        error={isMissing ? t('secrets.password.missing') : isWrong ? t('secrets.password.wrong') : undefined}
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
