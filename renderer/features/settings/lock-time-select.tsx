import { type Translate, useT } from '../../i18n/index.ts'
import { Select } from '../../ui/index.ts'
import { lockChoices } from './lock-times.ts'

function words(t: Translate, minutes: number): string {
  if (minutes === 0) return t('settings.autoLock.never')
  return minutes % 60 === 0
    ? t('settings.autoLock.hours', { hours: minutes / 60 })
    : t('settings.autoLock.minutes', { minutes })
}

export interface LockTimeSelectProps {
  readonly label: string
  readonly minutes: number
  readonly onChange: (minutes: number) => void
  readonly isDisabled?: boolean
}

export function LockTimeSelect({ label, minutes, onChange, isDisabled = false }: LockTimeSelectProps) {
  const t = useT()
  return (
    <Select
      label={label}
      isLabelHidden
      items={lockChoices(minutes).map((choice) => ({ id: String(choice), label: words(t, choice) }))}
      value={String(minutes)}
      onChange={(id) => onChange(Number(id))}
      isDisabled={isDisabled}
    />
  )
}
