import { Eye, EyeOff } from 'lucide-react'
import { useMemo } from 'react'
import { setPreferences, usePreferences } from '../../../app/preferences.ts'
import { useT } from '../../../i18n/index.ts'
import { IconButton } from '../../../ui/index.ts'
import { Amount } from '../components/amount.tsx'
import { useAmount } from '../hooks/use-amount.ts'
import { useWallet } from '../hooks/use-wallet.ts'
import { totalsOf } from '../store/selectors.ts'

/** What there is in all, and what it is made of. */
export function BalanceHeader({ account }: { readonly account: string | undefined }) {
  const t = useT()
  const show = useAmount()
  const isHidden = usePreferences((state) => state.hideBalances)
  const accounts = useWallet((state) => state.accounts)
  const totals = useMemo(() => totalsOf(accounts, account), [accounts, account])
  const [whole, fraction] = splitAt(show(totals.total))
  const parts = [
    { text: 'wallet.balance.available', value: totals.available },
    { text: 'wallet.balance.pending', value: totals.pending },
    { text: 'wallet.balance.escrowed', value: totals.escrowed },
    { text: 'wallet.balance.staked', value: totals.staked },
  ] as const
  return (
    <section className="balance" aria-label={t('wallet.balance.label')}>
      <div className="balance-total num" aria-live="polite">
        <span aria-hidden={isHidden ? true : undefined}>{whole}</span>
        {isHidden && <span className="visually-hidden">{t('wallet.hidden')}</span>}
        <span className="balance-fraction">{fraction}</span> <span className="balance-unit">{t('ui.unit')}</span>
        <IconButton
          label={isHidden ? t('wallet.balance.show') : t('wallet.balance.hide')}
          icon={isHidden ? EyeOff : Eye}
          aria-pressed={isHidden}
          onPress={() => setPreferences({ hideBalances: !isHidden })}
        />
      </div>
      <dl className="balance-parts">
        {parts.map(({ text, value }) => (
          <div key={text} data-zero={value === 0n && !isHidden ? '' : undefined}>
            <dt>{t(text)}</dt>
            <dd>
              <Amount value={value} />
            </dd>
          </div>
        ))}
        {totals.watched > 0n && account === undefined && (
          <div>
            <dt>{t('wallet.balance.watched')}</dt>
            <dd>
              <Amount value={totals.watched} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  )
}

/** The fraction is set smaller: the whole units are what is read first. */
function splitAt(text: string): readonly [string, string] {
  const match = /^(.*\d)([.,]\d+)$/.exec(text)
  return match === null ? [text, ''] : [match[1] as string, match[2] as string]
}
