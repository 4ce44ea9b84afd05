import { useT } from '../../../i18n/index.ts'
import type { Failure } from '../../../rpc/index.ts'
import { Banner, Button } from '../../../ui/index.ts'

/** What went wrong, what it means, what to do; and a way to try again where there is one. */
export function FailureBanner({
  failure,
  onRetry,
  onDismiss,
}: {
  readonly failure: Failure | undefined
  readonly onRetry?: () => void
  readonly onDismiss?: () => void
}) {
  const t = useT()
  if (failure === undefined) return null
  return (
    <Banner
      tone="bad"
      title={failure.message}
      {...(onDismiss === undefined ? {} : { onDismiss })}
      {...(onRetry === undefined
        ? {}
        : {
            actions: (
              <Button size="small" onPress={onRetry}>
                {t('wallet.retry')}
              </Button>
            ),
          })}
    >
      {failure.hint}
    </Banner>
  )
}
