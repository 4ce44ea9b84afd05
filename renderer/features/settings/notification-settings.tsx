import { useT } from '../../i18n/index.ts'
import { Card, Switch } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { DesktopOnly } from './desktop-only.tsx'
import { useDesktopSettings } from './desktop-settings-hook.ts'

const kinds = ['received', 'finalized', 'rejected', 'diskFull'] as const

/** Which events the desktop tells of. */
export function NotificationSettings() {
  const t = useT()
  const { state, failure, change } = useDesktopSettings()
  if (state === null) return <DesktopOnly />
  const { notifications } = state.settings
  return (
    <div className="stack">
      <p className="muted small">{t('settings.notifications.text')}</p>
      <Card>
        {kinds.map((kind) => (
          <div key={kind} className="setting-row">
            <Switch
              isSelected={notifications[kind]}
              onChange={(isOn) => change({ notifications: { ...notifications, [kind]: isOn } })}
            >
              {t(`settings.notifications.${kind}`)}
            </Switch>
          </div>
        ))}
        <FailureBanner failure={failure} />
      </Card>
    </div>
  )
}
