import type { Setting } from '../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../i18n/index.ts'
import { Badge, Select, TextField } from '../../ui/index.ts'
import { optionWords, sourceWords, valueWords } from './node-option-words.ts'
import { isOverruled, type OptionChanges, waitsForRestart } from './node-options.ts'

export interface NodeOptionFieldProps {
  readonly setting: Setting
  readonly draft: string
  readonly fault: OptionChanges['faults'][string] | undefined
  readonly isDisabled: boolean
  readonly onChange: (draft: string) => void
}

/** One option: what it is for, what the file says, where the value in use comes from, and when a change holds. */
export function NodeOptionField({ setting, draft, fault, isDisabled, onChange }: NodeOptionFieldProps) {
  const t = useT()
  const { number } = useFormat()
  const { label, text } = optionWords(t, setting)
  const range = { least: number(setting.least ?? 0), most: number(setting.most ?? 0) }
  const fallback = valueWords(t, setting.default)
  const error = fault === undefined ? undefined : t(`settings.node.fault.${fault}`, range)
  return (
    <div className="setting-row node-option">
      <div className="setting-row-words">
        <div className="setting-row-title">{label}</div>
        <p className="muted small">{text}</p>
        <p className="node-option-facts faint tiny">
          <Badge>{sourceWords(t, setting.source)}</Badge>
          <span>{t('settings.node.default', { value: fallback })}</span>
          {setting.kind === 'integer' && <span className="num">{t('settings.node.range', range)}</span>}
          <span>{setting.live ? t('settings.node.live') : t('settings.node.atStart')}</span>
        </p>
        <OptionNote setting={setting} />
      </div>
      <div className="setting-row-control">
        {setting.kind === 'choice' ? (
          <Select
            label={label}
            isLabelHidden
            items={[
              { id: '', label: t('settings.node.choice.default', { value: fallback }) },
              ...(setting.choices ?? []).map((choice) => ({ id: choice, label: choice })),
            ]}
            value={draft}
            onChange={onChange}
            error={error}
            isDisabled={isDisabled}
          />
        ) : (
          <TextField
            label={label}
            isLabelHidden
            value={draft}
            onChange={onChange}
            placeholder={fallback}
            mono={setting.kind !== 'integer'}
            {...(setting.kind === 'integer' ? { inputMode: 'numeric' as const } : {})}
            error={error}
            isDisabled={isDisabled}
          />
        )}
      </div>
    </div>
  )
}

/** Where the value in use is not the one that the file asks for. */
function OptionNote({ setting }: { readonly setting: Setting }) {
  const t = useT()
  if (isOverruled(setting)) {
    return (
      <p className="node-option-note small">
        {setting.value === undefined
          ? t('settings.node.hidden')
          : t('settings.node.overruled', { value: valueWords(t, setting.value) })}
      </p>
    )
  }
  if (!waitsForRestart(setting)) return null
  return (
    <p className="node-option-note small">
      {t('settings.node.now', { value: valueWords(t, setting.value ?? null) })} {t('settings.node.restart')}
    </p>
  )
}
