import {
  Bell,
  BookUser,
  Info,
  type LucideIcon,
  Monitor,
  Network,
  Server,
  ShieldCheck,
  SlidersHorizontal,
  Usb,
} from 'lucide-react'
import type { ComponentType } from 'react'
import { navigate, useRoute } from '../../app/routes.ts'
import { useT } from '../../i18n/index.ts'
import { Page, Tabs } from '../../ui/index.ts'
import { HardwareKeysSettings } from '../hardware-keys/hardware-keys-settings.tsx'
import { RecoveryBanner } from '../onboarding/recovery-banner.tsx'
import { AboutSettings } from './about-settings.tsx'
import { DesktopSettings } from './desktop-settings.tsx'
import { GeneralSettings } from './general-settings.tsx'
import { LabelSettings } from './label-settings.tsx'
import { NetworkSettings } from './network-settings.tsx'
import { NodeSettings } from './node-settings.tsx'
import { NotificationSettings } from './notification-settings.tsx'
import { type Section, sectionOf, sections } from './sections.ts'
import { SecuritySettings } from './security-settings.tsx'
import './settings.css'

const parts: Readonly<Record<Section, { readonly icon: LucideIcon; readonly Part: ComponentType }>> = {
  general: { icon: SlidersHorizontal, Part: GeneralSettings },
  security: { icon: ShieldCheck, Part: SecuritySettings },
  'hardware-keys': { icon: Usb, Part: HardwareKeysSettings },
  network: { icon: Network, Part: NetworkSettings },
  node: { icon: Server, Part: NodeSettings },
  desktop: { icon: Monitor, Part: DesktopSettings },
  notifications: { icon: Bell, Part: NotificationSettings },
  labels: { icon: BookUser, Part: LabelSettings },
  about: { icon: Info, Part: AboutSettings },
}

export function SettingsView() {
  const t = useT()
  const { path } = useRoute()
  return (
    <Page title={t('settings.title')}>
      <RecoveryBanner />
      <Tabs
        label={t('settings.sections')}
        orientation="vertical"
        selected={sectionOf(path)}
        onSelect={(section) => navigate('settings', [section], { replace: true })}
        items={sections.map((id) => {
          const { icon, Part } = parts[id]
          return { id, icon, label: t(`settings.${id}`), content: <Part /> }
        })}
      />
    </Page>
  )
}
