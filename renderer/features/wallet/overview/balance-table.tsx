import { useFormat, useT } from '../../../i18n/index.ts'
import type { Curve } from '../model/balance-curve.ts'

/** The curve in words and figures, newest first. */
export function BalanceTable({ curve }: { readonly curve: Curve }) {
  const t = useT()
  const format = useFormat()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1)
    <section className="chart-table" tabIndex={0} aria-label={t('wallet.chart.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('wallet.chart.time')}</th>
            <th scope="col">{t('wallet.chart.balance')}</th>
            <th scope="col">{t('wallet.chart.changeColumn')}</th>
          </tr>
        </thead>
        <tbody>
          {curve.points
            .map((point, index) => ({ ...point, change: point.balance - (curve.points[index - 1] ?? point).balance }))
            .reverse()
            .map(({ atMs, balance, change }) => (
              <tr key={atMs}>
                <td>{format.time(new Date(atMs).toISOString())}</td>
                <td>{format.amount(balance)}</td>
                <td>{change === 0n ? '' : format.amount(change, { sign: 'always' })}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  )
}
