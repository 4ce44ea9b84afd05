import { AppWindow } from 'lucide-react'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Button, Spinner } from '../../ui/index.ts'
import { StepFrame } from './step-frame.tsx'

/** While the secret form is open: on the desktop in another window, in a browser in a dialog over this. */
export function SecretStep({ onShow }: { readonly onShow: () => void }) {
  const t = useT()
  const { kind } = useSession().platform
  if (kind === 'browser') return <Spinner size={20} label={t('onboarding.secret.dialog')} />
  return (
    <StepFrame
      title={t('onboarding.secret.title')}
      text={t('onboarding.secret.text')}
      actions={
        <Button icon={AppWindow} onPress={onShow}>
          {t('onboarding.secret.show')}
        </Button>
      }
    />
  )
}
