import { Eye, FileKey, ListOrdered, Plus } from 'lucide-react'
import { useT } from '../../i18n/index.ts'
import type { Failure } from '../../rpc/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { ChoiceButton } from './choice-button.tsx'
import type { Start } from './flow.ts'
import { StepFrame } from './step-frame.tsx'

export interface StartStepProps {
  readonly failure: Failure | undefined
  readonly onStart: (start: Start) => void
  readonly onBack: () => void
}

export function StartStep({ failure, onStart, onBack }: StartStepProps) {
  const t = useT()
  return (
    <StepFrame title={t('onboarding.start.title')} onBack={onBack}>
      <FailureBanner failure={failure} />
      <div className="stack-tight">
        <ChoiceButton
          icon={Plus}
          title={t('onboarding.start.create')}
          text={t('onboarding.start.create.text')}
          onPress={() => onStart('create')}
        />
        <ChoiceButton
          icon={ListOrdered}
          title={t('onboarding.start.restore')}
          text={t('onboarding.start.restore.text')}
          onPress={() => onStart('restore')}
        />
        <ChoiceButton
          icon={FileKey}
          title={t('onboarding.start.backup')}
          text={t('onboarding.start.backup.text')}
          onPress={() => onStart('restore-backup')}
        />
        <ChoiceButton
          icon={Eye}
          title={t('onboarding.start.watch')}
          text={t('onboarding.start.watch.text')}
          onPress={() => onStart('watch')}
        />
      </div>
    </StepFrame>
  )
}
