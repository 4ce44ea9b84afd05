import { Link2, Lock, LockOpen } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { HardwareKey, VaultStatusShape } from '../../../node/api/contract/index.ts'
import { NetworkChip } from '../../app/network-chip.tsx'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Button, CopyButton } from '../../ui/index.ts'
import { SealElsewhere, SealNote } from '../hardware-keys/seal-note.tsx'
import { requestPassword } from '../hardware-keys/sealed-wallet.ts'
import { keyOf, useHardwareKeys } from '../hardware-keys/store.ts'
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
  const { platform } = useSession()
  const { node, info, vault } = useSessionStore()
  const sealing = useHardwareKeys((state) => keyOf(state, vault?.sealedBy?.pairing ?? undefined))
  const isSealed = vault?.sealedBy != null
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
        {vault?.sealedBy != null && <SealNote sealedBy={vault.sealedBy} hardwareKey={sealing} />}
        {platform.kind === 'browser' ? <UnlockHere sealing={sealing} /> : <UnlockByWindow />}
        <AutoLockNote />
        <Disclosure label={isSealed ? t('lock.lostToken') : t('lock.forgotten')}>
          <p className="small">{isSealed ? t('lock.lostToken.text') : t('lock.forgotten.text')}</p>
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

/** In a browser the password is typed here; the token that seals the wallet is unlocked elsewhere before. */
function UnlockHere({ sealing }: { readonly sealing: HardwareKey | undefined }) {
  const { api } = useSession()
  const isNotPaired = useSessionStore(({ vault }) => isSealedByStranger(vault))
  if (isNotPaired || (sealing !== undefined && sealing.state !== 'unlocked')) {
    return <SealElsewhere hardwareKey={sealing} />
  }
  return <UnlockForm api={api} onDone={() => undefined} />
}

/** Sealed by a key that is not paired here; not where the pairings cannot be read, which the node says when it is asked. */
function isSealedByStranger(vault: VaultStatusShape | null): boolean {
  return vault !== null && vault.hardwareKeys !== null && vault.sealedBy !== null && vault.sealedBy.pairing === null
}

/** On the desktop the password is typed in the secret window, after the PIN of the token where the wallet is sealed. */
function UnlockByWindow() {
  const t = useT()
  const session = useSession()
  const isSealed = useSessionStore(({ vault }) => vault?.sealedBy != null)
  const isNotPaired = useSessionStore(({ vault }) => isSealedByStranger(vault))
  const retryAt = useSessionStore(({ vault }) => vault?.retryAt ?? null)
  const seconds = useCountdown(retryAt === null ? null : Date.parse(retryAt))
  const { isPending, failure, run } = useSubmission()
  const unlock = () =>
    run(async () => {
      if (isNotPaired) await session.platform.tokens?.request('pair-key')
      else await requestPassword(session, 'unlock')
    })
  return (
    <div className="stack-tight">
      <Button
        variant="primary"
        size="large"
        icon={isNotPaired ? Link2 : LockOpen}
        isWide
        autoFocus
        isPending={isPending}
        isDisabled={seconds > 0}
        onPress={() => void unlock()}
      >
        {isNotPaired ? t('hsm.seal.pairAgain') : t('lock.unlock')}
      </Button>
      <p className="faint tiny" role="status">
        {isPending ? t('lock.waiting') : isSealed ? t('hsm.seal.window') : t('lock.unlock.window')}
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
