import { Usb } from 'lucide-react'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Button } from '../../ui/index.ts'
import { canSign, ofVault, SignerChoice, type SignerChoiceProps } from '../hardware-keys/signer-choice.tsx'
import { useHardwareKeys } from '../hardware-keys/store.ts'
import { Disclosure } from '../secrets/disclosure.tsx'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'

/** For who has a token: the first account may need it for each payment. Closed by default, and passed over by everybody else. */
export function TokenOffer({ value, onChange }: SignerChoiceProps) {
  const t = useT()
  const { api, platform } = useSession()
  const { isPending, failure, run } = useSubmission()
  const { tokens } = platform
  const hasKeys = useHardwareKeys(({ keys }) => keys?.some(canSign) === true)
  const pair = () =>
    run(async () => {
      const before = new Set((await api.hsm.list()).map(({ id }) => id))
      if (!(await tokens?.request('pair-key'))) return
      const keys = await api.hsm.list()
      useHardwareKeys.setState({ keys })
      // What was paired for this account signs for it; a key that seals is for the settings.
      const added = keys.find((key) => !before.has(key.id) && canSign(key))
      onChange(added?.id ?? ofVault)
    })
  if (tokens === null && !hasKeys) return null
  return (
    <Disclosure label={t('onboarding.token')}>
      <div className="stack">
        <p className="muted small">{t('onboarding.token.text')}</p>
        <SignerChoice value={value} onChange={onChange} />
        {tokens !== null && (
          <div>
            <Button icon={Usb} isPending={isPending} onPress={() => void pair()}>
              {t('onboarding.token.pair')}
            </Button>
          </div>
        )}
        <FailureBanner failure={failure} />
      </div>
    </Disclosure>
  )
}
