import { Lock, LockOpen } from 'lucide-react'
import { useEffect, useState } from 'react'
import { NetworkChip } from '../../app/network-chip.tsx'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Button, CopyButton } from '../../ui/index.ts'
import { Disclosure } from '../secrets/disclosure.tsx'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { UnlockForm } from '../secrets/unlock-form.tsx'
import { useCountdown } from '../secrets/use-countdown.ts'
import { useSubmission } from '../secrets/use-submission.ts'
import { networkKind } from '../session/selectors.ts'
import { useSessionStore } from '../session/store.ts'
import './onboarding.css'

/** In place of everything while the vault is locked. Nothing of what the wallet holds shows here. */
export function LockScreen() {
  const t = useT()
  const { api, platform } = useSession()
  const { node, info } = useSessionStore()
  useEffect(() => {
    document.title = `${t('lock.title')} – ${t('app.name')}`
  }, [t])
  return (
    <main className="lock" data-network={node === null ? undefined : networkKind(node.network)}>
      <div className="lock-box">
        <span className="lock-mark">
          <Lock size={24} aria-hidden />
        </span>
        <div className="stack-tight">
          <h1 tabIndex={-1} data-page-heading>
            {t('lock.title')}
          </h1>
          <p className="muted">{t('lock.text')}</p>
        </div>
        {node !== null && (
          <div className="row">
            <NetworkChip chainId={node.network} network={node.network} />
          </div>
        )}
        {platform.kind === 'browser' ? <UnlockForm api={api} onDone={() => undefined} /> : <UnlockByWindow />}
        <AutoLockNote />
        <Disclosure label={t('lock.forgotten')}>
          <p className="small">{t('lock.forgotten.text')}</p>
          <ol className="lock-steps small">
            <li>{t('lock.forgotten.step1')}</li>
            <li>
              {t('lock.forgotten.step2')}
              {info !== null && (
                <div className="lock-folder">
                  <span className="visually-hidden">{t('lock.forgotten.folder')}</span>
                  <code>{info.dataDir}</code>
                  <CopyButton text={info.dataDir} label={t('lock.forgotten.folder')} />
                </div>
              )}
            </li>
            <li>{t('lock.forgotten.step3')}</li>
          </ol>
        </Disclosure>
      </div>
    </main>
  )
}

/** On the desktop the password is typed in the secret window. */
function UnlockByWindow() {
  const t = useT()
  const { platform } = useSession()
  const retryAt = useSessionStore(({ vault }) => vault?.retryAt ?? null)
  const seconds = useCountdown(retryAt === null ? null : Date.parse(retryAt))
  const { isPending, failure, run } = useSubmission()
  const unlock = () =>
    run(async () => {
      await platform.requestSecret('unlock')
    })
  return (
    <div className="stack-tight">
      <Button
        variant="primary"
        size="large"
        icon={LockOpen}
        isWide
        autoFocus
        isPending={isPending}
        isDisabled={seconds > 0}
        onPress={() => void unlock()}
      >
        {t('lock.unlock')}
      </Button>
      <p className="faint tiny" role="status">
        {isPending ? t('lock.waiting') : t('lock.unlock.window')}
      </p>
      {seconds > 0 && <p className="small num">{t('lock.retry', { seconds })}</p>}
      <FailureBanner failure={failure} />
    </div>
  )
}

/** How long it will stay open, as the node is set. */
function AutoLockNote() {
  const t = useT()
  const { api } = useSession()
  const [minutes, setMinutes] = useState<number>()
  useEffect(() => {
    let isHere = true
    api.settings.list().then(
      ({ items }) => {
        const value = items.find(({ name }) => name === 'autoLockMinutes')?.value
        if (isHere && typeof value === 'number') setMinutes(value)
      },
      // A note that is not there misleads nobody.
      () => undefined,
    )
    return () => {
      isHere = false
    }
  }, [api])
  if (minutes === undefined) return null
  return <p className="faint tiny">{minutes === 0 ? t('lock.auto.never') : t('lock.auto', { minutes })}</p>
}
