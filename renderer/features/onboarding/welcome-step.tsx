import { KeyRound, type LucideIcon, NotebookPen, Stamp } from 'lucide-react'
import { useT } from '../../i18n/index.ts'
import { Button } from '../../ui/index.ts'
import { StepFrame } from './step-frame.tsx'

const points = [
  { icon: KeyRound, title: 'onboarding.welcome.keys', text: 'onboarding.welcome.keys.text' },
  { icon: NotebookPen, title: 'onboarding.welcome.phrase', text: 'onboarding.welcome.phrase.text' },
  { icon: Stamp, title: 'onboarding.welcome.final', text: 'onboarding.welcome.final.text' },
] as const satisfies readonly { icon: LucideIcon; title: string; text: string }[]

export function WelcomeStep({ onBegin }: { readonly onBegin: () => void }) {
  const t = useT()
  return (
    <StepFrame
      title={t('onboarding.welcome.title')}
      text={t('onboarding.welcome.text')}
      actions={
        <Button variant="primary" size="large" onPress={onBegin} autoFocus>
          {t('onboarding.welcome.begin')}
        </Button>
      }
    >
      <ul className="onboarding-points">
        {points.map(({ icon: Icon, title, text }) => (
          <li key={title}>
            <Icon size={20} aria-hidden />
            <div>
              <strong>{t(title)}</strong>
              <p className="muted small">{t(text)}</p>
            </div>
          </li>
        ))}
      </ul>
    </StepFrame>
  )
}
