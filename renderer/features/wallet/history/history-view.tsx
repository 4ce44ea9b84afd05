import { Download, Inbox, SearchX } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { navigate } from '../../../app/routes.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { Button, EmptyState, Page, Spinner } from '../../../ui/index.ts'
import { FailureBanner } from '../components/failure-banner.tsx'
import { WalletActions, WalletNav } from '../components/wallet-nav.tsx'
import { useShortcuts } from '../hooks/use-shortcuts.ts'
import { useHistoryList, useWallet } from '../hooks/use-wallet.ts'
import { walletLimits as limits } from '../limits.ts'
import { isFiltered } from '../model/history-filter.ts'
import { useChosenAccount } from '../overview/chosen-account.ts'
import { ExportDialog } from './export-dialog.tsx'
import { FilterBar } from './filter-bar.tsx'
import { clearHistoryFilter, useHistoryFilter } from './filter-store.ts'
import { TransactionDetail } from './transaction-detail.tsx'
import { TransactionList } from './transaction-list.tsx'

/** Everything that happened, by filters; beside it one transaction, where one is chosen. */
export function HistoryView({ txId }: { readonly txId: string | undefined }) {
  const t = useT()
  const format = useFormat()
  const [account, chooseAccount] = useChosenAccount()
  const choices = useHistoryFilter()
  const filter = { ...choices, account }
  const { list, loadMore } = useHistoryList(filter)
  const hasAccounts = useWallet((state) => state.accounts.length > 0 || state.status !== 'ready')
  const [isExporting, setExporting] = useState(false)
  const search = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  const close = (): void => navigate('wallet', ['history'])
  useShortcuts({
    '/': () => search.current?.focus(),
    ...(txId === undefined ? {} : { Escape: close }),
  })
  useEffect(() => {
    // Where the panel covers the list, it is what was gone to.
    if (txId !== undefined && matchMedia('(max-width: 1000px)').matches) {
      document.querySelector<HTMLElement>('[data-panel-heading]')?.focus()
    }
  }, [txId])
  const rows = list?.txIds.length ?? 0
  const isEmpty = list !== undefined && rows === 0 && list.cursor === null
  return (
    <Page title={t('wallet.history')} actions={<WalletActions account={account} />}>
      <WalletNav current="history" />
      <FilterBar filter={filter} onAccount={chooseAccount} searchRef={search} />
      <FailureBanner failure={list?.failure} onRetry={loadMore} />
      <div className="history" data-detail={txId === undefined ? undefined : ''}>
        <section className="history-main" aria-label={t('wallet.history.list')}>
          <div className="section-head">
            <span className="small muted num" role="status">
              {list?.cursor === null
                ? t('wallet.history.count', { count: rows })
                : rows > 0
                  ? t('wallet.history.countSoFar', { count: rows })
                  : ''}
            </span>
            <Button
              variant="quiet"
              size="small"
              icon={Download}
              isDisabled={rows === 0}
              onPress={() => setExporting(true)}
            >
              {t('wallet.export')}
            </Button>
          </div>
          {isEmpty ? (
            isFiltered(filter) ? (
              <EmptyState
                icon={SearchX}
                title={t('wallet.empty.filtered')}
                text={t('wallet.empty.filteredText')}
                action={<Button onPress={clearHistoryFilter}>{t('wallet.filter.clear')}</Button>}
              />
            ) : (
              <EmptyState
                icon={Inbox}
                title={t('wallet.empty.history')}
                text={hasAccounts ? t('wallet.empty.historyText') : t('wallet.empty.accountsText')}
              />
            )
          ) : rows === 0 && list?.failure === undefined ? (
            <div className="wallet-wait">
              <Spinner label={t('wallet.loading')} />
            </div>
          ) : (
            <TransactionList
              txIds={list?.txIds ?? []}
              account={account}
              selected={txId}
              onNearEnd={loadMore}
              onLeave={txId === undefined ? () => search.current?.focus() : close}
            />
          )}
          {list?.isFull === true && (
            <p className="small muted">{t('wallet.history.full', { count: format.number(limits.maxListedRows) })}</p>
          )}
        </section>
        {txId !== undefined && <TransactionDetail key={txId} txId={txId} account={account} onClose={close} />}
      </div>
      <ExportDialog filter={filter} isOpen={isExporting} onClose={() => setExporting(false)} />
    </Page>
  )
}
