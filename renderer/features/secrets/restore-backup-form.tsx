import { FileUp } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { contractLimits } from '../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../i18n/index.ts'
import { Button } from '../../ui/index.ts'
import { type BackupFileFault, backupFileFault } from './backup-file.ts'
import { FormFrame } from './form-frame.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { PasswordActions, PasswordField, PasswordOutcome, usePasswordEntry } from './password-entry.tsx'

type FileFault = BackupFileFault | 'missing' | 'unreadable'

export function RestoreBackupForm({ api, onDone }: SecretFormPartProps) {
  const t = useT()
  const { bytes: formatBytes } = useFormat()
  const picker = useRef<HTMLInputElement>(null)
  const entry = usePasswordEntry()
  const [file, setFile] = useState<File>()
  const [fileFault, setFileFault] = useState<FileFault>()
  const [isOver, setOver] = useState(false)

  const choose = (chosen: File | undefined) => {
    if (chosen === undefined) return
    setFile(chosen)
    setFileFault(chosen.size > contractLimits.maxBackupBytes ? 'too-large' : undefined)
    entry.submission.clear()
    entry.input.current?.focus()
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    choose(event.dataTransfer.files[0])
  }

  const submit = async () => {
    if (entry.isBlocked || fileFault === 'too-large') return
    if (file === undefined) {
      setFileFault('missing')
      return
    }
    if (!entry.isTyped()) return entry.input.current?.focus()
    let backup: Uint8Array
    try {
      backup = new Uint8Array(await file.arrayBuffer())
    } catch {
      setFileFault('unreadable')
      return
    }
    const fault = backupFileFault(backup)
    setFileFault(fault)
    if (fault !== undefined) return
    const isRestored = await entry.run((password) => api.vault.restoreBackup({ backup, password }))
    if (isRestored) onDone(true)
    else entry.input.current?.focus()
  }

  return (
    <FormFrame
      onSubmit={submit}
      actions={
        <PasswordActions
          entry={entry}
          words={{ submit: t('secrets.restoreBackup.submit'), pending: t('secrets.restoreBackup.pending') }}
          onCancel={() => onDone(false)}
        />
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
        <Button size="small" onPress={() => picker.current?.click()} isDisabled={entry.submission.isPending}>
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
      <PasswordField entry={entry} label={t('secrets.restoreBackup.password')} />
      <PasswordOutcome entry={entry} />
    </FormFrame>
  )
}
