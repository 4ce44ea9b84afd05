import {
  ArrowDownLeft,
  ArrowUpRight,
  Eye,
  EyeOff,
  History,
  KeyRound,
  Pencil,
  Plus,
  Usb,
  WalletMinimal,
} from 'lucide-react'
import { useState } from 'react'
import type { Account } from '../../../../node/api/contract/index.ts'
import { navigate } from '../../../app/routes.ts'
import { useT } from '../../../i18n/index.ts'
import { failureOf, useSession } from '../../../rpc/index.ts'
import {
  Address,
  AlertDialog,
  Badge,
  Button,
  EmptyState,
  Menu,
  type MenuAction,
  Page,
  toast,
} from '../../../ui/index.ts'
import { keyOf, useHardwareKeys } from '../../hardware-keys/store.ts'
import { Amount } from '../components/amount.tsx'
import { WalletNav } from '../components/wallet-nav.tsx'
import { useWallet } from '../hooks/use-wallet.ts'
import { chooseAccount } from '../overview/chosen-account.ts'
import { totalsOf } from '../store/selectors.ts'
import { CreateAccountDialog } from './create-account-dialog.tsx'
import { PublicKeyDialog } from './public-key-dialog.tsx'
import { reloadAccounts } from './reload-accounts.ts'
import { RenameDialog } from './rename-dialog.tsx'
import { WatchDialog } from './watch-dialog.tsx'

type Open =
  | { readonly kind: 'create' | 'watch' }
  | { readonly kind: 'rename' | 'key' | 'unwatch'; readonly account: Account }

/** The accounts of the vault and those that are watched. */
export function AccountsView() {
  const t = useT()
  const { api } = useSession()
  const accounts = useWallet((state) => state.accounts)
  const isReady = useWallet((state) => state.status === 'ready')
  const [open, setOpen] = useState<Open | undefined>()
  const close = (): void => setOpen(undefined)
  const unwatch = async (account: Account): Promise<void> => {
    close()
    try {
      await api.accounts.unwatch({ account: account.address })
      await reloadAccounts(api)
    } catch (error) {
      toast({ tone: 'bad', title: failureOf(error).message })
    }
  }
  return (
    <Page
      title={t('wallet.accounts')}
      actions={
        <>
          <Button icon={Eye} onPress={() => setOpen({ kind: 'watch' })}>
            {t('wallet.accounts.watch')}
          </Button>
          <Button variant="primary" icon={Plus} onPress={() => setOpen({ kind: 'create' })}>
            {t('wallet.accounts.create')}
          </Button>
        </>
      }
    >
      <WalletNav current="accounts" />
      {isReady && accounts.length === 0 ? (
        <EmptyState icon={WalletMinimal} title={t('wallet.empty.accounts')} text={t('wallet.empty.accountsText')} />
      ) : (
        <ul className="account-list">
          {accounts.map((account) => (
            <AccountRow key={account.address} account={account} onOpen={setOpen} />
          ))}
        </ul>
      )}
      <CreateAccountDialog isOpen={open?.kind === 'create'} onClose={close} />
      <WatchDialog isOpen={open?.kind === 'watch'} onClose={close} />
      {open?.kind === 'rename' && <RenameDialog account={open.account} onClose={close} />}
      {open?.kind === 'key' && <PublicKeyDialog account={open.account} onClose={close} />}
      <AlertDialog
        title={t('wallet.unwatch.title')}
        isOpen={open?.kind === 'unwatch'}
        confirmLabel={t('wallet.unwatch')}
        onCancel={close}
        onConfirm={() => open?.kind === 'unwatch' && void unwatch(open.account)}
      >
        {t('wallet.unwatch.text', {
          name: open?.kind === 'unwatch' ? (open.account.label ?? open.account.address) : '',
        })}
      </AlertDialog>
    </Page>
  )
}

function AccountRow({ account, onOpen }: { readonly account: Account; readonly onOpen: (open: Open) => void }) {
  const t = useT()
  const { address, label, kind, balance, suite, pairing } = account
  const signer = useHardwareKeys((state) => keyOf(state, pairing))
  const isWatched = kind === 'watched'
  const { total } = totalsOf([account])
  const query = { account: address }
  const actions: MenuAction[] = [
    {
      id: 'history',
      label: t('wallet.accounts.history'),
      icon: History,
      onAction: () => {
        chooseAccount(address)
        navigate('wallet', ['history'])
      },
    },
    {
      id: 'receive',
      label: t('wallet.receive'),
      icon: ArrowDownLeft,
      onAction: () => navigate('wallet', ['receive'], { query }),
    },
    {
      id: 'rename',
      label: t('wallet.accounts.rename'),
      icon: Pencil,
      onAction: () => onOpen({ kind: 'rename', account }),
    },
    // Of a watched address the key may not be known before it pays for the first time.
    {
      id: 'key',
      label: t('wallet.publicKey'),
      icon: KeyRound,
      isDisabled: suite === null,
      onAction: () => onOpen({ kind: 'key', account }),
    },
    ...(isWatched
      ? [
          {
            id: 'unwatch',
            label: t('wallet.unwatch'),
            icon: EyeOff,
            startsGroup: true,
            onAction: () => onOpen({ kind: 'unwatch', account }),
          },
        ]
      : []),
  ]
  return (
    <li className="account-row">
      <div className="account-who">
        <div className="row">
          <strong className="truncate" dir="auto">
            {label ?? t('wallet.account.unnamed')}
          </strong>
          {pairing !== undefined && (
            <Badge icon={Usb} tone="info">
              {t('hsm.account')}
              {signer !== undefined && <bdi>: {signer.label}</bdi>}
            </Badge>
          )}
          {isWatched && (
            <Badge icon={Eye} tone="info">
              {t('wallet.account.watched')}
            </Badge>
          )}
        </div>
        <Address value={address} hasCopyButton />
      </div>
      <div className="account-sum">
        <strong>
          <Amount value={total} hasUnit />
        </strong>
        {balance.available !== total.toString() && (
          <span className="tiny faint">
            {t('wallet.balance.available')} <Amount value={balance.available} />
          </span>
        )}
      </div>
      <div className="row">
        {!isWatched && (
          <Button size="small" icon={ArrowUpRight} onPress={() => navigate('wallet', ['send'], { query })}>
            {t('wallet.send')}
          </Button>
        )}
        <Menu label={t('wallet.accounts.more', { name: label ?? address })} items={actions} />
      </div>
    </li>
  )
}
