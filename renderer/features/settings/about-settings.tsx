import { FolderOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Button, Card, CopyButton, type Fact, Facts } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'
import { useSessionStore } from '../session/store.ts'
import { licences } from './licences.ts'

/** What this is, where its things are, and what it is made with. */
export function AboutSettings() {
  const t = useT()
  const shell = useSession().platform.desktop
  const { desktop, info } = useSessionStore()
  const opening = useSubmission()
  const facts: Fact[] = []
  const add = (label: string, value: ReactNode) => facts.push({ label, value })
  if (desktop !== null) {
    add(t('settings.about.version'), desktop.version)
    add(t('settings.about.electron'), desktop.electron)
  }
  if (info !== null) {
    add(t('settings.about.chain'), info.chainId)
    add(t('settings.about.network'), info.network)
    add(t('settings.about.dataDir'), <Path text={info.dataDir} label={t('settings.about.dataDir')} />)
    add(
      t('settings.about.api'),
      info.apiUrl === null ? t('settings.about.api.none') : <Path text={info.apiUrl} label={t('settings.about.api')} />,
    )
    add(t('settings.about.process'), info.pid)
  }
  add(
    t('settings.about.logs'),
    desktop === null || shell === null ? (
      t('settings.about.logs.browser')
    ) : (
      <span className="row-wrap">
        <Path text={desktop.logsDir} label={t('settings.about.logs')} />
        <Button
          size="small"
          icon={FolderOpen}
          isPending={opening.isPending}
          onPress={() =>
            void opening.run(async () => {
              await shell.openLogs()
            })
          }
        >
          {t('settings.about.logs.open')}
        </Button>
      </span>
    ),
  )
  return (
    <div className="stack">
      <Card>
        <Facts items={facts} />
        <FailureBanner failure={opening.failure} />
      </Card>
      <Card title={t('settings.about.licences')}>
        <p className="muted small">{t('settings.about.licences.text')}</p>
        <ul className="licences small">
          {licences.map(({ name, licence }) => (
            <li key={name}>
              <code>{name}</code>
              <span className="faint">{licence}</span>
            </li>
          ))}
        </ul>
      </Card>
    </div>
  )
}

function Path({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <span className="row">
      <code className="setting-path">{text}</code>
      <CopyButton text={text} label={label} />
    </span>
  )
}
