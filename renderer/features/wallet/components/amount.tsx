import { usePreferences } from '../../../app/preferences.ts'
import { useT } from '../../../i18n/index.ts'
import { useAmount } from '../hooks/use-amount.ts'

/** An amount in rUv; dots where balances are hidden. */
export function Amount({
  value,
  sign = 'auto',
  hasUnit = false,
}: {
  readonly value: bigint | string
  readonly sign?: 'auto' | 'always'
  readonly hasUnit?: boolean
}) {
  const t = useT()
  const show = useAmount()
  const isHidden = usePreferences((state) => state.hideBalances)
  return (
    <span className="num">
      <span aria-hidden={isHidden ? true : undefined}>{show(value, { sign })}</span>
      {isHidden && <span className="visually-hidden">{t('wallet.hidden')}</span>}
      {hasUnit && <span className="wallet-unit"> {t('ui.unit')}</span>}
    </span>
  )
}
