import { ChartLine, Table } from 'lucide-react'
import { type KeyboardEvent, lazy, Suspense, useEffect, useMemo, useState } from 'react'
import type { BalanceHistory } from '../../../../node/api/contract/index.ts'
import { usePreferences } from '../../../app/preferences.ts'
import { useNow } from '../../../app/use-now.ts'
import { useThemeName } from '../../../app/use-theme-name.ts'
import { useFormat, useLocaleStore, useT } from '../../../i18n/index.ts'
import { useSession } from '../../../rpc/index.ts'
import { IconButton, Skeleton } from '../../../ui/index.ts'
import { useWallet } from '../hooks/use-wallet.ts'
import { walletLimits as limits } from '../limits.ts'
import { type ChartRange, type Curve, chartRanges, curveOf, drawable, rangeStart } from '../model/balance-curve.ts'
import { totalsOf } from '../store/selectors.ts'
import { BalanceTable } from './balance-table.tsx'

const ChartCanvas = lazy(() => import('./chart-canvas.tsx'))

const rangeKeys = {
  day: 'wallet.chart.day',
  week: 'wallet.chart.week',
  month: 'wallet.chart.month',
  year: 'wallet.chart.year',
  all: 'wallet.chart.all',
} as const satisfies Record<ChartRange, string>

/** The curve's right end is moved along this often, ms. */
const nowMs = 30_000

/** What the balance was over time: as a curve that can be read point by point, or as a table. */
export function BalanceChart({ account }: { readonly account: string | undefined }) {
  const t = useT()
  const [range, setRange] = useState<ChartRange>('month')
  const [isTable, setTable] = useState(false)
  const isHidden = usePreferences((state) => state.hideBalances)
  const curve = useCurve(account, range)
  if (isHidden) return null
  return (
    <div className="chart">
      <div className="chart-head">
        <h2 className="visually-hidden">{t('wallet.chart.title')}</h2>
        <fieldset className="segments" aria-label={t('wallet.chart.range')}>
          {chartRanges.map((name) => (
            <button key={name} type="button" aria-pressed={name === range} onClick={() => setRange(name)}>
              {t(rangeKeys[name])}
            </button>
          ))}
        </fieldset>
        <ChangeOverRange curve={curve} />
        <IconButton
          label={isTable ? t('wallet.chart.asCurve') : t('wallet.chart.asTable')}
          icon={isTable ? ChartLine : Table}
          size="small"
          aria-pressed={isTable}
          onPress={() => setTable(!isTable)}
        />
      </div>
      {curve === 'loading' ? (
        <Skeleton height={140} />
      ) : curve === undefined ? (
        <p className="chart-empty">{t('wallet.chart.empty')}</p>
      ) : isTable ? (
        <BalanceTable curve={curve} />
      ) : (
        <CurveView curve={curve} />
      )}
    </div>
  )
}

function ChangeOverRange({ curve }: { readonly curve: Curve | 'loading' | undefined }) {
  const t = useT()
  const format = useFormat()
  if (curve === 'loading' || curve === undefined) return <span className="grow" />
  return (
    <span className="grow small muted num">
      {t('wallet.chart.change', { amount: format.amount(curve.change, { sign: 'always' }) })}
    </span>
  )
}

/** The node's points, asked for again with the range, the account, and what the accounts hold. */
function useCurve(account: string | undefined, range: ChartRange): Curve | 'loading' | undefined {
  const { api } = useSession()
  const isReady = useWallet((state) => state.status === 'ready')
  const accounts = useWallet((state) => state.accounts)
  const present = useMemo(() => totalsOf(accounts, account).total, [accounts, account])
  const at = useNow(nowMs)
  const [history, setHistory] = useState<{ readonly key: string; readonly answer: BalanceHistory }>()
  const key = `${account ?? ''} ${range}`
  const isStale = history?.key !== key
  // Not at each payment of a busy account: the last point is of now anyway.
  const settled = useSettled(present, limits.refreshMs)
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the balance has changed
  useEffect(() => {
    if (!isReady) return
    let isLatest = true
    const from = rangeStart(range, Date.now())
    api.accounts
      .balanceHistory({
        points: limits.chartPoints,
        ...(account === undefined ? {} : { account }),
        ...(from === undefined ? {} : { from }),
      })
      .then(
        (answer) => isLatest && setHistory({ key, answer }),
        // The figure above says what there is; the curve comes with the next change.
        () => isLatest && setHistory({ key, answer: { points: [], commitIndex: 0 } }),
      )
    return () => {
      isLatest = false
    }
  }, [api, key, isReady, settled])
  return useMemo(
    () => (history === undefined || isStale ? 'loading' : curveOf(history.answer, present, Math.max(at, Date.now()))),
    [history, isStale, present, at],
  )
}

/** The value, at most once a while. */
function useSettled<T>(value: T, delayMs: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs)
    return () => clearTimeout(timer)
  }, [value, delayMs])
  return settled
}

function CurveView({ curve }: { readonly curve: Curve }) {
  const t = useT()
  const format = useFormat()
  const tag = useLocaleStore((state) => state.tag)
  const theme = useThemeName()
  const [index, setIndex] = useState<number | null>(null)
  const data = useMemo(() => drawable(curve), [curve])
  const last = curve.points.length - 1
  const read = index === null ? undefined : curve.points[Math.min(index, last)]
  const press = (event: KeyboardEvent): void => {
    const at = index ?? last
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key]
    if (to === undefined && event.key !== 'Escape') return
    event.preventDefault()
    setIndex(to === undefined ? null : Math.max(0, Math.min(last, to)))
  }
  const said =
    read === undefined
      ? ''
      : t('wallet.chart.at', {
          amount: format.amount(read.balance),
          time: format.time(new Date(read.atMs).toISOString()),
        })
  return (
    <div
      className="chart-curve"
      role="slider"
      tabIndex={0}
      aria-label={t('wallet.chart.read')}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={index ?? last}
      aria-valuetext={said === '' ? t('wallet.chart.summary', summaryOf(curve, format)) : said}
      onKeyDown={press}
      onBlur={() => setIndex(null)}
    >
      <Suspense fallback={<Skeleton height={140} />}>
        <ChartCanvas
          data={data}
          index={index}
          onIndex={setIndex}
          formatTick={(value) => format.number(value)}
          locale={tag}
          theme={theme}
        />
      </Suspense>
      <div className="chart-reading num" aria-hidden>
        {said}
      </div>
    </div>
  )
}

function summaryOf(curve: Curve, format: ReturnType<typeof useFormat>): Record<string, string> {
  return { lowest: format.amount(curve.lowest), highest: format.amount(curve.highest) }
}
