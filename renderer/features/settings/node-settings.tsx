import { useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { Banner, Button, Card, CopyButton, Skeleton, toast } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { NodeOptionField } from './node-option-field.tsx'
import { changesOf, draftOf, waitsForRestart } from './node-options.ts'
import { useNodeSettings } from './node-settings-store.ts'

/** The configuration file as a form, made from what the node says of its options. */
export function NodeSettings() {
  const t = useT()
  const { file, items, isPending, failure, save, reload } = useNodeSettings()
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({})
  if (items === null) {
    return failure === undefined ? (
      <Skeleton height={240} />
    ) : (
      <div className="stack">
        <FailureBanner failure={failure} />
        <div>
          <Button onPress={() => void reload()}>{t('settings.tryAgain')}</Button>
        </div>
      </div>
    )
  }
  const changes = changesOf(items, drafts)
  const hasFaults = Object.keys(changes.faults).length > 0
  const submit = async () => {
    if (hasFaults || changes.changed === 0) return
    if (!(await save(changes.values))) return
    setDrafts({})
    toast({ tone: 'good', title: t('settings.saved') })
  }
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <p className="muted small">
        {t('settings.node.text')} <code className="setting-path">{file}</code>
        {file !== null && <CopyButton text={file} label={t('settings.node.file')} />}
      </p>
      {items.some(waitsForRestart) && (
        <Banner tone="info" title={t('settings.node.restart.title')}>
          {t('settings.node.restart.text')}
        </Banner>
      )}
      <Card>
        {items.map((setting) => (
          <NodeOptionField
            key={setting.name}
            setting={setting}
            draft={drafts[setting.name] ?? draftOf(setting)}
            fault={changes.faults[setting.name]}
            isDisabled={isPending}
            onChange={(draft) => setDrafts({ ...drafts, [setting.name]: draft })}
          />
        ))}
      </Card>
      <FailureBanner failure={failure} />
      {(changes.changed > 0 || hasFaults) && (
        <div className="setting-save-bar">
          <span className="muted small" role="status">
            {t('settings.node.changes', { count: changes.changed })}
          </span>
          <span className="grow" />
          <Button variant="quiet" onPress={() => setDrafts({})} isDisabled={isPending}>
            {t('settings.discard')}
          </Button>
          <Button type="submit" variant="primary" isPending={isPending} isDisabled={hasFaults || changes.changed === 0}>
            {t('settings.save')}
          </Button>
        </div>
      )}
    </form>
  )
}
