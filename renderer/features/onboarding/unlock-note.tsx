import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Banner, Button } from '../../ui/index.ts'
import { requestPassword } from '../hardware-keys/sealed-wallet.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'

/** The vault locked itself while somebody was on the way: what to do, in place. */
export function UnlockNote() {
  const t = useT()
  const session = useSession()
  const { isPending, failure, run } = useSubmission()
  const unlock = () =>
    run(async () => {
      await requestPassword(session, 'unlock')
    })
  return (
    <>
      <Banner
        tone="warn"
        title={t('onboarding.name.locked')}
        actions={
          <Button size="small" isPending={isPending} onPress={() => void unlock()}>
            {t('onboarding.name.unlock')}
          </Button>
        }
      />
      <FailureBanner failure={failure} />
    </>
  )
}
