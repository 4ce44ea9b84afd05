import { useT } from '../../i18n/index.ts'
import { Banner } from '../../ui/index.ts'

/** How long until the next password can be tried. Nothing when one can be at once. */
export function RetryNote({ seconds }: { readonly seconds: number }) {
  const t = useT()
  if (seconds === 0) return null
  // The seconds are not read out one by one: the title is, once.
  return (
    <Banner tone="warn" title={t('secrets.retry.title')}>
      <span className="num" aria-live="off">
        {t('secrets.retry.wait', { seconds })}
      </span>
    </Banner>
  )
}
