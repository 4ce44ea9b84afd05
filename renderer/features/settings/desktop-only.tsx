import { Monitor } from 'lucide-react'
import { useT } from '../../i18n/index.ts'
import { Card, EmptyState } from '../../ui/index.ts'

/** In place of what only the desktop app has. */
export function DesktopOnly() {
  const t = useT()
  return (
    <Card>
      <EmptyState icon={Monitor} title={t('settings.desktopOnly')} text={t('settings.desktopOnly.text')} />
    </Card>
  )
}
