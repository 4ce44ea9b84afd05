/** What the command palette offers: places, actions, accounts. */
import {
  ArrowDownLeft,
  ArrowUpRight,
  BookUser,
  DatabaseBackup,
  Eye,
  EyeOff,
  History,
  Keyboard,
  KeyRound,
  Languages,
  Lock,
  LockOpen,
  type LucideIcon,
  Moon,
  Network,
  PenLine,
  Settings,
  Sun,
  SunMoon,
  UserRound,
  UsersRound,
  Wallet,
} from 'lucide-react'
import type { Account, VaultStatusShape } from '../../node/api/contract/index.ts'
import { type PasswordPurpose, requestPassword } from '../features/hardware-keys/sealed-wallet.ts'
import { offeredLocales, type Translate } from '../i18n/index.ts'
import type { Session } from '../rpc/index.ts'
import { type Preferences, setPreferences } from './preferences.ts'
import { navigate } from './routes.ts'
import { openShortcuts } from './shell-store.ts'
import { lockVault, sayFailure, unlockVault } from './vault-actions.ts'

export interface Command {
  readonly id: string
  readonly group: 'places' | 'actions' | 'accounts'
  readonly label: string
  /** Other words it is found by, and what is shown at its right. */
  readonly note?: string
  readonly icon: LucideIcon
  readonly run: () => void
}

export interface CommandDeps {
  readonly t: Translate
  readonly session: Session
  readonly vault: VaultStatusShape | null
  readonly preferences: Preferences
  readonly accounts: readonly Account[]
}

export function paletteCommands({ t, session, vault, preferences, accounts }: CommandDeps): readonly Command[] {
  const places: Command[] = [
    { id: 'wallet', group: 'places', label: t('app.place.wallet'), icon: Wallet, run: () => navigate('wallet') },
    {
      id: 'send',
      group: 'places',
      label: t('app.place.send'),
      icon: ArrowUpRight,
      run: () => navigate('wallet', ['send']),
    },
    {
      id: 'receive',
      group: 'places',
      label: t('app.place.receive'),
      icon: ArrowDownLeft,
      run: () => navigate('wallet', ['receive']),
    },
    {
      id: 'history',
      group: 'places',
      label: t('app.place.history'),
      icon: History,
      run: () => navigate('wallet', ['history']),
    },
    {
      id: 'accounts',
      group: 'places',
      label: t('app.place.accounts'),
      icon: UsersRound,
      run: () => navigate('wallet', ['accounts']),
    },
    {
      id: 'address-book',
      group: 'places',
      label: t('app.place.addressBook'),
      icon: BookUser,
      run: () => navigate('wallet', ['address-book']),
    },
    {
      id: 'messages',
      group: 'places',
      label: t('app.place.messages'),
      icon: PenLine,
      run: () => navigate('wallet', ['messages']),
    },
    { id: 'network', group: 'places', label: t('app.place.network'), icon: Network, run: () => navigate('network') },
    {
      id: 'settings',
      group: 'places',
      label: t('app.place.settings'),
      icon: Settings,
      run: () => navigate('settings'),
    },
  ]
  return [
    ...places,
    ...actions({ t, session, vault, preferences }),
    ...accounts.map((account) => accountCommand(account, t)),
  ]
}

function actions({ t, session, vault, preferences }: Omit<CommandDeps, 'accounts'>): readonly Command[] {
  const secret = (id: PasswordPurpose, label: string, icon: LucideIcon): Command => ({
    id,
    group: 'actions',
    label,
    icon,
    run: () => void requestPassword(session, id).catch(sayFailure),
  })
  const ofVault: Command[] =
    vault === null || !vault.exists
      ? []
      : [
          vault.locked
            ? {
                id: 'unlock',
                group: 'actions',
                label: t('app.lock.unlock'),
                icon: LockOpen,
                run: () => void unlockVault(session),
              }
            : {
                id: 'lock',
                group: 'actions',
                label: t('app.lock.now'),
                icon: Lock,
                run: () => void lockVault(session),
              },
          secret('backup', t('app.secret.backup'), DatabaseBackup),
          secret('change-password', t('app.secret.change-password'), KeyRound),
        ]
  const { hideBalances } = preferences
  return [
    ...ofVault,
    {
      id: 'hide-balances',
      group: 'actions',
      label: hideBalances ? t('app.action.showBalances') : t('app.action.hideBalances'),
      icon: hideBalances ? Eye : EyeOff,
      run: () => setPreferences({ hideBalances: !hideBalances }),
    },
    {
      id: 'theme-light',
      group: 'actions',
      label: t('app.action.light'),
      icon: Sun,
      run: () => setPreferences({ theme: 'light' }),
    },
    {
      id: 'theme-dark',
      group: 'actions',
      label: t('app.action.dark'),
      icon: Moon,
      run: () => setPreferences({ theme: 'dark' }),
    },
    {
      id: 'theme-system',
      group: 'actions',
      label: t('app.action.system'),
      icon: SunMoon,
      run: () => setPreferences({ theme: 'system' }),
    },
    ...offeredLocales.map(
      ({ locale, name }): Command => ({
        id: `language-${locale}`,
        group: 'actions',
        label: t('app.action.language', { name }),
        icon: Languages,
        run: () => setPreferences({ language: locale }),
      }),
    ),
    { id: 'shortcuts', group: 'actions', label: t('app.shortcuts.title'), icon: Keyboard, run: openShortcuts },
  ]
}

function accountCommand({ address, label, kind }: Account, t: Translate): Command {
  return {
    id: `account-${address}`,
    group: 'accounts',
    label: label ?? address,
    note: kind === 'watched' ? `${address} · ${t('app.account.watched')}` : address,
    icon: UserRound,
    run: () => navigate('wallet', [], { query: { account: address } }),
  }
}
