import { useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { failureOf, failureOfCode, useSession } from '../../rpc/index.ts'
import { Badge, Banner, Button, RadioGroup, TextField } from '../../ui/index.ts'
import { networkKind } from '../session/selectors.ts'
import { useSessionStore } from '../session/store.ts'
import { isGenesisPath } from './genesis-path.ts'
import { useNetworkChange } from './network-change.ts'
import { StepFrame } from './step-frame.tsx'

type NetworkId = 'dev' | 'test' | 'main' | 'other'

export interface NetworkStepProps {
  readonly onDone: () => void
  readonly onBack: () => void
}

/** The network that runs can be taken as it is; the others are named, with what they need. */
export function NetworkStep({ onDone, onBack }: NetworkStepProps) {
  const t = useT()
  const { desktop } = useSession().platform
  const node = useSessionStore((state) => state.node)
  const running: NetworkId = node === null || networkKind(node.network) === 'dev' ? 'dev' : 'other'
  const [chosen, setChosen] = useState<NetworkId>(running)
  const [file, setFile] = useState('')
  const [isAsked, setAsked] = useState(false)
  const change = useNetworkChange()

  const start = async () => {
    if (desktop === null || node === null) return
    const network = file.trim()
    setAsked(!isGenesisPath(network))
    if (!isGenesisPath(network)) return
    change.begin()
    try {
      const state = await desktop.startNode({ network })
      if (state.kind !== 'failed') {
        change.end(undefined)
        return
      }
      change.end(failureOfCode(state.code))
      // Back to where there is something to see.
      await desktop.startNode({ network: node.network })
    } catch (error) {
      change.end(failureOf(error))
    }
  }

  const runningBadge = <Badge tone="good">{t('onboarding.network.running')}</Badge>
  const item = (id: 'dev' | 'test' | 'main') => ({
    id,
    label: (
      <span className="onboarding-network">
        <strong>{t(`onboarding.network.${id}`)}</strong>
        {id === running && runningBadge}
      </span>
    ),
    description: t(`onboarding.network.${id}.text`),
  })
  const other = {
    id: 'other' as const,
    label: (
      <span className="onboarding-network">
        <strong>{t('onboarding.network.other', { network: node?.network ?? '' })}</strong>
        {runningBadge}
      </span>
    ),
    description: t('onboarding.network.other.text'),
  }
  const items = running === 'other' ? [other, item('test'), item('main')] : [item('dev'), item('test'), item('main')]
  return (
    <StepFrame
      title={t('onboarding.network.title')}
      text={t('onboarding.network.text')}
      onBack={onBack}
      actions={
        <Button variant="primary" size="large" isDisabled={chosen !== running || change.isPending} onPress={onDone}>
          {t('secrets.continue')}
        </Button>
      }
    >
      <RadioGroup
        label={t('onboarding.network.label')}
        layout="cards"
        items={items}
        value={chosen}
        onChange={setChosen}
        isDisabled={change.isPending}
      />
      {chosen !== running && (
        <Banner tone="info" title={t('onboarding.network.noGenesis.title')}>
          <div className="stack-tight">
            <span>
              {desktop === null ? t('onboarding.network.noGenesis.browser') : t('onboarding.network.noGenesis.desktop')}
            </span>
            {desktop !== null && (
              <>
                <TextField
                  label={t('onboarding.network.file')}
                  mono
                  value={file}
                  onChange={(path) => {
                    setFile(path)
                    setAsked(false)
                  }}
                  error={isAsked ? t('onboarding.network.file.missing') : undefined}
                  isDisabled={change.isPending}
                />
                <div>
                  <Button isPending={change.isPending} onPress={() => void start()}>
                    {change.isPending ? t('onboarding.network.file.starting') : t('onboarding.network.file.start')}
                  </Button>
                </div>
              </>
            )}
          </div>
        </Banner>
      )}
      {change.failure !== undefined && (
        <Banner tone="bad" title={t('onboarding.network.failed')}>
          {change.failure.message} {change.failure.hint}
        </Banner>
      )}
    </StepFrame>
  )
}
