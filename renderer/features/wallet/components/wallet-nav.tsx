import { ArrowDownLeft, ArrowUpRight } from 'lucide-react'
import { navigate, routeTo } from '../../../app/routes.ts'
import { useT } from '../../../i18n/index.ts'
import { Button } from '../../../ui/index.ts'

export type WalletPlace = 'overview' | 'history' | 'accounts' | 'address-book' | 'messages'

const places = [
  { place: 'overview', path: [], text: 'wallet.nav.overview' },
  { place: 'history', path: ['history'], text: 'wallet.nav.history' },
  { place: 'accounts', path: ['accounts'], text: 'wallet.nav.accounts' },
  { place: 'address-book', path: ['address-book'], text: 'wallet.nav.addressBook' },
  { place: 'messages', path: ['messages'], text: 'wallet.nav.messages' },
] as const

/** The places of the wallet, and the two things that are done most. */
export function WalletNav({ current }: { readonly current: WalletPlace }) {
  const t = useT()
  return (
    <nav className="wallet-nav" aria-label={t('wallet.nav.label')}>
      {places.map(({ place, path, text }) => (
        <a key={place} href={routeTo('wallet', path)} aria-current={place === current ? 'page' : undefined}>
          {t(text)}
        </a>
      ))}
    </nav>
  )
}

/** Shown at the head of each place. */
export function WalletActions({ account }: { readonly account?: string | undefined }) {
  const t = useT()
  const query = account === undefined ? {} : { account }
  return (
    <>
      <Button icon={ArrowDownLeft} onPress={() => navigate('wallet', ['receive'], { query })}>
        {t('wallet.receive')}
      </Button>
      <Button variant="primary" icon={ArrowUpRight} onPress={() => navigate('wallet', ['send'], { query })}>
        {t('wallet.send')}
      </Button>
    </>
  )
}
