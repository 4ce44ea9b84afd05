import { KeyRound, Lock, LockOpen, Save, WalletMinimal } from 'lucide-react'
import { lockVault, unlockVault } from '../../app/vault-actions.ts'
import { type Translate, useFormat, useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Button, Card, EmptyState, StateChip, Switch, toast } from '../../ui/index.ts'
import { requestPassword } from '../hardware-keys/sealed-wallet.ts'
import { useOnboardingStore } from '../onboarding/flow.ts'
import type { RecoveryRecord } from '../onboarding/recovery-record.ts'
import { useBackup } from '../onboarding/use-backup.ts'
import { useRecovery } from '../onboarding/use-recovery.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'
import { useSessionStore } from '../session/store.ts'
import { useDesktopSettings } from './desktop-settings-hook.ts'
import { LockTimeSelect } from './lock-time-select.tsx'
import { sourceWords } from './node-option-words.ts'
import { isOverruled } from './node-options.ts'
import { useNodeSettings } from './node-settings-store.ts'
import { SettingRow } from './setting-row.tsx'

export function SecuritySettings() {
  const t = useT()
  const vault = useSessionStore((state) => state.vault)
  if (vault !== null && !vault.exists) {
    return (
      <Card>
        <EmptyState
          icon={WalletMinimal}
          title={t('settings.vault.none')}
          text={t('settings.vault.none.text')}
          action={
            <Button variant="primary" onPress={() => useOnboardingStore.getState().go({ kind: 'start' })}>
              {t('settings.vault.create')}
            </Button>
          }
        />
      </Card>
    )
  }
  return (
    <div className="stack">
      <Locking />
      <Recovering />
    </div>
  )
}

function Locking() {
  const t = useT()
  const session = useSession()
  const isLocked = useSessionStore(({ vault }) => vault?.locked === true)
  const { items, isPending, failure, save } = useNodeSettings()
  const desktop = useDesktopSettings()
  const autoLock = items?.find(({ name }) => name === 'autoLockMinutes')
  return (
    <Card title={t('settings.security.lock')}>
      <SettingRow
        title={isLocked ? t('settings.isLocked') : t('settings.isOpen')}
        text={isLocked ? t('settings.isLocked.text') : t('settings.isOpen.text')}
      >
        {isLocked ? (
          <Button icon={LockOpen} onPress={() => void unlockVault(session)}>
            {t('lock.unlock')}
          </Button>
        ) : (
          <Button icon={Lock} onPress={() => void lockVault(session)}>
            {t('settings.lockNow')}
          </Button>
        )}
      </SettingRow>
      {typeof autoLock?.value === 'number' && (
        <SettingRow
          title={t('settings.autoLock')}
          text={t('settings.autoLock.text')}
          note={
            isOverruled(autoLock) && (
              <p className="faint tiny">
                {t('settings.autoLock.overruled', { source: sourceWords(t, autoLock.source) })}
              </p>
            )
          }
        >
          <LockTimeSelect
            label={t('settings.autoLock')}
            minutes={autoLock.value}
            isDisabled={isPending || isOverruled(autoLock)}
            onChange={(minutes) => void save({ autoLockMinutes: minutes })}
          />
        </SettingRow>
      )}
      {desktop.state !== null && (
        <>
          <SettingRow title={t('settings.lockWhenIdle')} text={t('settings.lockWhenIdle.text')}>
            <LockTimeSelect
              label={t('settings.lockWhenIdle')}
              minutes={desktop.state.settings.lockWhenIdleMinutes}
              onChange={(minutes) => desktop.change({ lockWhenIdleMinutes: minutes })}
            />
          </SettingRow>
          <div className="setting-row">
            <Switch
              isSelected={desktop.state.settings.lockOnSuspend}
              onChange={(lockOnSuspend) => desktop.change({ lockOnSuspend })}
            >
              {t('settings.lockOnSuspend')}
            </Switch>
          </div>
        </>
      )}
      <FailureBanner failure={failure ?? desktop.failure} />
    </Card>
  )
}

function Recovering() {
  const t = useT()
  const session = useSession()
  const { relative } = useFormat()
  const recovery = useRecovery()
  const backup = useBackup()
  const change = useSubmission()
  const changePassword = () =>
    change.run(async () => {
      if (await requestPassword(session, 'change-password')) {
        toast({ tone: 'good', title: t('settings.password.changed') })
      }
    })
  const record = recovery?.record
  const isConfirmed = record?.phrase === 'confirmed' || record?.phrase === 'claimed'
  const backupAt = record?.backupAt ?? null
  return (
    <Card>
      <SettingRow title={t('settings.password')} text={t('settings.password.text')}>
        <Button icon={KeyRound} isPending={change.isPending} onPress={() => void changePassword()}>
          {t('settings.password.change')}
        </Button>
      </SettingRow>
      <SettingRow
        title={t('settings.backup')}
        text={t('settings.backup.text')}
        note={
          <StateChip tone={backupAt === null ? 'neutral' : 'good'}>
            {backupAt === null ? t('settings.backup.never') : t('settings.backup.last', { when: relative(backupAt) })}
          </StateChip>
        }
      >
        <Button icon={Save} isPending={backup.isPending} onPress={() => void backup.save()}>
          {t('settings.backup.save')}
        </Button>
      </SettingRow>
      <SettingRow
        title={t('settings.phrase')}
        note={
          <StateChip tone={isConfirmed ? 'good' : record?.phrase === 'pending' ? 'warn' : 'neutral'}>
            {phraseWords(t, relative, record)}
          </StateChip>
        }
      >
        {record?.phrase === 'pending' && (
          <Button onPress={() => recovery?.notePhrase('claimed')}>{t('settings.phrase.claim')}</Button>
        )}
      </SettingRow>
      <FailureBanner failure={change.failure ?? backup.failure} />
    </Card>
  )
}

function phraseWords(t: Translate, relative: (iso: string) => string, record: RecoveryRecord | undefined): string {
  if (record === undefined || record.phrase === null || record.phraseAt === null) return t('settings.phrase.unknown')
  return t(`settings.phrase.${record.phrase}`, { when: relative(record.phraseAt) })
}
