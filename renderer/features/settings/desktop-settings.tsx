import type { DesktopState, DesktopSettings as Settings } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { Banner, Card, RadioGroup, Select, Switch } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { DesktopOnly } from './desktop-only.tsx'
import { useDesktopSettings } from './desktop-settings-hook.ts'
import { SettingRow } from './setting-row.tsx'

type Feature = DesktopState['unavailable'][number]['feature']

/** How the program sits on the desktop. */
export function DesktopSettings() {
  const t = useT()
  const { state, failure, change } = useDesktopSettings()
  if (state === null) return <DesktopOnly />
  const { settings, unavailable, node } = state
  const reasonOf = (feature: Feature) => unavailable.find((entry) => entry.feature === feature)?.reason
  const whyNot = (feature: Feature) => {
    const reason = reasonOf(feature)
    return reason === undefined ? undefined : t('settings.unavailable', { reason })
  }
  const hasTray = settings.tray && reasonOf('tray') === undefined
  return (
    <div className="stack">
      {node.kind === 'running' && node.attached && (
        <Banner tone="info" title={t('settings.attached')}>
          {t('settings.attached.text')}
        </Banner>
      )}
      <Card>
        <div className="setting-row">
          <Switch
            isSelected={settings.tray}
            isDisabled={reasonOf('tray') !== undefined}
            onChange={(tray) => change({ tray })}
            description={whyNot('tray') ?? t('settings.tray.text')}
          >
            {t('settings.tray')}
          </Switch>
        </div>
        <div className="setting-row">
          <RadioGroup
            label={t('settings.onClose')}
            items={(['hide', 'quit'] as const).map((id) => ({ id, label: t(`settings.onClose.${id}`) }))}
            value={settings.onClose}
            onChange={(onClose) => change({ onClose })}
            description={
              settings.onClose === 'hide' && !hasTray ? t('settings.onClose.needsTray') : t('settings.onClose.text')
            }
          />
        </div>
        <div className="setting-row">
          <Switch
            isSelected={settings.autostart}
            isDisabled={reasonOf('autostart') !== undefined}
            onChange={(autostart) => change({ autostart })}
            description={whyNot('autostart')}
          >
            {t('settings.autostart')}
          </Switch>
        </div>
        <SettingRow title={t('settings.updates')} text={whyNot('updates') ?? t('settings.updates.text')}>
          <Select
            label={t('settings.updates')}
            isLabelHidden
            items={(['off', 'stable', 'beta'] as const satisfies readonly Settings['updates'][]).map((id) => ({
              id,
              label: t(`settings.updates.${id}`),
            }))}
            value={settings.updates}
            isDisabled={reasonOf('updates') !== undefined}
            onChange={(updates) => change({ updates })}
          />
        </SettingRow>
        <FailureBanner failure={failure} />
      </Card>
    </div>
  )
}
