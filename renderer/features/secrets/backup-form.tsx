import { Save } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { Banner } from '../../ui/index.ts'
import { backupFileName } from './backup-file.ts'
import { FormFrame } from './form-frame.tsx'
import type { SecretFormPartProps } from './form-props.ts'
import { PasswordActions, PasswordField, PasswordOutcome, usePasswordEntry } from './password-entry.tsx'

export function BackupForm({ api, platform, onDone }: SecretFormPartProps) {
  const t = useT()
  const entry = usePasswordEntry()
  const [isUnsaved, setUnsaved] = useState(false)

  const submit = async () => {
    if (entry.isBlocked || !entry.isTyped()) return
    setUnsaved(false)
    let isSaved = false
    const isMade = await entry.run(async (password) => {
      const [{ backup }, { network }] = await Promise.all([api.vault.backup({ password }), api.node.info()])
      try {
        isSaved = await platform.saveFile(backupFileName(network, new Date()), backup, { isPrivate: true })
      } finally {
        backup.fill(0)
      }
    })
    if (isMade && isSaved) onDone(true)
    else {
      setUnsaved(isMade)
      entry.input.current?.focus()
    }
  }

  return (
    <FormFrame
      onSubmit={submit}
      actions={
        <PasswordActions
          entry={entry}
          icon={Save}
          words={{ submit: t('secrets.backup.submit'), pending: t('secrets.backup.pending') }}
          onCancel={() => onDone(false)}
        />
      }
    >
      <p className="muted">{t('secrets.backup.intro')}</p>
      <PasswordField entry={entry} autoFocus onInput={() => setUnsaved(false)} />
      {isUnsaved && <Banner tone="warn">{t('secrets.backup.unsaved')}</Banner>}
      <PasswordOutcome entry={entry} />
    </FormFrame>
  )
}
