/** What of the history is chosen: kept while the page is there, so that coming back finds it. */
import { create } from 'zustand'
import { everything, type HistoryFilter } from '../model/history-filter.ts'

/** Without the account, which the overview chooses too. */
export const useHistoryFilter = create<Omit<HistoryFilter, 'account'>>(() => everything)

export function setHistoryFilter(change: Partial<Omit<HistoryFilter, 'account'>>): void {
  useHistoryFilter.setState(change)
}

export function clearHistoryFilter(): void {
  useHistoryFilter.setState({ direction: undefined, state: undefined, range: { kind: 'all' }, text: '' })
}
