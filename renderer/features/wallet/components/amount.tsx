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
  return (
    <span className="num">
      {show(value, { sign })}
      {hasUnit && <span className="wallet-unit"> {t('ui.unit')}</span>}
    </span>
  )
}
