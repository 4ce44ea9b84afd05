import { useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { Badge, Button, RadioGroup } from '../../ui/index.ts'
import { JoinNetwork } from '../networks/join-network.tsx'
import { useNetworkChange } from '../networks/network-change.ts'
import { useWaitingLink } from '../networks/waiting-link.ts'
import { networkKind } from '../session/selectors.ts'
import { useSessionStore } from '../session/store.ts'
import { StepFrame } from './step-frame.tsx'

export interface NetworkStepProps {
  readonly onDone: () => void
  readonly onBack: () => void
}

/** The network that runs can be taken as it is, or another one be joined; the wallet is then made on that. */
export function NetworkStep({ onDone, onBack }: NetworkStepProps) {
  const t = useT()
  const node = useSessionStore((state) => state.node)
  const hasLink = useWaitingLink(({ link }) => link !== undefined)
  const [chosen, setChosen] = useState<'running' | 'join'>('running')
  // The form that shows then takes the link.
  if (hasLink && chosen !== 'join') setChosen('join')
  const isChanging = useNetworkChange((state) => state.isPending)
  // Of several validators it is shared with others, and nobody's own.
  const isDevelopment = node === null || (networkKind(node.network) === 'dev' && node.validators === 1)
  const name = isDevelopment ? t('onboarding.network.dev') : t('onboarding.network.other', { network: node.network })
  return (
    <StepFrame
      title={t('onboarding.network.title')}
      text={t('onboarding.network.text')}
      onBack={onBack}
      actions={
        <Button variant="primary" size="large" isDisabled={chosen !== 'running' || isChanging} onPress={onDone}>
          {t('secrets.continue')}
        </Button>
      }
    >
      <RadioGroup
        label={t('onboarding.network.label')}
        layout="cards"
        items={[
          {
            id: 'running',
            label: (
              <span className="onboarding-network">
                <strong>{name}</strong>
                <Badge tone="good">{t('onboarding.network.running')}</Badge>
              </span>
            ),
            description: t(isDevelopment ? 'onboarding.network.dev.text' : 'onboarding.network.other.text'),
          },
          {
            id: 'join',
            label: (
              <span className="onboarding-network">
                <strong>{t('onboarding.network.join')}</strong>
              </span>
            ),
            description: t('onboarding.network.join.text'),
          },
        ]}
        value={chosen}
        onChange={setChosen}
        isDisabled={isChanging}
      />
      {chosen === 'join' && <JoinNetwork />}
    </StepFrame>
  )
}
