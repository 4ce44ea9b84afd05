import { ArrowRight, Coins, Save } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Address, Button, Card, StateChip } from '../../ui/index.ts'
import { requestPassword } from '../hardware-keys/sealed-wallet.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'
import { networkKind } from '../session/selectors.ts'
import { useSessionStore } from '../session/store.ts'
import type { Start } from './flow.ts'
import { StepFrame } from './step-frame.tsx'
import { useBackup } from './use-backup.ts'

export interface DoneStepProps {
  readonly start: Start
  readonly address: string
  readonly onOpen: () => void
}

export function DoneStep({ start, address, onOpen }: DoneStepProps) {
  const t = useT()
  const session = useSession()
  const { api } = session
  const isDevelopment = useSessionStore(({ node }) => node !== null && networkKind(node.network) === 'dev')
  const isWatching = start === 'watch'
  const money = useSubmission()
  const [isAsked, setAsked] = useState(false)
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const backup = useBackup()

  const getMoney = () =>
    money.run(async () => {
      if (useSessionStore.getState().vault?.locked === true && !(await requestPassword(session, 'unlock'))) return
      await api.transactions.faucet({ account: address, idempotencyKey })
      setAsked(true)
    })
  return (
    <StepFrame
      title={isWatching ? t('onboarding.done.watching') : t('onboarding.done.title')}
      actions={
        <Button variant="primary" size="large" icon={ArrowRight} onPress={onOpen} autoFocus>
          {t('onboarding.done.open')}
        </Button>
      }
    >
      <Card title={isWatching ? t('onboarding.watch.address') : t('onboarding.done.address')}>
        <div className="stack-tight">
          <Address value={address} hasCopyButton />
          {!isWatching && <p className="muted small">{t('onboarding.done.address.text')}</p>}
        </div>
      </Card>
      {!isWatching && isDevelopment && (
        <div className="onboarding-offer">
          <p className="muted small">{t('onboarding.done.money.text')}</p>
          {isAsked ? (
            <StateChip tone="good">{t('onboarding.done.money.asked')}</StateChip>
          ) : (
            <Button icon={Coins} isPending={money.isPending} onPress={() => void getMoney()}>
              {t('onboarding.done.money')}
            </Button>
          )}
        </div>
      )}
      {!isWatching && (
        <div className="onboarding-offer">
          <p className="muted small">{t('onboarding.done.backup.text')}</p>
          {backup.isSaved ? (
            <StateChip tone="good">{t('onboarding.done.backup.saved')}</StateChip>
          ) : (
            <Button icon={Save} isPending={backup.isPending} onPress={() => void backup.save()}>
              {t('onboarding.done.backup')}
            </Button>
          )}
        </div>
      )}
      <FailureBanner failure={money.failure ?? backup.failure} />
    </StepFrame>
  )
}
