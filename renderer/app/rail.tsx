import { type LucideIcon, Network, Search, Settings, Wallet } from 'lucide-react'
import { Button } from 'react-aria-components'
import { type MessageKey, useT } from '../i18n/index.ts'
import { Kbd } from '../ui/index.ts'
import { Logo } from './logo.tsx'
import { routeTo, useRoute, type View } from './routes.ts'
import { openPalette } from './shell-store.ts'

const places: readonly { view: View; icon: LucideIcon; text: MessageKey }[] = [
  { view: 'wallet', icon: Wallet, text: 'app.place.wallet' },
  { view: 'network', icon: Network, text: 'app.place.network' },
]

/** The views, at the left. */
export function Rail() {
  const t = useT()
  const { view } = useRoute()
  const link = ({ view: place, icon: Icon, text }: (typeof places)[number]) => (
    <a
      key={place}
      href={routeTo(place)}
      className="rail-link"
      title={t(text)}
      aria-current={view === place ? 'page' : undefined}
    >
      <Icon size={18} aria-hidden />
      <span className="rail-text">{t(text)}</span>
    </a>
  )
  return (
    <nav className="rail" aria-label={t('app.views')}>
      <div className="rail-brand">
        <Logo />
        <span className="rail-text">{t('app.name')}</span>
      </div>
      {places.map(link)}
      <div className="grow" />
      <Button className="rail-link" onPress={openPalette}>
        <Search size={18} aria-hidden />
        <span className="rail-text">{t('app.palette.short')}</span>
        <span className="rail-keys">
          <Kbd keys="Mod+K" />
        </span>
      </Button>
      {link({ view: 'settings', icon: Settings, text: 'app.place.settings' })}
    </nav>
  )
}
