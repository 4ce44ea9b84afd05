import { Save } from 'lucide-react'
import { useFormat, useT } from '../../i18n/index.ts'
import { Banner, Button } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSessionStore } from '../session/store.ts'
import { recoveryAdvice } from './recovery-record.ts'
import { useBackup } from './use-backup.ts'
import { useRecovery } from './use-recovery.ts'

/**
 * What there is to say about phrase and backup: that the phrase was never checked, or, gently, that it has been long. For the
 * top of a view; nothing where all is well or nothing is known.
 */
export function RecoveryBanner() {
  const t = useT()
  const { relative } = useFormat()
  const hasVault = useSessionStore(({ vault }) => vault?.exists === true)
  const recovery = useRecovery()
  const backup = useBackup()
  if (recovery === null || !hasVault) return null
  const advice = recoveryAdvice(recovery.record, Date.now())
  if (advice.kind === 'none') return <FailureBanner failure={backup.failure} />
  const save = (
    <Button size="small" variant="primary" icon={Save} isPending={backup.isPending} onPress={() => void backup.save()}>
      {t('onboarding.unconfirmed.backup')}
    </Button>
  )
  return (
    <div className="stack-tight">
      {advice.kind === 'phrase-pending' ? (
        <Banner
          tone="warn"
          title={t('onboarding.unconfirmed.title')}
          actions={
            <>
              {save}
              <Button size="small" onPress={() => recovery.notePhrase('claimed')}>
                {t('onboarding.unconfirmed.claim')}
              </Button>
            </>
          }
        >
          {t('onboarding.unconfirmed.text')}
        </Banner>
      ) : (
        <Banner
          tone="info"
          title={t('onboarding.drill.title')}
          onDismiss={recovery.noteReminder}
          actions={
            <>
              {save}
              <Button size="small" onPress={() => recovery.notePhrase('claimed')}>
                {t('onboarding.drill.seen')}
              </Button>
            </>
          }
        >
          {t('onboarding.drill.text', { since: relative(advice.sinceIso) })}
        </Banner>
      )}
      <FailureBanner failure={backup.failure} />
    </div>
  )
}
