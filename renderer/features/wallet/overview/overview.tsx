import { Inbox, WalletMinimal } from 'lucide-react'
import { useEffect, useState } from 'react'
import { navigate, routeTo } from '../../../app/routes.ts'
import { useT } from '../../../i18n/index.ts'
import { Button, EmptyState, Page, Spinner } from '../../../ui/index.ts'
import { RecoveryBanner } from '../../onboarding/recovery-banner.tsx'
import { CreateAccountDialog } from '../accounts/create-account-dialog.tsx'
import { AccountSelect } from '../components/account-select.tsx'
import { FailureBanner } from '../components/failure-banner.tsx'
import { WalletActions, WalletNav } from '../components/wallet-nav.tsx'
import { TransactionList } from '../history/transaction-list.tsx'
import { useHistoryList, useWallet } from '../hooks/use-wallet.ts'
import { everything } from '../model/history-filter.ts'
import { payingAccounts, totalsOf } from '../store/selectors.ts'
import { StuckBanners } from '../stuck/stuck-banner.tsx'
import { BalanceChart } from './balance-chart.tsx'
import { BalanceHeader } from './balance-header.tsx'
import { useChosenAccount } from './chosen-account.ts'
import { FaucetButton } from './faucet-button.tsx'

/** What there is, how it came to be, and what happened last. */
export function Overview({ query }: { readonly query: Readonly<Record<string, string>> }) {
  const t = useT()
  const accounts = useWallet((state) => state.accounts)
  const [account, choose] = useChosenAccount()
  const [isCreating, setCreating] = useState(false)
  const asked = query.account
  useEffect(() => {
    if (asked !== undefined) choose(asked)
  }, [asked, choose])
  const own = payingAccounts(accounts)
  const receiver = account ?? own[0]?.address
  // Where there is none, it is what the empty list below offers.
  const hasMoney = totalsOf(accounts, account).total > 0n
  const isOwn = own.some(({ address }) => address === receiver)
  if (accounts.length === 0) {
    return (
      <Page title={t('wallet.title')}>
        <WalletNav current="overview" />
        <EmptyState
          icon={WalletMinimal}
          title={t('wallet.empty.accounts')}
          text={t('wallet.empty.accountsText')}
          action={
            <>
              <Button variant="primary" onPress={() => setCreating(true)}>
                {t('wallet.accounts.create')}
              </Button>
              <Button onPress={() => navigate('wallet', ['accounts'])}>{t('wallet.accounts.watch')}</Button>
            </>
          }
        />
        <CreateAccountDialog isOpen={isCreating} onClose={() => setCreating(false)} />
      </Page>
    )
  }
  return (
    <Page
      title={t('wallet.title')}
      actions={
        <>
          <AccountSelect
            label={t('wallet.account')}
            isLabelHidden
            hasAll
            value={account}
            onChange={choose}
            className="wallet-account-select"
          />
          <WalletActions account={account} />
        </>
      }
    >
      <WalletNav current="overview" />
      <RecoveryBanner />
      <StuckBanners account={account} />
      <div className="overview-head">
        <BalanceHeader account={account} />
        {isOwn && hasMoney && <FaucetButton account={receiver} />}
      </div>
      <BalanceChart account={account} />
      <Activity account={account} receiver={isOwn ? receiver : undefined} />
    </Page>
  )
}

function Activity({
  account,
  receiver,
}: {
  readonly account: string | undefined
  readonly receiver: string | undefined
}) {
  const t = useT()
  const { list, loadMore } = useHistoryList({ ...everything, account })
  const isEmpty = list !== undefined && list.txIds.length === 0 && list.cursor === null
  return (
    <section className="activity" aria-labelledby="wallet-activity">
      <div className="section-head">
        <h2 id="wallet-activity">{t('wallet.activity')}</h2>
        <a href={routeTo('wallet', ['history'])} className="small">
          {t('wallet.activity.all')}
        </a>
      </div>
      <FailureBanner failure={list?.failure} onRetry={loadMore} />
      {isEmpty ? (
        <EmptyState
          icon={Inbox}
          title={t('wallet.empty.history')}
          text={t('wallet.empty.historyText')}
          action={
            <>
              <FaucetButton account={receiver} variant="primary" />
              <Button onPress={() => navigate('wallet', ['receive'])}>{t('wallet.receive')}</Button>
            </>
          }
        />
      ) : list === undefined || (list.txIds.length === 0 && list.failure === undefined) ? (
        <div className="wallet-wait">
          <Spinner />
        </div>
      ) : (
        <TransactionList
          txIds={list.txIds}
          account={account}
          onNearEnd={loadMore}
          onLeave={() => (document.activeElement as HTMLElement | null)?.blur()}
        />
      )}
    </section>
  )
}
