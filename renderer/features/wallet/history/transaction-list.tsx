import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { navigate } from '../../../app/routes.ts'
import { useT } from '../../../i18n/index.ts'
import { VirtualList, type VirtualListHandle } from '../../../ui/index.ts'
import { useShortcuts } from '../hooks/use-shortcuts.ts'
import { useMine } from '../hooks/use-wallet.ts'
import { rowHeight, TransactionRow } from './transaction-row.tsx'

export interface TransactionListProps {
  readonly txIds: readonly string[]
  /** Address whose history it is; undefined for all accounts. */
  readonly account: string | undefined
  readonly selected?: string | undefined
  readonly onNearEnd: () => void
  /** Escape within the list. */
  readonly onLeave?: () => void
}

/** Rows of the history, of any number. J and K, or arrows, go through them; Enter opens. */
export function TransactionList({ txIds, account, selected, onNearEnd, onLeave }: TransactionListProps) {
  const t = useT()
  const all = useMine()
  const mine = useMemo(() => (account === undefined ? all : new Set([account])), [account, all])
  const list = useRef<VirtualListHandle>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [reachable, setReachable] = useState<string | undefined>(selected)
  const current = reachable !== undefined && txIds.includes(reachable) ? reachable : txIds[0]

  const goTo = useCallback((index: number, ids: readonly string[]) => {
    const txId = ids[Math.max(0, Math.min(ids.length - 1, index))]
    if (txId === undefined) return
    setReachable(txId)
    list.current?.scrollTo(ids.indexOf(txId))
    // The row is drawn with the next frame where it was out of sight.
    const focus = (tries: number): void => {
      const row = frame.current?.querySelector<HTMLElement>(`[data-tx="${txId}"]`)
      if (row != null) row.focus({ preventScroll: true })
      else if (tries > 0) requestAnimationFrame(() => focus(tries - 1))
    }
    requestAnimationFrame(() => focus(5))
  }, [])

  const step = (by: number): void => {
    const isInside = frame.current?.contains(document.activeElement) === true
    const at = current === undefined ? -1 : txIds.indexOf(current)
    goTo(isInside || selected !== undefined ? at + by : at, txIds)
  }
  useShortcuts({ j: () => step(1), k: () => step(-1) })

  const latest = useRef({ txIds, onLeave })
  useEffect(() => {
    latest.current = { txIds, onLeave }
  })
  const press = useCallback(
    (event: KeyboardEvent<HTMLAnchorElement>) => {
      const { txIds: ids, onLeave: leave } = latest.current
      const at = ids.indexOf(event.currentTarget.dataset.tx ?? '')
      const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? 0) / rowHeight) - 1)
      const to = {
        ArrowDown: at + 1,
        ArrowUp: at - 1,
        PageDown: at + page,
        PageUp: at - page,
        Home: 0,
        End: ids.length - 1,
      }[event.key]
      if (to !== undefined) goTo(to, ids)
      else if (event.key === 'Escape' && leave !== undefined) leave()
      else return
      event.preventDefault()
      event.stopPropagation()
    },
    [goTo],
  )

  useEffect(() => {
    if (selected !== undefined) setReachable(selected)
  }, [selected])

  return (
    <div ref={frame} className="tx-list">
      <VirtualList
        ref={list}
        label={t('wallet.history.list')}
        items={txIds}
        keyOf={(txId) => txId}
        rowHeight={rowHeight}
        onNearEnd={onNearEnd}
        renderRow={(txId) => (
          <TransactionRow
            txId={txId}
            mine={mine}
            isSelected={txId === selected}
            isReachable={txId === current}
            onKeyDown={press}
          />
        )}
      />
    </div>
  )
}

export function openTransaction(txId: string): void {
  navigate('wallet', ['transaction', txId])
}
