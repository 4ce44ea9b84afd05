import { Search, X } from 'lucide-react'
import { type Ref, useEffect, useState } from 'react'
import { contractLimits, type TransactionStateName, transactionState } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { Button, Select, TextField } from '../../../ui/index.ts'
import { AccountSelect } from '../components/account-select.tsx'
import { stateKeys } from '../components/transaction-words.ts'
import { type DirectionFilter, type HistoryFilter, isFiltered, type RangeFilter } from '../model/history-filter.ts'
import { clearHistoryFilter, setHistoryFilter } from './filter-store.ts'

const any = '*'
/** A search begins when nothing was typed for this long, ms. */
const typingMs = 250

export interface FilterBarProps {
  readonly filter: HistoryFilter
  readonly onAccount: (address: string | undefined) => void
  readonly searchRef: Ref<HTMLInputElement & HTMLTextAreaElement>
}

export function FilterBar({ filter, onAccount, searchRef }: FilterBarProps) {
  const t = useT()
  const { direction, state, range } = filter
  const directions = [
    { id: any, label: t('wallet.filter.anyDirection') },
    { id: 'sent', label: t('wallet.filter.sent') },
    { id: 'received', label: t('wallet.filter.received') },
    { id: 'faucet', label: t('wallet.filter.faucet') },
  ] as const
  const states = [
    { id: any, label: t('wallet.filter.anyState') },
    ...transactionState.options.map((name) => ({ id: name, label: t(stateKeys[name]) })),
  ]
  return (
    <search className="filter-bar" aria-label={t('wallet.filter.label')}>
      <SearchField text={filter.text} inputRef={searchRef} />
      <AccountSelect label={t('wallet.account')} isLabelHidden hasAll value={filter.account} onChange={onAccount} />
      <Select
        label={t('wallet.filter.direction')}
        isLabelHidden
        items={directions}
        value={direction ?? any}
        onChange={(id) => setHistoryFilter({ direction: id === any ? undefined : (id as DirectionFilter) })}
      />
      <Select
        label={t('wallet.filter.state')}
        isLabelHidden
        items={states}
        value={state ?? any}
        onChange={(id) => setHistoryFilter({ state: id === any ? undefined : (id as TransactionStateName) })}
      />
      <RangeSelect range={range} />
      {isFiltered(filter) && (
        <Button variant="quiet" icon={X} onPress={clearHistoryFilter}>
          {t('wallet.filter.clear')}
        </Button>
      )}
    </search>
  )
}

function SearchField({ text, inputRef }: { readonly text: string; readonly inputRef: FilterBarProps['searchRef'] }) {
  const t = useT()
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  useEffect(() => {
    if (typed === text) return
    const timer = setTimeout(() => setHistoryFilter({ text: typed }), typingMs)
    return () => clearTimeout(timer)
  }, [typed, text])
  return (
    <TextField
      label={t('wallet.filter.search')}
      isLabelHidden
      type="search"
      value={typed}
      onChange={setTyped}
      placeholder={t('wallet.filter.searchFor')}
      maxLength={contractLimits.maxSearchCharacters}
      suffix={<Search size={14} aria-hidden />}
      inputRef={inputRef}
      className="filter-search"
    />
  )
}

type RangeChoice = 'all' | 'today' | 'week' | 'month' | 'year' | 'dates'
const daysOf = { today: 0, week: 7, month: 30, year: 365 } as const

function choiceOf(range: RangeFilter): RangeChoice {
  if (range.kind !== 'days') return range.kind
  return (Object.keys(daysOf) as (keyof typeof daysOf)[]).find((name) => daysOf[name] === range.days) ?? 'all'
}

function rangeOf(choice: RangeChoice): RangeFilter {
  if (choice === 'all') return { kind: 'all' }
  return choice === 'dates' ? { kind: 'dates', from: '', to: '' } : { kind: 'days', days: daysOf[choice] }
}

function RangeSelect({ range }: { readonly range: RangeFilter }) {
  const t = useT()
  const items = [
    { id: 'all', label: t('wallet.filter.allTime') },
    { id: 'today', label: t('wallet.filter.today') },
    { id: 'week', label: t('wallet.filter.week') },
    { id: 'month', label: t('wallet.filter.month') },
    { id: 'year', label: t('wallet.filter.year') },
    { id: 'dates', label: t('wallet.filter.dates') },
  ] as const
  return (
    <>
      <Select
        label={t('wallet.filter.range')}
        isLabelHidden
        items={items}
        value={choiceOf(range)}
        onChange={(choice) => setHistoryFilter({ range: rangeOf(choice) })}
      />
      {range.kind === 'dates' && (
        <div className="filter-dates">
          <label>
            <span>{t('wallet.filter.from')}</span>
            <input
              type="date"
              className="wallet-date"
              value={range.from}
              max={range.to}
              onChange={(event) => setHistoryFilter({ range: { ...range, from: event.target.value } })}
            />
          </label>
          <label>
            <span>{t('wallet.filter.to')}</span>
            <input
              type="date"
              className="wallet-date"
              value={range.to}
              min={range.from}
              onChange={(event) => setHistoryFilter({ range: { ...range, to: event.target.value } })}
            />
          </label>
        </div>
      )}
    </>
  )
}
