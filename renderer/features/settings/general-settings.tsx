import { setPreferences, type Theme, themes, usePreferences } from '../../app/preferences.ts'
import { type Locale, offeredLocales, useT } from '../../i18n/index.ts'
import { Card, Select, Switch } from '../../ui/index.ts'
import { SettingRow } from './setting-row.tsx'

export function GeneralSettings() {
  const t = useT()
  const { language, theme, hideBalances } = usePreferences()
  const languages: readonly { readonly id: Locale | 'system'; readonly label: string }[] = [
    { id: 'system', label: t('settings.language.system') },
    ...offeredLocales.map(({ locale, name }) => ({ id: locale, label: name })),
  ]
  return (
    <Card>
      <SettingRow title={t('settings.language')}>
        <Select
          label={t('settings.language')}
          isLabelHidden
          items={languages}
          value={language}
          onChange={(id) => setPreferences({ language: id })}
        />
      </SettingRow>
      <SettingRow title={t('settings.theme')}>
        <Select
          label={t('settings.theme')}
          isLabelHidden
          items={themes.map((id: Theme) => ({ id, label: t(`settings.theme.${id}`) }))}
          value={theme}
          onChange={(id) => setPreferences({ theme: id })}
        />
      </SettingRow>
      <div className="setting-row">
        <Switch
          isSelected={hideBalances}
          onChange={(isHidden) => setPreferences({ hideBalances: isHidden })}
          description={t('settings.hideBalances.text')}
        >
          {t('settings.hideBalances')}
        </Switch>
      </div>
      <SettingRow title={t('settings.units')} text={t('settings.units.text')}>
        <span className="num">{t('ui.unit')}</span>
      </SettingRow>
    </Card>
  )
}
