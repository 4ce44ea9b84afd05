/** The wallet: balance, payments, history, accounts, address book, messages. Which of them, the route says. */
import { navigate, type Route } from '../../app/routes.ts'
import { useT } from '../../i18n/index.ts'
import { Page, Spinner } from '../../ui/index.ts'
import { AccountsView } from './accounts/accounts-view.tsx'
import { AddressBookView } from './address-book/address-book-view.tsx'
import { FailureBanner } from './components/failure-banner.tsx'
import { HistoryView } from './history/history-view.tsx'
import { useShortcuts } from './hooks/use-shortcuts.ts'
import { useFollowNode, useWallet, useWalletSync } from './hooks/use-wallet.ts'
import { MessagesView } from './messages/messages-view.tsx'
import { Overview } from './overview/overview.tsx'
import { ReceiveView } from './receive/receive-view.tsx'
import { SendView } from './send/send-view.tsx'
import './wallet.css'

export function WalletView({ route }: { readonly route: Route }) {
  const t = useT()
  const sync = useWalletSync()
  const status = useWallet((state) => state.status)
  const failure = useWallet((state) => state.failure)
  useFollowNode()
  useShortcuts({ s: () => navigate('wallet', ['send']), r: () => navigate('wallet', ['receive']) })
  if (status === 'loading') {
    return (
      <Page title={t('wallet.title')}>
        <div className="wallet-wait">
          <Spinner label={t('wallet.loading')} />
        </div>
      </Page>
    )
  }
  if (status === 'failed') {
    return (
      <Page title={t('wallet.title')}>
        <FailureBanner failure={failure} onRetry={() => void sync.snapshot().catch(() => undefined)} />
      </Page>
    )
  }
  return <Place route={route} />
}

function Place({ route: { path, query } }: { readonly route: Route }) {
  const [place, id] = path
  switch (place) {
    case 'send':
      return <SendView query={query} />
    case 'receive':
      return <ReceiveView query={query} />
    case 'history':
      return <HistoryView txId={undefined} />
    case 'transaction':
      return <HistoryView txId={id !== undefined && /^[0-9a-f]{64}$/.test(id) ? id : undefined} />
    case 'accounts':
      return <AccountsView />
    case 'address-book':
      return <AddressBookView />
    case 'messages':
      return <MessagesView />
    default:
      return <Overview query={query} />
  }
}
